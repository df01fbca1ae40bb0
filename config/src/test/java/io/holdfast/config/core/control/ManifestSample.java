package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.Map;

/** Documents that tests share. */
final class ManifestSample {

  static final TokenHash OPS_TOKEN = TokenHash.ofToken("ops-secret");
  static final TokenHash CI_TOKEN = TokenHash.ofToken("ci-secret");

  static final String POLICY =
      """
      kind: policy
      version: 1
      w: 2
      ackTimeout: 2s
      requireReady: true
      approvals:
        needed: 1
        approvers: [ops, ci]
      """;

  static final String LIMITS =
      """
      # What one group may have.
      kind: limits
      version: 1
      keyBytes: 512
      valueBytes: 65536
      keys: 1000000
      transactionOperations: 64
      writesPerSecond: 500
      """;

  static final String ACCESS =
      """
      kind: access
      version: 1
      principals:
        - name: ops
          tokens: ["%s"]
          certificates: ["CN=ops,O=Example"]
          grants: [{prefix: "", verbs: [admin]}]
        - name: ci
          tokens: ["%s"]
          grants:
            - {prefix: orders/, verbs: [read, write]}
            - {prefixBase64: "/wA=", verbs: [read]}
        - name: anonymous
          grants: [{prefix: "public/", verbs: [read]}]
      owners:
        - name: shop
          principals: [ci, ops]
      """
          .formatted(OPS_TOKEN.text(), CI_TOKEN.text());

  static final String POOLS =
      """
      kind: pools
      version: 1
      pools:
        - name: ports
          scope: host
          first: 7000
          last: 8000
          exclusions: [{first: 7070, last: 7079}]
          expiry: 30d
        - {name: vlans, scope: mesh, first: 1, last: 4094}
      """;

  private ManifestSample() {}

  static ManifestDocument read(String document) {
    return ManifestReader.read(ByteString.copyFromUtf8(document));
  }

  static ControlSet set(String... documents) {
    Map<ManifestType, ManifestDocument> map = new java.util.HashMap<>();
    for (String document : documents) {
      ManifestDocument read = read(document);
      map.put(read.type(), read);
    }
    return ControlSet.of(map);
  }

  /** An access manifest with the administrator of the sample and these principals, in YAML. */
  static String accessWith(String... principals) {
    return """
        kind: access
        version: 1
        principals:
          - {name: ops, tokens: ["%s"], grants: [{prefix: "", verbs: [admin]}]}
        """
            .formatted(OPS_TOKEN.text())
        + String.join("", java.util.Arrays.stream(principals).map(p -> "  - " + p + "\n").toList());
  }
}
