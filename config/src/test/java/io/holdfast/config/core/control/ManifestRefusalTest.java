package io.holdfast.config.core.control;

import static io.holdfast.config.core.control.ManifestSample.accessWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every refusal, with its path and its words. */
class ManifestRefusalTest {

  private static final String L = "kind: limits\nversion: 1\n";
  private static final String P = "kind: policy\nversion: 1\n";

  private static UnreadableManifest refused(ByteString document) {
    UnreadableManifest refused =
        catchThrowableOfType(UnreadableManifest.class, () -> ManifestReader.read(document));
    assertThat(refused)
        .as(document.substring(0, Math.min(200, document.size())).toStringUtf8())
        .isNotNull();
    return refused;
  }

  private static void refuses(String document, String path, String... words) {
    UnreadableManifest refused = refused(ByteString.copyFromUtf8(document));
    assertThat(refused.path()).as(refused.getMessage()).isEqualTo(path);
    assertThat(refused).hasMessageStartingWith(path.isEmpty() ? "the document: " : path + ": ");
    assertThat(refused.getMessage()).contains(words);
    assertThat(refused.newer()).isFalse();
  }

  private static void refusesPool(String fields, String path, String... words) {
    refuses("kind: pools\nversion: 1\npools:\n  - {" + fields + "}", path, words);
  }

  @Test
  void refusesFieldsThatItDoesNotKnow() {
    refuses(L + "valueByte: 1", "valueByte", "no field that is known", "valueBytes", "(line 3)");
    refuses(P + "approvals: {needed: 1, approvers: [a], x: 1}", "approvals.x", "no field");
    refuses(accessWith("{name: a, role: b}"), "principals[1].role", "allowed are certificates");
    refuses(
        accessWith("{name: a, grants: [{prefix: a, verbs: [read], deny: true}]}"),
        "principals[1].grants[0].deny",
        "no field");
    refuses(accessWith() + "owners: [{name: a, of: b}]", "owners[0].of", "no field");
    refusesPool("name: a, scope: host, first: 1, last: 2, size: 3", "pools[0].size", "no field");
    refusesPool(
        "name: a, scope: host, first: 1, last: 2, exclusions: [{first: 1, last: 1, x: 1}]",
        "pools[0].exclusions[0].x",
        "no field");
    refuses("kind: pools\nversion: 1\npools: []\npool: []", "pool", "no field");
    refuses(accessWith() + "admins: []", "admins", "no field");
  }

  @Test
  void refusesMissingFields() {
    refuses("version: 1", "kind", "is missing");
    refuses("kind: limits", "version", "is missing");
    refuses("kind: access\nversion: 1", "principals", "is missing");
    refuses(accessWith("{tokens: []}"), "principals[1].name", "is missing", "(line 5)");
    refuses(
        accessWith("{name: a, grants: [{verbs: [read]}]}"),
        "principals[1].grants[0].prefix",
        "is missing");
    refuses(
        accessWith("{name: a, grants: [{prefix: a}]}"),
        "principals[1].grants[0].verbs",
        "is missing");
    refuses(accessWith() + "owners: [{name: a}]", "owners[0].principals", "is missing");
    refuses(accessWith() + "owners: [{principals: [ops]}]", "owners[0].name", "is missing");
    refuses("kind: pools\nversion: 1", "pools", "is missing");
    refusesPool("scope: host, first: 1, last: 2", "pools[0].name", "is missing");
    refusesPool("name: a, first: 1, last: 2", "pools[0].scope", "is missing");
    refusesPool("name: a, scope: host, last: 2", "pools[0].first", "is missing");
    refusesPool("name: a, scope: host, first: 2", "pools[0].last", "is missing");
    refuses(P + "approvals: {needed: 1}", "approvals.approvers", "is missing");
    refuses(P + "approvals: {approvers: [a]}", "approvals.needed", "is missing");
  }

