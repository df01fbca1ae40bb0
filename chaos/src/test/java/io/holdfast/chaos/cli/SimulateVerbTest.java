package io.holdfast.chaos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SimulateVerbTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void rangeOfSeedsEndsWithItsSummary() throws IOException {
    Ran ran = Ran.verb("simulate", "--seeds", "1..3", "--profile", "calm", "--json");

    assertThat(ran.status()).isZero();
    JsonNode json = JSON.readTree(ran.lastLine());
    assertThat(json.get("seeds").asInt()).isEqualTo(3);
    assertThat(json.get("violations").asInt()).isZero();
    assertThat(json.get("livenessFailures").asInt()).isZero();
    assertThat(json.get("seedsPerSecond").asDouble()).isPositive();
    assertThat(json.get("virtualSeconds").asDouble()).isGreaterThanOrEqualTo(180);
    assertThat(json.at("/coverage/elections").asInt()).isGreaterThanOrEqualTo(3);
    assertThat(json.at("/coverage/crashes").asInt()).isZero();
    assertThat(json.at("/coverage/partitions").asInt()).isZero();
    assertThat(json.at("/coverage/rotations").asInt()).isPositive();
    assertThat(json.at("/coverage/verdicts/met").asInt()).isPositive();
    assertThat(json.get("failures")).isEmpty();
  }

  @Test
  void transcriptOfASeedComesBeforeItsSummary() {
    Ran ran = Ran.verb("simulate", "--seed", "5", "--nodes", "3", "--w", "2", "--trace");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).contains("Prepare ballot", "everything is sound from here on");
    assertThat(ran.out()).containsPattern("Transcript: [0-9a-f]{64}");
    assertThat(ran.out()).contains("1 seeds, ", "0 violations, 0 liveness failures");
  }

  @Test
  void seedThatFailsIsToldShrunkAndCanBeReplayed() throws IOException {
    Ran ran = Ran.verb("simulate", "--seeds", "1..2", "--break", "promise-not-durable", "--json");

    assertThat(ran.status()).isEqualTo(1);
    JsonNode json = JSON.readTree(ran.lastLine());
    assertThat(json.get("violations").asInt()).isEqualTo(2);
    JsonNode failure = json.at("/failures/0");
    assertThat(failure.get("seed").asInt()).isEqualTo(1);
    assertThat(failure.get("invariant").asText()).isEqualTo("DurableBeforeReply");
    assertThat(failure.get("replay").asText())
        .isEqualTo(
            "./holdfast simulate --seed 1 --profile all --break promise-not-durable --trace");
    assertThat(json.at("/shrunk/faults")).as("it needs none of the faults").isEmpty();
    assertThat(json.at("/shrunk/transcript").toString()).contains("DurableBeforeReply");

    String[] replay = failure.get("replay").asText().replace("./holdfast ", "").split(" ");
    Ran again = Ran.verb(replay);
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.out())
        .contains("Seed 1 breaks DurableBeforeReply", "The part that matters:", "!!!");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --profile calm | which seeds? Give either --seeds A..B or --seed S, or --self-test
          --seeds 1..3 --seed 4 | which seeds? Give either --seeds A..B or --seed S, or --self-test
          --seeds 3 | --seeds 3: allowed is A..B, such as 1..1000
          --seeds 9..3 | allowed are A..B with 0 <= A <= B
          --seeds 1..99999999999 | at most 10000000 of them
          --seed 1 --profile wild | --profile wild: allowed are calm, lossy, partitions, crashes, clocks, cache, trim, membership, divergence, control, reservations, all
          --seed 1 --nodes 4 | --nodes 4: allowed are 3, 5 and 7
          --seed 1 --nodes 5 --w 6 | --w 6: allowed are 1 to 5
          --seed 1 --w 4 | --w 4: allowed are 1 to 3; more with --nodes
          --seeds 1..2 --trace | --trace: allowed with --seed only
          --seed 1 --break nothing | --break nothing: allowed are promise-not-durable,
          --self-test --seed 1 | --self-test: every fault is hunted in seeds of its own
          --self-test --profile all | --self-test: every fault is hunted in seeds of its own
          --seed 1 --threads 0 | --threads 0: allowed are 1 to 1024
          """)
  void wrongArgumentsAreNamed(String arguments, String complaint) {
    String[] words = ("simulate " + arguments).split(" ");

    Ran ran = Ran.verb(words);

    assertThat(ran.status()).isEqualTo(4);
    assertThat(ran.err()).contains(complaint);
  }

  @Test
  void helpHasExamples() {
    Ran ran = Ran.verb("simulate", "--help");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).contains("holdfast simulate --seeds 1..1000", "--profile", "--trace");
  }
}
