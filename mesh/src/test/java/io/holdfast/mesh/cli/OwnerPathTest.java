package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnerPathTest {

  @TempDir private Path temp = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b, true",
    "/a, /a/b, true",
    "/, /a/b, true",
    "/a/b/c, /a/b, true",
    "/a/bc, /a/b, false",
    "/a/c, /a/b, false",
    "/b, /a/b, false"
  })
  void folderIsRelatedThatIsOrContainsOrLiesBelow(String path, String folder, boolean related) {
    assertThat(OwnerPath.isRelated(Path.of(path), Path.of(folder))).isEqualTo(related);
  }

  @Test
  void folderHasOneNameHoweverItIsReached() throws Exception {
    Path real = Files.createDirectory(temp.toRealPath().resolve("real"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), real);

    assertThat(OwnerPath.of(link.toString())).isEqualTo(real);
    assertThat(OwnerPath.of(link + "/x/../y")).isEqualTo(real.resolve("y"));
    assertThat(OwnerPath.of(real + "/./")).isEqualTo(real);
    assertThat(OwnerPath.of("")).isEqualTo(Path.of("").toRealPath());
  }

  @Test
  void onlyWhatIsBeyondDoubtIsGone() throws Exception {
    Path there = Files.createDirectory(temp.resolve("there"));
    Path file = Files.createFile(temp.resolve("file"));
    Path dangling = Files.createSymbolicLink(temp.resolve("dangling"), temp.resolve("none"));

    assertThat(OwnerPath.isGone(there.toString())).isFalse();
    assertThat(OwnerPath.isGone(dangling.toString())).isFalse();
    assertThat(OwnerPath.isGone(temp.resolve("none").toString())).isTrue();
    // Its folder is not there either: it may be on a disk that is not mounted.
    assertThat(OwnerPath.isGone(temp.resolve("none/below").toString())).isFalse();
    assertThat(OwnerPath.isGone(file.resolve("below").toString())).isFalse();
    assertThat(OwnerPath.isGone("/")).isFalse();
  }
}
