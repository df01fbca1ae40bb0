package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.mesh.client.FakeFrontDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchVerbTest {

  private final FakeFrontDoor door = FakeFrontDoor.start();

  @AfterEach
  void stop() {
    door.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "get", "local-get", "txn", "mixed", "cold"})
  void measuresEveryWorkloadOnPreloadedKeys(String workload) {
    JsonNode json = bench("--workload", workload, "--preload", "--keys", "250").json();
    assertThat(json.path("workload").asText()).isEqualTo(workload);
    assertThat(json.path("ratePerSecond").asDouble()).isPositive();
    assertThat(json.path("errors").asLong()).as("%s", json).isZero();
    assertThat(door.value("bench/0")).isPresent();
    assertThat(door.value("bench/249")).isPresent();
    assertThat(door.value("bench/250")).isEmpty();
  }

  @Test
  void transactionsKnowWhatTheyHaveWritten() {
    JsonNode json = bench("txn", "--clients", "1", "--keys", "20").json();
    assertThat(json.path("guardsFailed").asLong()).as("%s", json).isZero();
    assertThat(json.path("ratePerSecond").asDouble()).isPositive();
  }

  @Test
  void transactionsThatFindOtherValuesLearnThem() {
    JsonNode json = bench("txn", "--clients", "8", "--keys", "2").json();
    double requests = json.path("ratePerSecond").asDouble() * json.path("seconds").asDouble();
    assertThat(json.path("guardsFailed").asDouble()).isPositive().isLessThan(requests);
  }

  @Test
  void valuesHaveTheSizeAskedFor() {
    bench("txn", "--keys", "5", "--value-bytes", "300");
    assertThat(door.value("bench/3").orElse("")).hasSize(300);
  }

  @Test
  void coldReadsOfKeysThatNobodyWroteAreErrors() {
    CommandRun run = bench("cold", "--keys", "10");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.json().path("errorsByCode").path("not_found").asLong()).isPositive();
  }

  @Test
  void twoWorkloadsAreWrong() {
    assertThat(bench("put", "--workload", "get").exit()).isEqualTo(4);
    assertThat(bench("txn", "--keys", "1").exit()).isEqualTo(4);
  }

  private CommandRun bench(String... arguments) {
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--seconds", "1", "--warmup", "0", "--json"));
    if (!all.contains("--clients")) {
      all.addAll(List.of("--clients", "4"));
    }
    all.addAll(List.of("--endpoints", door.endpoint().toString()));
    return CommandRun.with(Map.of(), "", Optional.empty(), all.toArray(String[]::new));
  }
}
