package io.holdfast.config.core.control;

import static io.holdfast.config.core.control.ManifestSample.accessWith;
import static io.holdfast.config.core.control.ManifestSample.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ControlDiffTest {

  private static final String CI = "{name: ci, tokens: [\"%s\"], ";

  private static String ci(String rest) {
    return accessWith(CI.formatted(ManifestSample.CI_TOKEN.text()) + rest + "}");
  }

  private static List<String> words(String before, String after) {
    return ControlDiff.words(set(before), set(after));
  }

  private static List<String> losing(String before, String after) {
    return List.copyOf(ControlDiff.losesAccess(set(before), set(after)));
  }

  @Test
  void nothingHasChangedBetweenASetAndItself() {
    var random = new Random(11);
    List<String> all =
        List.of(
            ManifestSample.POLICY,
            ManifestSample.LIMITS,
            ManifestSample.ACCESS,
            ManifestSample.POOLS);
    for (int i = 0; i < 50; i++) {
      ControlSet one = some(all, random);
      ControlSet other = some(all, random);
      assertThat(ControlDiff.words(one, one)).isEmpty();
      assertThat(ControlDiff.losesAccess(one, one)).isEmpty();
      assertThat(ControlDiff.words(one, other).isEmpty()).isEqualTo(one.equals(other));
      assertThat(ControlDiff.words(one, other)).isSorted();
    }
  }

  private static ControlSet some(List<String> documents, Random random) {
    List<String> some = new ArrayList<>(documents);
    some.removeIf(document -> random.nextBoolean());
    return set(some.toArray(String[]::new));
  }

  @Test
  void tellsFieldsOfPolicyAndLimits() {
    assertThat(
            words(
                "kind: limits\nversion: 1\nvalueBytes: 65536",
                "kind: limits\nversion: 1\nvalueBytes: 1048576\nkeys: 3"))
        .containsExactly("limits: keys: none -> 3", "limits: valueBytes: 65536 -> 1048576");
    assertThat(
            words(
                "kind: policy\nversion: 1\nackTimeout: 2s",
                "kind: policy\nversion: 1\nw: 2\nackTimeout: 1500ms"
                    + "\napprovals: {needed: 1, approvers: [b, a]}\nrequireReady: true"))
        .containsExactly(
            "policy: ackTimeout: 2s -> 1500ms",
            "policy: approvals: none -> 1 of a, b",
            "policy: requireReady: false -> true",
            "policy: w: none -> 2");
    assertThat(ControlDiff.words(ControlSet.EMPTY, set("kind: policy\nversion: 1\nw: 2")))
        .containsExactly("policy: manifest added", "policy: w: none -> 2");
  }

  @Test
  void tellsPools() {
    String before =
        """
        kind: pools
        version: 1
        pools:
          - {name: ports, scope: host, first: 1, last: 7000, exclusions: [{first: 5, last: 6}]}
          - {name: old, scope: mesh, first: 1, last: 2}
        """;
    String after =
        """
        kind: pools
        version: 1
        pools:
          - {name: new, scope: mesh, first: 1, last: 2}
          - {name: ports, scope: mesh, first: 2, last: 8000, exclusions: [{first: 5, last: 5}],
             expiry: 90s}
        """;
    assertThat(words(before, after))
        .containsExactly(
            "pools: pool new: added: 1 to 2, scope mesh",
            "pools: pool old: removed",
            "pools: pool ports: exclusion 5 added",
            "pools: pool ports: exclusion 5 to 6 removed",
            "pools: pool ports: expiry: none -> 90s",
            "pools: pool ports: first: 1 -> 2",
            "pools: pool ports: last: 7000 -> 8000",
            "pools: pool ports: scope: host -> mesh");
  }

  @Test
  void tellsPrincipals() {
    String before = ci("grants: [{prefix: orders/, verbs: [read, write]}]");
    String after =
        accessWith(
            "{name: ci, tokens: [\"%s\"], certificates: [CN=ci],"
                    .formatted(TokenHash.ofToken("a").text())
                + " grants: [{prefix: orders/, verbs: [read]}, {prefix: a/, verbs: [read]}]}",
            "{name: web, grants: [{prefixBase64: /wA=, verbs: [read]}]}");
    assertThat(words(before, after))
        .containsExactly(
            "access: principal ci: a certificate more (CN=ci)",
            "access: principal ci: a token less (" + ManifestSample.CI_TOKEN + ")",
            "access: principal ci: a token more (sha256:ca978112...)",
            "access: principal ci: may read a/ now",
            "access: principal ci: may write orders/ no more",
            "access: principal web: added",
            "access: principal web: may read base64:/wA= now");
    assertThat(words(after, accessWith())).contains("access: principal ci: removed");
  }

  @Test
  void tellsOfGrantsThatOthersHoldUp() {
    String wide = ci("grants: [{prefix: o, verbs: [read]}]");
    String both = ci("grants: [{prefix: o, verbs: [read]}, {prefix: orders/, verbs: [read]}]");
    assertThat(words(both, wide))
        .containsExactly("access: principal ci: may read orders/ by a grant less, and still may");
    assertThat(losing(both, wide)).isEmpty();
    assertThat(words(wide, both))
        .containsExactly(
            "access: principal ci: may read orders/ by a grant more, as it might before");
  }

  @Test
  void tellsAdministratorsAndOwners() {
    String before =
        ci("grants: [{prefix: '', verbs: [admin]}]")
            + "owners: [{name: shop, principals: [ci, ops]}, {name: old, principals: [ops]}]";
    String after =
        ci("grants: [{prefix: '', verbs: [read, write]}]")
            + "owners: [{name: shop, principals: [ops]}]";
    assertThat(words(before, after))
        .containsExactly(
            "access: owner old: ops acts for it no more",
            "access: owner old: removed",
            "access: owner shop: ci acts for it no more",
            "access: principal ci: is an administrator no more",
            "access: principal ci: may read everything by a grant more, as it might before",
            "access: principal ci: may write everything by a grant more, as it might before");
    assertThat(words(after, before))
        .contains(
            "access: owner shop: ci acts for it now",
            "access: owner old: added",
            "access: principal ci: is an administrator now");
    assertThat(losing(before, after)).containsExactly("ci", "ops");
  }

  @Test
  void tellsOfAccessAsAWhole() {
    assertThat(ControlDiff.words(set(accessWith()), ControlSet.EMPTY))
        .containsExactly("access: manifest removed: everybody may do everything");
    assertThat(ControlDiff.words(ControlSet.EMPTY, set(accessWith())))
        .containsExactly(
            "access: manifest added: nobody may do more than it grants",
            "access: principal ops: a token more (" + ManifestSample.OPS_TOKEN + ")",
            "access: principal ops: added",
            "access: principal ops: is an administrator now");
    assertThat(ControlDiff.losesAccess(ControlSet.EMPTY, set(accessWith())))
        .containsExactly("everybody");
    assertThat(ControlDiff.losesAccess(set(accessWith()), ControlSet.EMPTY)).isEmpty();
  }

  @Test
  void tellsThatNothingHasChangedButTheSpelling() {
    assertThat(words("kind: policy\nversion: 1", "kind: policy\nversion: 1\nrequireReady: false"))
        .containsExactly("policy: written differently, and means the same");
  }

  @Test
  void whoseCredentialOrKeysAreGoneLosesAccess() {
    String before = ci("certificates: [CN=ci], grants: [{prefix: orders/, verbs: [read]}]");
    assertThat(losing(before, ci("grants: [{prefix: orders/, verbs: [read]}]")))
        .containsExactly("ci");
    assertThat(losing(before, accessWith())).containsExactly("ci");
    assertThat(
            losing(
                before, ci("certificates: [CN=ci], grants: [{prefix: orders/a, verbs: [read]}]")))
        .containsExactly("ci");
    assertThat(losing(before, ci("certificates: [CN=ci], grants: [{prefix: o, verbs: [read]}]")))
        .isEmpty();
    String otherToken =
        before.replace(ManifestSample.CI_TOKEN.text(), TokenHash.ofToken("x").text());
    assertThat(losing(before, otherToken)).containsExactly("ci");
  }
}
