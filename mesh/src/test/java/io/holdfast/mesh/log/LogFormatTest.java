package io.holdfast.mesh.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.sync.core.RequestTrace;
import io.holdfast.sync.core.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogFormatTest {

  private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN_ID = "00f067aa0ba902b7";

  private static String line(
      Map<String, String> properties, String message, @Nullable Throwable failure) {
    LoggerContext context = LogLines.configured(properties);
    Logger logger = context.getLogger("io.holdfast.mesh.http.RefusalLog");
    String[] line = new String[1];
    new LogFacts()
        .with(new RequestTrace("req-1", Optional.of(new TraceContext(TRACE_ID, SPAN_ID))))
        .with(LogFacts.GROUP, "main")
        .with(LogFacts.CODE, "overloaded")
        .with(LogFacts.WRITE_ID, "")
        .during(
            () -> {
              LoggingEvent event =
                  new LoggingEvent("", logger, Level.INFO, message, failure, new Object[0]);
              event.setInstant(Instant.parse("2026-11-22T19:40:00.123Z"));
              line[0] =
                  new String(
                      LogLines.appenderOf(context).getEncoder().encode(event),
                      StandardCharsets.UTF_8);
            });
    context.stop();
    return line[0];
  }

  @Test
  void textEndsWithTheFactsThatThereAre() {
    assertThat(line(Map.of(), "refused: too much", null))
        .isEqualTo(
            "2026-11-22T19:40:00.123Z INFO  i.h.mesh.http.RefusalLog refused: too much"
                + " requestId=req-1 traceId="
                + TRACE_ID
                + " spanId="
                + SPAN_ID
                + " group=main code=overloaded\n");
  }

  @Test
  void textKeepsAMessageInOneLine() {
    assertThat(line(Map.of(), "one\r\ntwo\nthree", null))
        .contains(" one two three ")
        .hasLineCount(1);
  }

  @Test
  void jsonIsOneObjectALineWithTheFactsAsFields() throws Exception {
    String line =
        line(
            Map.of("HOLDFAST_LOG_FORMAT", "json", "node", "n1", "mesh", "shop"),
            "refused:\n\"too much\"",
            null);

    assertThat(line).hasLineCount(1).endsWith("\n");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(new ObjectMapper().convertValue(json, new TypeReference<Map<String, String>>() {}))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("@timestamp", "2026-11-22T19:40:00.123Z"),
                Map.entry("level", "INFO"),
                Map.entry("logger", "io.holdfast.mesh.http.RefusalLog"),
                Map.entry("message", "refused:\n\"too much\""),
                Map.entry("node", "n1"),
                Map.entry("mesh", "shop"),
                Map.entry("requestId", "req-1"),
                Map.entry("traceId", TRACE_ID),
                Map.entry("spanId", SPAN_ID),
                Map.entry("group", "main"),
                Map.entry("code", "overloaded")));
  }

  @Test
  void jsonHasNoMoreOfATraceThanText() throws Exception {
    IllegalStateException failure = new IllegalStateException("broken");
    String json = line(Map.of("holdfast.log.format", "json"), "failed", failure);
    String text = line(Map.of(), "failed", failure);

    String trace = new ObjectMapper().readTree(json).path("stackTrace").asText();
    assertThat(trace).contains("IllegalStateException: broken").hasLineCount(2);
    assertThat(text).endsWith(trace);
  }

  @Test
  void propertyIsStrongerThanVariableAndWhatIsNoneIsText() {
    assertThat(
            List.of(
                line(
                    Map.of("HOLDFAST_LOG_FORMAT", "json", "holdfast.log.format", "text"),
                    "a",
                    null),
                line(Map.of("HOLDFAST_LOG_FORMAT", "yaml"), "a", null),
                line(Map.of("holdfast.log.format", ""), "a", null)))
        .allMatch(line -> line.startsWith("2026-11-22T19:40:00.123Z INFO"));
  }
}
