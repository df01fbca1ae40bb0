package io.holdfast.chaos.cli;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckVerbTest {

  private static final String WRITTEN =
      """
      {:process 0, :type :invoke, :f :write, :value 1}
      {:process 0, :type :ok, :f :write, :value 1}
      {:process 0, :type :invoke, :f :read, :value nil}
      """;

  private static final String VALID = WRITTEN + "{:process 0, :type :ok, :f :read, :value 1}\n";
  private static final String INVALID = WRITTEN + "{:process 0, :type :ok, :f :read, :value 2}\n";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory = Path.of("");

  @Test
  void exitsWith0WhenValid() throws IOException {
    assertThat(check(VALID, "--json")).isEqualTo(0);
    assertThat(json().path("verdict").asText()).isEqualTo("valid");
    assertThat(json().path("operations").asInt()).isEqualTo(2);
    assertThat(json().path("seconds").isNumber()).isTrue();
    assertThat(json().path("counterexample").isNull()).isTrue();
  }

  @Test
  void exitsWith1AndTheCounterexampleWhenInvalid() throws IOException {
    assertThat(check(INVALID, "--json")).isEqualTo(1);
    assertThat(json().path("verdict").asText()).isEqualTo("invalid");
    JsonNode found = json().path("counterexample");
    assertThat(found.path("events").asInt()).isEqualTo(4);
    assertThat(found.path("state").asText()).isEqualTo("1");
    assertThat(found.path("failing").path("action").asText()).isEqualTo("read 2");
    assertThat(found.path("placed").path(0).path("action").asText()).isEqualTo("write 1");
  }

  @Test
  void tellsTheCounterexampleInWords() throws IOException {
    assertThat(check(INVALID)).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("invalid: 2 operations")
        .contains("The first 4 events have no order; without the last one they have.")
        .contains("the register holds 1")
        .contains("process 0 read 2, from event 2 to 3");
  }

  @Test
  void showsTheRegistersOfATransactionThatHasNoPlace() throws IOException {
    String halfSeen =
        """
        {:process 0, :type :invoke, :f :txn, :value [[:w a 1] [:w b 1]]}
        {:process 0, :type :ok, :f :txn, :value [[:w a 1] [:w b 1]]}
        {:process 1, :type :invoke, :f :txn, :value [[:r a nil] [:r b nil]]}
        {:process 1, :type :ok, :f :txn, :value [[:r a 1] [:r b nil]]}
        """;
    assertThat(check(halfSeen)).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Key a and 1 more. The first 4 events have no order")
        .contains("the registers hold a = 1, b = 1")
        .contains("process 1 txn [r a 1, r b nil], from event 2 to 3");
  }

  @Test
  void exitsWith2WhenTheBudgetEnds() throws IOException {
    String concurrent =
        VALID.replace("process 0", "process 1").lines().limit(2).toList().get(0)
            + "\n{:process 2, :type :invoke, :f :write, :value 2}"
            + "\n{:process 1, :type :ok, :f :write, :value 1}"
            + "\n{:process 2, :type :ok, :f :write, :value 2}"
            + "\n{:process 2, :type :invoke, :f :read, :value nil}"
            + "\n{:process 2, :type :ok, :f :read, :value 1}";
    assertThat(check(concurrent, "--budget", "1", "--json")).isEqualTo(2);
    assertThat(json().path("verdict").asText()).isEqualTo("out_of_budget");
  }

  @Test
  void saysThatAHistoryIsEmpty() throws IOException {
    assertThat(check("")).isEqualTo(0);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("valid: 0 operations")
        .contains("The history is empty.");
  }

  @Test
  void exitsWith4AndTheLineWhenTheTextIsNoHistory() throws IOException {
    assertThat(check(WRITTEN + "{:process 0", "--json")).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains("line 4: not EDN");
    assertThat(json().path("ok").asBoolean(true)).isFalse();
  }

  @Test
  void exitsWith5WhenTheFileIsMissing() {
    assertThat(run("chaos", "check", directory.resolve("none").toString())).isEqualTo(5);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("does not exist");
  }

  @Test
  void refusesABudgetOfNothing() throws IOException {
    assertThat(check(VALID, "--budget", "0")).isEqualTo(4);
  }

  @Test
  void showsAnExampleInItsHelp() {
    assertThat(run("chaos", "check", "--help")).isEqualTo(0);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("holdfast chaos check history.edn");
  }

  private int check(String text, String... options) throws IOException {
    Path file = Files.writeString(directory.resolve("history"), text);
    String[] arguments = new String[options.length + 3];
    arguments[0] = "chaos";
    arguments[1] = "check";
    arguments[2] = file.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return run(arguments);
  }

  private int run(String... arguments) {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    return HoldfastCommand.create(console, Optional.empty()).execute(arguments);
  }

  private JsonNode json() throws IOException {
    String last = out.toString(StandardCharsets.UTF_8).lines().reduce("", (a, b) -> b);
    return new ObjectMapper().readTree(last);
  }
}
