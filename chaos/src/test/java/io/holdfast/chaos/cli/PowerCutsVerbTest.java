package io.holdfast.chaos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerCutsVerbTest {

  @ParameterizedTest
  @CsvSource({
    "--cycles=0, allowed is 1 to 1000000",
    "--cycles=1000001, allowed is 1 to 1000000",
    "--cycles=many, many",
    "--seed=x, x",
    "--break=everything, 'writes-not-synced, directory-not-synced, answer-before-disk'",
    "unexpected, unexpected",
  })
  void wrongArgumentsAreNamedWithWhatIsAllowed(String argument, String told) {
    Ran ran = Ran.verb("chaos", "power-cuts", argument);
    assertThat(ran.status()).isEqualTo(4);
    assertThat(ran.err()).contains(told);
  }

  @Test
  void saysWhatItCutAndFound() throws IOException {
    Ran ran = Ran.verb("chaos", "power-cuts", "--cycles", "3", "--seed", "5", "--json");
    assertThat(ran.status()).as(ran.out() + ran.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(ran.lastLine());
    assertThat(json.get("ok").asBoolean()).isTrue();
    assertThat(json.get("cycles").asInt()).isEqualTo(3);
    assertThat(json.get("seed").asLong()).isEqualTo(5);
    assertThat(json.get("lost").asLong()).isZero();
    assertThat(json.get("failures")).isEmpty();
    assertThat(json.get("cuts").fieldNames())
        .toIterable()
        .contains(
            "kept",
            "dropped",
            "torn",
            "reordered",
            "undoneCreations",
            "undoneRenames",
            "undoneDeletions",
            "undoneTruncations");
    assertThat(json.has("acknowledged") && json.has("seconds")).isTrue();
  }

  @Test
  void failureExitsWithOneSaysHowToPlayItAgainAndKeepsWhatThereIsToLookAt(@TempDir Path dir)
      throws IOException {
    Ran ran =
        Ran.verb(
            "chaos",
            "power-cuts",
            "--cycles",
            "50",
            "--break",
            "writes-not-synced",
            "--json",
            "--keep",
            dir.toString());
    assertThat(ran.status()).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(ran.lastLine());
    assertThat(json.get("ok").asBoolean()).isFalse();
    assertThat(json.get("failures").get(0).get("replay").asText())
        .startsWith("holdfast chaos power-cuts --seed ")
        .endsWith("--break writes-not-synced");
    Path kept = dir.resolve("cycle-" + json.get("failures").get(0).get("cycle").asInt());
    assertThat(kept.resolve("findings.txt")).isNotEmptyFile();
    assertThat(kept.resolve("before").resolve("operations.txt")).isNotEmptyFile();
    assertThat(kept.resolve("failed").resolve("disk").resolve("data").resolve("journal.mv.db"))
        .isNotEmptyFile();
  }
}
