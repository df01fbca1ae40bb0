package io.holdfast.sync.core;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The trace that a request is part of, as its client has named it (W3C Trace Context, level 1). It
 * is only told in logs: nodes make no spans of their own.
 *
 * @param traceId 32 lower-case hex digits, not all of them 0
 * @param spanId of the client's span, 16 lower-case hex digits, not all of them 0
 */
public record TraceContext(String traceId, String spanId) {

  private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");
  private static final Pattern SPAN_ID = Pattern.compile("(?!0{16})[0-9a-f]{16}");

  /** Of version 00, and what later versions begin with. */
  private static final Pattern HEADER =
      Pattern.compile("(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  private static final int HEADER_LENGTH = 55;
  private static final int TRACE_ID_AT = 3;
  private static final int SPAN_ID_AT = 36;
  private static final int FLAGS_AT = 53;

  public TraceContext {
    if (!TRACE_ID.matcher(traceId).matches() || !SPAN_ID.matcher(spanId).matches()) {
      throw new IllegalArgumentException(
          "a trace has an id of 32 and a span one of 16 lower-case hex digits, not all 0");
    }
  }

  /**
   * What a {@code traceparent} header names; absent where it is none. Version 00 has exactly its
   * four fields; of a later one these four are taken, and what follows them after a dash is not
   * looked at (section 3.2.4, versioning of traceparent).
   */
  public static Optional<TraceContext> ofTraceParent(String header) {
    if (header.length() < HEADER_LENGTH
        || !HEADER.matcher(header.substring(0, HEADER_LENGTH)).matches()) {
      return Optional.empty();
    }
    boolean longer = header.length() > HEADER_LENGTH;
    if (longer && (header.startsWith("00") || header.charAt(HEADER_LENGTH) != '-')) {
      return Optional.empty();
    }
    String traceId = header.substring(TRACE_ID_AT, SPAN_ID_AT - 1);
    String spanId = header.substring(SPAN_ID_AT, FLAGS_AT - 1);
    return TRACE_ID.matcher(traceId).matches() && SPAN_ID.matcher(spanId).matches()
        ? Optional.of(new TraceContext(traceId, spanId))
        : Optional.empty();
  }
}
