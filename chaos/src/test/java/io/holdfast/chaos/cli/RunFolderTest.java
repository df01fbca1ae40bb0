package io.holdfast.chaos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.chaos.cli.RunFolder.NotEmpty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  @Test
  void removesItsOwnFolderWithAllThatIsInIt() throws IOException, NotEmpty {
    Path path;
    try (RunFolder folder = RunFolder.of(null, "holdfast-test")) {
      path = folder.path();
      Files.createDirectories(path.resolve("n1").resolve("data"));
      Files.writeString(path.resolve("n1").resolve("node.log"), "something");
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void leavesAFolderThatWasNamed(@TempDir Path dir) throws IOException, NotEmpty {
    Path named = dir.resolve("kept");
    try (RunFolder folder = RunFolder.of(named, "holdfast-test")) {
      Files.createDirectories(folder.path());
      Files.writeString(folder.path().resolve("node.log"), "something");
    }
    assertThat(named.resolve("node.log")).exists();
  }

  @Test
  void doesNotTakeAFolderThatHoldsSomething(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("mine"), "something");
    assertThatThrownBy(() -> RunFolder.of(dir, "holdfast-test"))
        .isInstanceOf(NotEmpty.class)
        .hasMessageContaining(dir.toString());
    assertThat(dir.resolve("mine")).exists();
  }
}
