package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is told to take faults where there are none: this module knows none. */
class FaultsRefusedTest {

  @Test
  void nodeDoesNotStartAndNamesTheKeyItsValueAndWhatIsAllowed(@TempDir Path dir) {
    Path data = dir.resolve("data");
    CommandRun run =
        CommandRun.with(
            Map.of(),
            "",
            Optional.of(new MeshNodeRunner()),
            "node",
            "--data-dir=" + data,
            "--set=holdfast.chaos.enabled=on");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("holdfast.chaos.enabled = on: allowed is off", "holdfast-chaos");
    assertThat(data).doesNotExist();
  }
}
