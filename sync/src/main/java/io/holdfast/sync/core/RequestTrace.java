package io.holdfast.sync.core;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client's request is called in the logs of every node that works for it. Nothing is decided
 * by it.
 *
 * @param requestId the client's own name for it, or one that was made: {@link #ALLOWED_ID}
 * @param context the trace that it is part of, if the client names one
 */
public record RequestTrace(String requestId, Optional<TraceContext> context) {

  /** What a request id may be, in words. */
  public static final String ALLOWED_ID = "1 to 128 letters, digits and ._:/+=@~-";

  /** Nothing that could end a line, a quoted text or a field of a log. */
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:/+=@~-]{1,128}");

  public RequestTrace {
    if (!isRequestId(requestId)) {
      throw new IllegalArgumentException("a request id: allowed are " + ALLOWED_ID);
    }
  }

  /** Whether a text can be a request's id. */
  public static boolean isRequestId(String text) {
    return REQUEST_ID.matcher(text).matches();
  }
}
