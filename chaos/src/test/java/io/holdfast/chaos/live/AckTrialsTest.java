package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.HoldfastCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One trial of each class among three processes; {@code holdfast chaos acks} plays twenty. */
class AckTrialsTest {

  private static JsonNode report = new ObjectMapper().nullNode();
  private static int exit;

  @BeforeAll
  static void play() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err,
            Map.of(),
            false);
    exit =
        HoldfastCommand.create(console, Optional.empty())
            .execute("chaos", "acks", "--trials=1", "--nodes=3", "--json");
    String last = out.toString(StandardCharsets.UTF_8).lines().reduce("", (one, next) -> next);
    report = new ObjectMapper().readTree(last);
  }

  private static JsonNode trialOf(AckClass kind) {
    for (JsonNode trial : report.path("trials")) {
      if (trial.path("class").asText().equals(kind.word())) {
        return trial;
      }
    }
    throw new AssertionError("no trial of " + kind.word() + ": " + report);
  }

  @ParameterizedTest
  @EnumSource(AckClass.class)
  void callersAreToldWhatWasDone(AckClass kind) {
    JsonNode trial = trialOf(kind);
    assertThat(trial.path("failures")).as("%s", trial).isEmpty();
    assertThat(trial.path("ok").asBoolean()).as("%s", trial).isTrue();
    assertThat(trial.path("n").asInt()).isEqualTo(3);
    assertThat(trial.path("w").asInt()).isBetween(2, 3);
    assertThat(trial.path("cut").asText()).as("what was injected").isNotEmpty();
    assertThat(trial.path("observed").asText()).isEqualTo(trial.path("expected").asText());
    assertThat(trial.path("got").asInt()).isBetween(0, 3);
    assertThat(trial.path("needed").asInt()).isBetween(0, 3);
    assertThat(trial.path("members").size()).isEqualTo(3);
  }

  @Test
  void everyVerdictIsAmongThem() {
    TreeSet<String> verdicts = new TreeSet<>();
    report.path("trials").forEach(trial -> verdicts.add(trial.path("observed").asText()));
    assertThat(verdicts)
        .contains(
            "unreachable",
            "timeout",
            "id_drift",
            "local_write_failed",
            "in_flight, then committed");
  }

  @Test
  void exitsWith0AndSaysOk() {
    assertThat(report.path("ok").asBoolean()).as("%s", report).isTrue();
    assertThat(exit).isEqualTo(0);
  }
}