  @Test
  void refusesOtherKindsAndVersions() {
    refuses("kind: limit\nversion: 1", "kind", "text 'limit'", "policy, limits, access, pools");
    refuses("kind: 1\nversion: 1", "kind", "the number 1");
    refuses("kind: limits\nversion: 0", "version", "the number 0: allowed is 1");
    refuses("kind: limits\nversion: \"1\"", "version", "text '1'", "whole number");
  }

  @Test
  void saysThatALaterVersionIsOneBeforeItLooksAtTheRest() {
    UnreadableManifest later =
        refused(ByteString.copyFromUtf8("{\"kind\": \"quotas\", \"version\": 2, \"new\": 1}"));
    assertThat(later.newer()).isTrue();
    assertThat(later.path()).isEqualTo("version");
    assertThat(later).hasMessageContaining("written by a later version");
  }

  @Test
  void refusesFieldsThatAreThereTwice() {
    refuses(L + "keys: 1\nkeys: 1", "keys", "is there twice", "(line 4)");
    refuses("{\"kind\":\"limits\",\"version\":1,\"kind\":\"limits\"}", "kind", "is there twice");
    refuses(
        "{\"kind\":\"pools\",\"version\":1,\"pools\":[{\"name\":\"a\",\"n\\u0061me\":\"a\"}]}",
        "pools[0].name",
        "is there twice");
  }

  @Test
  void refusesWhatIsNoWholeNumber() {
    refuses(L + "keys: \"10\"", "keys", "text '10'", "a whole number, 0 to 1000000000");
    refuses(L + "keys: many", "keys", "text 'many'");
    refuses(L + "keys: true", "keys", "true: allowed");
    refuses(L + "keys: [1]", "keys", "a list: allowed");
    refuses(L + "keys: {a: 1}", "keys", "an object: allowed");
    for (String odd :
        List.of("1.0", "1e3", "0x10", "0o17", "017", "1_000", "+1", "-0", "1:30", ".5", ".inf")) {
      refuses(L + "keys: " + odd, "keys", odd, "a whole number in decimal digits");
    }
    for (String odd : List.of("1.0", "1e3", "-0", "1E2", "1" + "0".repeat(5000))) {
      refuses(
          "{\"kind\":\"limits\",\"version\":1,\"keys\":" + odd + "}",
          "keys",
          "a whole number in decimal digits");
    }
    refuses(L + "keys: 9007199254740992", "keys", "9007199254740992: allowed");
  }

  @Test
  void refusesNumbersOutOfRange() {
    refuses(L + "keyBytes: 0", "keyBytes", "the number 0", "1 to 4096");
    refuses(L + "keyBytes: 4097", "keyBytes", "1 to 4096", "(line 3)");
    refuses(L + "valueBytes: -1", "valueBytes", "0 to 1048576");
    refuses(L + "valueBytes: 1048577", "valueBytes", "0 to 1048576");
    refuses(L + "keys: 1000000001", "keys", "0 to 1000000000");
    refuses(L + "transactionOperations: 1025", "transactionOperations", "1 to 1024");
    refuses(L + "writesPerSecond: 0", "writesPerSecond", "1 to 1000000");
    refuses(P + "w: 8", "w", "1 to 7");
    refuses(P + "w: 4294967297", "w", "1 to 7");
  }

  @Test
  void refusesWhatIsNoTruth() {
    for (String odd : List.of("yes", "no", "on", "off", "True", "FALSE", "y")) {
      refuses(P + "requireReady: " + odd, "requireReady", odd, "true or false");
    }
    refuses(P + "requireReady: \"true\"", "requireReady", "text 'true'", "true or false");
    refuses(P + "requireReady: 1", "requireReady", "the number 1", "true or false");
  }

  @Test
  void refusesNull() {
    for (String nothing : List.of("", "~", "null", "NULL")) {
      refuses(L + "keys: " + nothing, "keys", "is null");
    }
    refuses("{\"kind\":\"limits\",\"version\":1,\"keys\":null}", "keys", "is null");
    refuses("---\n", "", "is null");
  }

