package io.holdfast.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeImageTest {

  /** Whoever names a folder that is not empty loses nothing. */
  @Test
  void takesNothingAwayThatIsNotAnImage(@TempDir Path folder) throws Exception {
    Path image = Files.createDirectories(folder.resolve("node-image-9e165d90"));
    Path trial = Files.createDirectories(folder.resolve("node-image-trial/n1"));
    Path photographs = Files.createDirectories(folder.resolve("node-image-2026"));
    Path others = Files.createDirectories(folder.resolve("node-images"));
    Path file = Files.writeString(folder.resolve("node-image-0000001f"), "a file");
    Files.writeString(image.resolve("node.jsa"), "archive");
    Files.writeString(trial.resolve("node.log"), "log");

    NodeImage.deleteEarlier(folder);

    assertThat(image).doesNotExist();
    assertThat(folder.resolve("node-image-trial")).doesNotExist();
    assertThat(others).exists();
    assertThat(file).exists();
    assertThat(photographs).exists();
  }
}
