package io.holdfast.config.core.control;

import static io.holdfast.config.core.control.ManifestSample.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.PolicyManifest.Approvals;
import io.holdfast.config.core.control.Pool.Scope;
import io.holdfast.config.core.control.Pool.Span;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ManifestReaderTest {

  @Test
  void readsAPolicy() {
    assertThat(read(ManifestSample.POLICY).manifest())
        .isEqualTo(
            new PolicyManifest(
                OptionalInt.of(2),
                Optional.of(Duration.ofSeconds(2)),
                true,
                Optional.of(new Approvals(1, new TreeSet<>(List.of("ci", "ops"))))));
    assertThat(read("{\"kind\":\"policy\",\"version\":1}").manifest())
        .isEqualTo(PolicyManifest.NONE);
  }

  @Test
  void readsLimits() {
    assertThat(read(ManifestSample.LIMITS).manifest())
        .isEqualTo(
            new LimitsManifest(
                OptionalInt.of(512),
                OptionalInt.of(65536),
                OptionalLong.of(1_000_000),
                OptionalInt.of(64),
                OptionalInt.of(500)));
    assertThat(read("kind: limits\nversion: 1").manifest()).isEqualTo(LimitsManifest.NONE);
  }

  @Test
  void readsAccess() {
    var access = (AccessManifest) read(ManifestSample.ACCESS).manifest();
    Principal ci = access.byToken(ManifestSample.CI_TOKEN).orElseThrow();
    assertThat(ci.name()).isEqualTo("ci");
    assertThat(ci.grants())
        .containsExactly(
            new Grant(
                ByteString.copyFromUtf8("orders/"), new TreeSet<>(List.of(Verb.READ, Verb.WRITE))),
            new Grant(
                ByteString.copyFrom(new byte[] {(byte) 0xff, 0}),
                new TreeSet<>(List.of(Verb.READ))));
    assertThat(access.byCertificate("CN=ops,O=Example").map(Principal::name)).contains("ops");
    assertThat(access.anonymous()).isPresent();
    assertThat(access.owners())
        .containsExactly(new Owner("shop", new TreeSet<>(List.of("ci", "ops"))));
  }

  @Test
  void readsPools() {
    assertThat(read(ManifestSample.POOLS).manifest())
        .isEqualTo(
            new PoolsManifest(
                List.of(
                    new Pool(
                        "ports",
                        Scope.HOST,
                        7000,
                        8000,
                        List.of(new Span(7070, 7079)),
                        Optional.of(Duration.ofDays(30))),
                    new Pool("vlans", Scope.MESH, 1, 4094, List.of(), Optional.empty()))));
  }

  @Test
  void everyUnitOfADurationIsRead() {
    assertThat(ackTimeout("500ms")).contains(Duration.ofMillis(500));
    assertThat(ackTimeout("60s")).contains(Duration.ofMinutes(1));
    assertThat(ackTimeout("1m")).contains(Duration.ofMinutes(1));
    for (String expiry : new String[] {"1m", "1h", "3650d", "87600h"}) {
      assertThat(DurationText.parse(expiry)).isPresent();
      read(
          "kind: pools\nversion: 1\npools: [{name: a, scope: mesh, first: 1, last: 1, expiry: %s}]"
              .formatted(expiry));
    }
  }

  private static Optional<Duration> ackTimeout(String text) {
    return ((PolicyManifest) read("kind: policy\nversion: 1\nackTimeout: " + text).manifest())
        .ackTimeout();
  }

  @Test
  void yamlAndJsonOfTheSameContentHaveTheSameCanonicalForm() {
    String json =
        """
        {"version": 1, "kind": "policy", "approvals": {"approvers": ["ops", "\\u0063i"], "needed": 1},
         "requireReady": true, "ackTimeout": "2s", "w": 2}""";
    assertThat(read(json)).isEqualTo(read(ManifestSample.POLICY));
    assertThat(ManifestSample.set(json).hash())
        .isEqualTo(ManifestSample.set(ManifestSample.POLICY).hash());
  }

  @Test
  void defaultsAreNotFilledInAndListsStayInOrder() {
    assertThat(read("version: 1\nkind: policy").canonical().toStringUtf8())
        .isEqualTo("{\"kind\":\"policy\",\"version\":1}");
    assertThat(read(ManifestSample.POLICY).canonical().toStringUtf8())
        .contains("\"approvers\":[\"ops\",\"ci\"]");
  }

  @Test
  void canonicalFormsAreReadAsTheyAre() {
    for (String each :
        List.of(
            ManifestSample.POLICY,
            ManifestSample.LIMITS,
            ManifestSample.ACCESS,
            ManifestSample.POOLS)) {
      ManifestDocument document = read(each);
      assertThat(ManifestReader.readCanonical(document.canonical())).isEqualTo(document);
      assertThat(ManifestReader.read(document.canonical())).isEqualTo(document);
    }
  }

  @Test
  void refusesOtherSpellingsOfACanonicalForm() {
    for (String other :
        List.of(
            "{\"version\":1,\"kind\":\"limits\"}",
            "{\"kind\":\"limits\",\"version\":1} ",
            "{\"kind\":\"l\\u0069mits\",\"version\":1}")) {
      assertThatThrownBy(() -> ManifestReader.readCanonical(ByteString.copyFromUtf8(other)))
          .isInstanceOf(UnreadableManifest.class)
          .hasMessageContaining("canonical form");
    }
    assertThatThrownBy(
            () -> ManifestReader.readCanonical(ByteString.copyFromUtf8("kind: limits\nversion: 1")))
        .isInstanceOf(UnreadableManifest.class)
        .hasMessageContaining("no JSON");
  }

  @Test
  void textInQuotesIsTextWhateverItLooksLike() {
    var access =
        (AccessManifest)
            read(ManifestSample.accessWith(
                    "{name: \"123\", grants: [{prefix: 'yes', verbs: [read]}]}",
                    "{name: 'null', grants: [{prefix: \"0x10\", verbs: [read]}]}"))
                .manifest();
    assertThat(access.byName("123")).isPresent();
    assertThat(access.byName("null")).isPresent();
  }

  @Test
  void textThatNoYamlTakesForSomethingElseNeedsNoQuotes() {
    for (String name : List.of("1a", "10.0.0.1", "yess", "n1", "2024-a", "a.b")) {
      assertThat(
              ((AccessManifest) read(ManifestSample.accessWith("{name: " + name + "}")).manifest())
                  .byName(name))
          .as(name)
          .isPresent();
    }
  }
}