  @Test
  void refusesDurationsWithoutUnitFractionOrOutOfRange() {
    for (String odd : List.of("2 s", "1.5s", "s", "2sec", "-2s", "02s", "9ms", "61s", "1d")) {
      refuses(P + "ackTimeout: " + odd, "ackTimeout", odd, "10ms to 1m");
    }
    refuses(P + "ackTimeout: 2", "ackTimeout", "the number 2", "10ms to 1m");
    refuses(P + "ackTimeout: 999999999999999999d", "ackTimeout", "10ms to 1m");
    refusesPool(
        "name: a, scope: host, first: 1, last: 2, expiry: 59s", "pools[0].expiry", "1m to 3650d");
    refusesPool(
        "name: a, scope: host, first: 1, last: 2, expiry: 3651d", "pools[0].expiry", "1m to 3650d");
  }

  @Test
  void refusesApprovalsThatNobodyCanGive() {
    refuses(P + "approvals: {needed: 0, approvers: [a]}", "approvals.needed", "1 to 16");
    refuses(P + "approvals: {needed: 2, approvers: [a]}", "approvals", "allowed is 1 to 1");
    refuses(P + "approvals: {needed: 1, approvers: []}", "approvals", "allowed is 1 to 0");
    refuses(P + "approvals: {needed: 1, approvers: [a, a]}", "approvals.approvers[1]", "once");
    refuses(P + "approvals: {needed: 1, approvers: [A]}", "approvals.approvers[0]", "text 'A'");
    refuses(P + "approvals: {needed: 1, approvers: [anonymous]}", "approvals", "anybody");
    refuses(
        P + "approvals: {needed: 1, approvers: [a,b,c,d,e,f,g,h,i,j,k,l,m,o,p,q,r]}",
        "approvals.approvers",
        "17 items: allowed are at most 16");
  }

  @Test
  void refusesNamesThatAreNone() {
    refuses(accessWith("{name: Ops}"), "principals[1].name", "text 'Ops'", "lower-case");
    refuses(accessWith("{name: \"\"}"), "principals[1].name", "text ''");
    refuses(accessWith("{name: -a}"), "principals[1].name", "text '-a'");
    refuses(accessWith("{name: " + "a".repeat(64) + "}"), "principals[1].name", "1 to 63");
    refuses(accessWith("{name: 123}"), "principals[1].name", "the number 123", "put it in quotes");
    refuses(accessWith("{name: true}"), "principals[1].name", "true", "put it in quotes");
    refuses(accessWith("{name: 1e3}"), "principals[1].name", "1e3", "text in quotes");
    refuses(accessWith("{name: ops}"), "principals[1].name", "no other principal");
    refuses(
        accessWith() + "owners: [{name: a, principals: [ops]}, {name: a, principals: [ops]}]",
        "owners[1].name",
        "no other owner");
    refuses(
        "kind: pools\nversion: 1\npools: [{name: a, scope: host, first: 1, last: 2},"
            + " {name: a, scope: host, first: 1, last: 2}]",
        "pools[1].name",
        "no other pool");
  }

  @Test
  void refusesPrefixesThatYamlWouldTakeForANumber() {
    refuses(
        accessWith("{name: a, grants: [{prefix: 42, verbs: [read]}]}"),
        "principals[1].grants[0].prefix",
        "the number 42",
        "put it in quotes");
    refuses(
        accessWith("{name: a, grants: [{prefix: 2024-01-01, verbs: [read]}]}"),
        "principals[1].grants[0].prefix",
        "2024-01-01",
        "text in quotes");
  }

