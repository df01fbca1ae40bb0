package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.mesh.log.LogLines;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class NodeVoiceTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new ByteArrayInputStream(new byte[0]),
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          Map.of(),
          false);

  private static List<String> told(LogLines log) {
    return log.of("NodeVoice").stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void saysInTheLogAloneWhereThatIsJson() throws Exception {
    try (LogLines log = new LogLines(Level.INFO)) {
      NodeVoice voice = new NodeVoice(console, true);
      voice.say("node n1 serves");
      assertThat(voice.fail(Exit.IO, "the disk is full")).isEqualTo(Exit.IO.status());

      assertThat(told(log)).containsExactly("node n1 serves", "the disk is full");
      for (String line : LogLines.printed("json", log.of("NodeVoice")).split("\n")) {
        assertThat(new ObjectMapper().readTree(line).path("message").asText()).isNotEmpty();
      }
    }
    assertThat(out.size() + err.size()).isZero();
  }

  @Test
  void saysOnTheConsoleWhereLinesAreTextOrNothingIsLogged() {
    try (LogLines log = new LogLines(Level.INFO)) {
      NodeVoice voice = new NodeVoice(console, false);
      voice.say("node n1 serves");
      int unused = voice.fail(Exit.IO, "the disk is full");
      assertThat(told(log)).isEmpty();
    }
    try (LogLines log = new LogLines(Level.OFF)) {
      int unused = new NodeVoice(console, true).fail(Exit.IO, "nobody logs");
      assertThat(told(log)).isEmpty();
    }

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("node n1 serves\n");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("holdfast: the disk is full\nholdfast: nobody logs\n");
  }

  @Test
  void nodeThatIsNotStartedSaysWhyInJson() {
    System.setProperty("holdfast.log.format", "json");
    try (LogLines log = new LogLines(Level.INFO)) {
      int status =
          new MeshNodeRunner()
              .run(Optional.empty(), Map.of("holdfast.http.max-watchers", "none"), console);

      assertThat(status).isEqualTo(Exit.CONFIGURATION.status());
      assertThat(told(log)).hasSize(2);
      assertThat(told(log).get(0)).contains("holdfast.http.max-watchers", "none");
      assertThat(out.size() + err.size()).isZero();
    } finally {
      System.clearProperty("holdfast.log.format");
    }
  }
}
