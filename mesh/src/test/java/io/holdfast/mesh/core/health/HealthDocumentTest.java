package io.holdfast.mesh.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.Happening;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/HEALTH.md} lists exactly the gates and the happenings that there are. */
class HealthDocumentTest {

  private static List<String> firstColumn(String header) throws Exception {
    String text = Files.readString(Path.of("..", "docs", "HEALTH.md"));
    String table = text.substring(text.indexOf("| " + header + " |"));
    table = table.substring(0, table.indexOf("\n\n"));
    return table
        .lines()
        .skip(2)
        .map(line -> line.substring(0, line.indexOf('|', 1)))
        .flatMap(cell -> Pattern.compile("`([a-z-]+)`").matcher(cell).results())
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void everyGateIsExplained() throws Exception {
    assertThat(firstColumn("gate"))
        .containsExactlyElementsOf(Arrays.stream(GateKind.values()).map(GateKind::code).toList());
  }

  @Test
  void everyHappeningIsExplained() throws Exception {
    assertThat(firstColumn("happening"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Happening.Kind.values()).map(Happening.Kind::code).toList());
  }
}
