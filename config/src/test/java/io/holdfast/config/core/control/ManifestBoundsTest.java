package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Documents that are too much of something. */
class ManifestBoundsTest {

  private static void refuses(String document, String words) {
    assertThatThrownBy(() -> ManifestReader.read(ByteString.copyFromUtf8(document)))
        .isInstanceOf(UnreadableManifest.class)
        .hasMessageContaining(words);
  }

  @Test
  void aMillionEntriesAreRefusedByTheirSize() {
    refuses(
        "kind: access\nversion: 1\nprincipals:\n" + "- {name: a}\n".repeat(1_000_000),
        "allowed are at most 262144");
  }

  @Test
  void tinyEntriesAreRefusedByTheirCount() {
    refuses(
        "kind: access\nversion: 1\nprincipals: [" + "[],".repeat(80_000) + "]",
        "principals: has too many items: allowed are at most 1000");
    refuses(
        "{\"kind\":\"access\",\"principals\":[" + "0,".repeat(100_000) + "0]}",
        "principals: has too many items: allowed are at most 1000");
    refuses(
        IntStream.range(0, 20_000).mapToObj(i -> "a" + i + ": 1\n").collect(Collectors.joining()),
        "too many fields");
  }

  @Test
  void aThousandPrincipalsAreReadAndOneMoreIsNot() {
    String principals =
        IntStream.range(0, 999)
            .mapToObj(i -> "  - {name: p" + i + "}\n")
            .collect(Collectors.joining());
    var access =
        (AccessManifest) ManifestSample.read(ManifestSample.accessWith() + principals).manifest();
    assertThat(access.principals()).hasSize(AccessManifest.MAX_PRINCIPALS);
    refuses(ManifestSample.accessWith() + principals + "  - {name: more}\n", "at most 1000");
  }

  @Test
  void countsWithinAPrincipalAreBounded() {
    String nine = IntStream.range(0, 9).mapToObj(i -> "CN=" + i).collect(Collectors.joining(","));
    refuses(
        ManifestSample.accessWith("{name: a, certificates: [" + nine + "]}"),
        "principals[1].certificates: 9 items: allowed are at most 8");
    String tokens =
        IntStream.range(0, 9)
            .mapToObj(i -> "\"" + TokenHash.ofToken("t" + i).text() + "\"")
            .collect(Collectors.joining(","));
    refuses(
        ManifestSample.accessWith("{name: a, tokens: [" + tokens + "]}"),
        "principals[1].tokens: 9 items: allowed are at most 8");
    String grants = "{prefix: a, verbs: [read]},".repeat(65);
    refuses(
        ManifestSample.accessWith("{name: a, grants: [" + grants + "]}"),
        "principals[1].grants: 65 items: allowed are at most 64");
  }

  @Test
  void aHundredPoolsAreReadAndOneMoreIsNot() {
    String start = "kind: pools\nversion: 1\npools:\n";
    String pools =
        IntStream.range(0, 100)
            .mapToObj(i -> "- {name: p" + i + ", scope: mesh, first: 1, last: 2}\n")
            .collect(Collectors.joining());
    assertThat(((PoolsManifest) ManifestSample.read(start + pools).manifest()).pools())
        .hasSize(100);
    refuses(
        start + pools + "- {name: more, scope: mesh, first: 1, last: 2}\n",
        "pools: 101 items: allowed are at most 100");
  }

  @Test
  void canonicalFormThatIsLargerThanTheDocumentIsBoundedToo() {
    String one = "{prefix: a,verbs: [read,write]},";
    String principal = ",grants: [" + one.repeat(64) + "]}\n";
    StringBuilder yaml = new StringBuilder(ManifestSample.accessWith());
    for (int i = 0; yaml.length() + principal.length() + 20 < ManifestReader.MAX_BYTES; i++) {
      yaml.append("  - {name: p").append(i).append(principal);
    }
    refuses(yaml.toString(), "bytes in canonical form: allowed are at most 262144");
  }

  @Test
  void longScalarsOfYamlAreReadInBoundedTimeAndStack() {
    refuses("kind: limits\nversion: 1\nkeys: " + "1:".repeat(100_000) + "1", "keys: 1:1:1");
    refuses("kind: limits\nversion: 1\nkeys: " + "1".repeat(200_000), "keys: 1111");
    refuses("kind: " + "y".repeat(200_000), "version: is missing");
  }
}
