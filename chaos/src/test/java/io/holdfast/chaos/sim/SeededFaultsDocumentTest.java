package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeededFaultsDocumentTest {

  @Test
  void documentListsEveryFaultWithWhatIsBrokenAndWhoCatchesIt() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/SEEDED-FAULTS.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            SeededFault.all().stream()
                .map(
                    fault ->
                        "| `%s` | %s | %s |"
                            .formatted(fault.name(), fault.broken(), fault.caughtBy()))
                .toList());
  }
}