  @Test
  void refusesGrantsThatAreNone() {
    String path = "principals[1].grants[0]";
    refuses(
        accessWith("{name: a, grants: [{prefix: a, verbs: [admin]}]}"), path, "the empty prefix");
    refuses(accessWith("{name: a, grants: [{prefix: a, verbs: []}]}"), path, "none");
    refuses(
        accessWith("{name: a, grants: [{prefix: a, verbs: [red]}]}"),
        path + ".verbs[0]",
        "read, write, admin");
    refuses(
        accessWith("{name: a, grants: [{prefix: a, verbs: [read, read]}]}"),
        path + ".verbs[1]",
        "once");
    refuses(
        accessWith("{name: a, grants: [{prefix: a, prefixBase64: YQ==, verbs: [read]}]}"),
        path,
        "one of them");
    for (String odd : List.of("YQ", "YR==", "Y Q==", "_w==")) {
      refuses(
          accessWith("{name: a, grants: [{prefixBase64: \"" + odd + "\", verbs: [read]}]}"),
          path + ".prefixBase64",
          "Base64");
    }
    refuses(
        accessWith("{name: a, grants: [{prefix: " + "a".repeat(4097) + ", verbs: [read]}]}"),
        path,
        "at most 4096");
  }

  @Test
  void refusesTokensThatAreNoHashAndNeverShowsThem() {
    for (String secret :
        List.of(
            "s3cret",
            "\"0x5ec\"",
            "5ec",
            "0x5ec",
            "{s3cret: 1}",
            "[s3cret]",
            "1.5",
            "sha256:5ec")) {
      UnreadableManifest refused =
          refused(ByteString.copyFromUtf8(accessWith("{name: a, tokens: [" + secret + "]}")));
      assertThat(refused.path()).isEqualTo("principals[1].tokens[0]");
      assertThat(refused.getMessage()).contains("not shown").doesNotContain("3cret", "5ec", "1.5");
    }
    UnreadableManifest notJson =
        refused(
            ByteString.copyFromUtf8(
                "{\"kind\":\"access\",\"version\":1,\"principals\":[{\"tokens\":[s3cret]}]}"));
    assertThat(notJson).hasMessageContaining("is no JSON").hasMessageNotContaining("s3cret");
    UnreadableManifest notYaml = refused(ByteString.copyFromUtf8("tokens: [@s3cret]"));
    assertThat(notYaml).hasMessageContaining("is no YAML").hasMessageNotContaining("s3cret");
  }

  @Test
  void refusesCredentialsThatTwoHave() {
    String token = ManifestSample.OPS_TOKEN.text();
    refuses(
        accessWith("{name: a, tokens: [\"" + token + "\"]}"),
        "principals[1].tokens[0]",
        "the same as principals[0].tokens[0]");
    assertThat(
            refused(ByteString.copyFromUtf8(accessWith("{name: a, tokens: [\"" + token + "\"]}"))))
        .hasMessageNotContaining(token);
    refuses(
        accessWith("{name: a, certificates: [CN=a, CN=a]}"),
        "principals[1].certificates[1]",
        "the same as principals[1].certificates[0]");
    refuses(accessWith("{name: a, certificates: [\"\"]}"), "principals[1].certificates[0]", "256");
  }

  @Test
  void refusesAnonymousWithACredentialOrAdmin() {
    for (String fields :
        List.of(
            "tokens: [\"" + ManifestSample.CI_TOKEN.text() + "\"]",
            "certificates: [CN=a]",
            "grants: [{prefix: \"\", verbs: [admin]}]")) {
      refuses(accessWith("{name: anonymous, " + fields + "}"), "principals[1]", "no credential");
    }
  }

  @Test
  void refusesAccessThatLeavesNoAdministrator() {
    String words = "leaves no administrator";
    refuses("kind: access\nversion: 1\nprincipals: []", "", words);
    refuses(
        "kind: access\nversion: 1\nprincipals: [{name: a, grants: [{prefix: '', verbs: [admin]}]}]",
        "",
        words);
    refuses(
        "kind: access\nversion: 1\nprincipals: [{name: a, certificates: [CN=a],"
            + " grants: [{prefix: '', verbs: [read, write]}]}]",
        "",
        words);
  }

  @Test
  void refusesOwnersWithoutKnownPrincipals() {
    refuses(
        accessWith() + "owners: [{name: a, principals: [nobody]}]",
        "owners[0].principals[0]",
        "text 'nobody'",
        "a principal of this manifest");
    refuses(accessWith() + "owners: [{name: a, principals: []}]", "owners[0]", "no principals");
  }

