package io.holdfast.mesh.http;

import io.holdfast.sync.core.RequestTrace;
import io.holdfast.sync.core.TraceContext;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a request is called: by its {@code X-Request-Id} and {@code traceparent} where it has one of
 * each, well formed; else it is given a name, and is part of no trace that is known.
 */
final class RequestTraces {

  /** The header that names a request, and its answer. */
  static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");

  private static final CharSequence TRACE_PARENT = HttpHeaders.createOptimized("traceparent");

  private RequestTraces() {}

  static RequestTrace of(MultiMap headers) {
    List<String> ids = headers.getAll(REQUEST_ID);
    List<String> parents = headers.getAll(TRACE_PARENT);
    return new RequestTrace(
        ids.size() == 1 && RequestTrace.isRequestId(ids.get(0)) ? ids.get(0) : made(),
        parents.size() == 1 ? TraceContext.ofTraceParent(parents.get(0)) : Optional.empty());
  }

  /** Nobody has to guess it or not to: it only has to be another one. */
  private static String made() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }
}
