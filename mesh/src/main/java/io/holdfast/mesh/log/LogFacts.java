package io.holdfast.mesh.log;

import io.holdfast.sync.core.RequestTrace;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.MDC;

/**
 * What a log line is about, besides its words: fields of their own where lines are JSON, and at the
 * line's end where they are text. Nothing that a caller has shown as a secret is ever among them.
 */
public final class LogFacts {

  /** The names of all facts, in the order in which a line has them. */
  public static final String REQUEST_ID = "requestId";

  /** See {@link io.holdfast.sync.core.TraceContext}. */
  public static final String TRACE_ID = "traceId";

  /** See {@link io.holdfast.sync.core.TraceContext}. */
  public static final String SPAN_ID = "spanId";

  /** The id of a write. */
  public static final String WRITE_ID = "writeId";

  /** The group that was asked. */
  public static final String GROUP = "group";

  /** An outcome's code. */
  public static final String CODE = "code";

  /** The name of whoever has asked. */
  public static final String PRINCIPAL = "principal";

  private final Map<String, String> facts = new LinkedHashMap<>();

  /** Facts of one line; none yet. */
  public LogFacts() {}

  /** The same with this one too; an empty value is left out. */
  public LogFacts with(String name, String value) {
    if (!value.isEmpty()) {
      facts.put(name, value);
    }
    return this;
  }

  /** The same with what a request is called. */
  public LogFacts with(RequestTrace trace) {
    with(REQUEST_ID, trace.requestId());
    trace
        .context()
        .ifPresent(context -> with(TRACE_ID, context.traceId()).with(SPAN_ID, context.spanId()));
    return this;
  }

  /** Runs what logs a line about these facts, on this thread. */
  public void during(Runnable logging) {
    facts.forEach(MDC::put);
    try {
      logging.run();
    } finally {
      facts.keySet().forEach(MDC::remove);
    }
  }

  /** One line of text whatever was sent: what could end it, or steer a terminal, is replaced. */
  public static String line(String text) {
    return text.replaceAll("[\\p{Cntrl}\\x{85}\\x{2028}\\x{2029}]", "?");
  }
}