  @Test
  void refusesPoolsThatAreNone() {
    refusesPool("name: a, scope: all, first: 1, last: 2", "pools[0].scope", "host, mesh");
    refusesPool("name: a, scope: host, first: 3, last: 2", "pools[0]", "no larger than the last");
    refusesPool("name: a, scope: host, first: 0, last: 10000000", "pools[0]", "at most 10000000");
    refusesPool(
        "name: a, scope: host, first: 10, last: 20, exclusions: [{first: 9, last: 10}]",
        "pools[0].exclusions[0]",
        "9 to 10: allowed are numbers from 10 to 20");
    refusesPool(
        "name: a, scope: host, first: 10, last: 20, exclusions: [{first: 12, last: 11}]",
        "pools[0].exclusions[0]",
        "no larger than the last");
  }

  @Test
  void refusesWhatYamlHasAndJsonHasNot() {
    refuses(L + "keys: &a 1", "keys", "an anchor or alias");
    refuses("kind: pools\nversion: 1\npools: &a [*a]", "pools", "an anchor or alias");
    refuses(L + "keys: *a", "keys", "an anchor or alias");
    refuses(L + "keys: !!int 1", "keys", "a tag");
    refuses("!!map\n" + L, "", "a tag");
    refuses("kind: pools\nversion: 1\npools: !x []", "pools", "a tag");
    refuses(L + "<<: {keys: 1}", "", "the field <<");
    refuses(L + "1: 2", "", "the field 1", "a name that is text");
    refuses(L + "yes: 2", "", "the field yes");
    refuses(L + "? [a]\n: 2", "", "whose name is no text");
    refuses(L + "---\n" + L, "", "allowed is one document", "(line 3)");
    refuses("%YAML 1.1\n---\n" + L, "", "directives");
    refuses("%TAG ! x:\n---\n" + L, "", "directives");
    refuses("kind: [limits", "kind[1]", "is no YAML");
  }

  @Test
  void refusesWhatIsNoJson() {
    refuses("{\"kind\":\"limits\",\"version\":1} {}", "", "one document");
    refuses("{\"kind\":\"limits\",\"version\":1,}", "", "is no JSON");
    refuses("{\"kind\":\"limits\" /* c */}", "", "is no JSON");
    refuses("{kind: limits}", "", "is no JSON");
    refuses("{\"kind\":NaN}", "", "is no JSON");
    refuses("{\"kind\":\"limits\"", "", "is no JSON");
  }

  @Test
  void refusesBytesThatAreNoText() {
    refuses("", "", "is empty");
    refuses("# nothing\n", "", "is empty");
    refuses("[]", "", "allowed is an object");
    refuses("\uFEFF" + L, "", "byte order mark");
    refuses("kind: \u0000", "", "characters that YAML does not allow");
    assertThat(refused(ByteString.copyFrom(new byte[] {'k', (byte) 0xc3, 0x28})))
        .hasMessageContaining("no UTF-8");
    refuses("{\"kind\":\"\\ud83d\"}", "kind", "half a surrogate pair");
    refuses("{\"\\ud83d\":1}", "", "half a surrogate pair");
  }

  @Test
  void refusesWhatLiesTooDeep() {
    refuses(L + "keys: " + "[".repeat(7) + "]".repeat(7), "keys", "a list");
    refuses(L + "keys: " + "[".repeat(8), "keys" + "[0]".repeat(7), "too deep");
    refuses("{\"a\":" + "[".repeat(100_000), "a" + "[0]".repeat(7), "too deep");
    refuses(L + "keys: " + "[".repeat(100_000), "keys" + "[0]".repeat(7), "too deep");
  }

  /** Somebody names the wrong file. */
  @Test
  void tellsNothingOfAFileThatHoldsATokenAndNoManifest() {
    assertThatExceptionOfType(UnreadableManifest.class)
        .isThrownBy(() -> ManifestReader.read(ByteString.copyFromUtf8("3q2-7wSecretOfSomebody")))
        .withMessageContaining("allowed is an object with fields")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("3q2"));
  }
}
