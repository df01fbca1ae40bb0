package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.metrics.RouteMeters;
import io.holdfast.sync.core.RequestTrace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and its one answer. All of it runs on the request's event loop; whichever comes first
 * of an answer, the deadline and the end of the connection ends it, later ones are dropped.
 */
final class Exchange {

  static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence PROBLEM_JSON =
      HttpHeaders.createOptimized("application/problem+json");

  /** What may still arrive and be thrown away after a refusal, before the connection is cut. */
  private static final long MAX_DISCARDED_BYTES = 64L << 20;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final Thread eventLoop = Thread.currentThread();
  private final long begunNanos = System.nanoTime();
  private final Duration timeout;
  private final RefusalLog refusals;
  private final Consumer<Exchange> onEnd;
  private final RequestTrace trace;
  private Optional<GroupId> group = Optional.empty();
  private RouteMeters meters;
  private boolean ended;
  private boolean clientLeft;
  private boolean draining;
  private boolean answered;
  private long settledNanos;
  private boolean closing;
  private @Nullable Stream stream;
  private boolean askedForBody;
  private long deadlineNanos;
  private Supplier<Problem> expiry;

  /**
   * @param timeout how long an answer may take unless {@link #expireAfter} says otherwise, and how
   *     long the rest of a refused body may take
   * @param refusals where it is told if it is refused
   * @param meters where it is counted while its route is not known
   * @param onEnd told once, when this exchange has ended in whatever way
   */
  Exchange(
      HttpServerRequest request,
      Context context,
      Duration timeout,
      RefusalLog refusals,
      RouteMeters meters,
      Consumer<Exchange> onEnd) {
    this.meters = meters;
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.timeout = timeout;
    this.refusals = refusals;
    this.onEnd = onEnd;
    this.trace = RequestTraces.of(request.headers());
    response.putHeader(RequestTraces.REQUEST_ID, trace.requestId());
    response.closeHandler(ignored -> clientLeft());
    this.expiry = () -> Unanswered.problem(timeout);
    this.deadlineNanos = begunNanos + timeout.toNanos();
  }

  /** It is counted here: its route is known. */
  void measuredBy(RouteMeters route) {
    meters = route;
  }

  /** When its head was read, in monotonic time. */
  long begunNanos() {
    return begunNanos;
  }

  /** When what was last awaited was there, in monotonic time. */
  long settledNanos() {
    return settledNanos;
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return response;
  }

  Vertx vertx() {
    return context.owner();
  }

  boolean ended() {
    return ended;
  }

  /** What this request is called in logs. */
  RequestTrace trace() {
    return trace;
  }

  /** From now on the log says that this group is asked. */
  void asks(String groupName) {
    group = GroupId.isValid(groupName) ? Optional.of(new GroupId(groupName)) : Optional.empty();
  }

  /**
   * From now on this exchange ends with {@code problem} unless it has ended within {@code time}.
   */
  void expireAfter(Duration time, Supplier<Problem> problem) {
    deadlineNanos = System.nanoTime() + time.toNanos();
    expiry = problem;
  }

  /** What answers piece by piece, for as long as its client stays. */
  interface Stream {

    /** The node stops: says so and ends. */
    void drain();

    /** The exchange has ended, in whatever way. */
    void ended();
  }

  /**
   * From now on this exchange has no deadline: its answer, whose head is set, goes on until {@link
   * #finish} or until the connection is gone.
   */
  void stream(Stream streaming) {
    stream = streaming;
    if (clientLeft) {
      context.runOnContext(ignored -> abandon());
    }
  }

  /**
   * The node stops: says so to whoever answers piece by piece, and waits for no answer that nobody
   * would get.
   */
  void drain() {
    draining = true;
    if (clientLeft) {
      abandon();
    } else if (stream != null && !ended) {
      stream.drain();
    }
  }

  /** What it asked for is under way all the same, and what becomes of it is logged. */
  private void clientLeft() {
    clientLeft = true;
    if (draining || stream != null) {
      abandon();
    }
  }

  /** Ends an answer given piece by piece with its last one. */
  void finish(Buffer last) {
    if (!ended) {
      end();
      response.end(last);
    }
  }

  /** Cuts the connection under an answer given piece by piece. */
  void cut() {
    if (!ended) {
      end();
    }
    request.connection().close();
  }

  /** Ends this exchange if its deadline has passed. */
  void checkDeadline(long nanoTime) {
    if (stream == null && nanoTime - deadlineNanos >= 0) {
      refuse(expiry.get());
    }
  }

  /**
   * Hands the stage's value to {@code then} on this request's event loop, wherever the stage
   * completes; a stage that fails, which only a bug does, ends in an internal problem.
   */
  <T> void await(CompletionStage<T> stage, Consumer<T> then) {
    stage.whenComplete(
        (value, failure) -> {
          long now = System.nanoTime();
          if (Thread.currentThread() == eventLoop) {
            settle(value, failure, then, now);
          } else {
            context.runOnContext(ignored -> settle(value, failure, then, now));
          }
        });
  }

  /** Runs something on this request's event loop, also after its end. */
  void run(Runnable task) {
    context.runOnContext(ignored -> task.run());
  }

  private <T> void settle(T value, @Nullable Throwable failure, Consumer<T> then, long thereNanos) {
    settledNanos = thereNanos;
    if (ended) {
      return;
    }
    if (failure != null) {
      fail(failure);
      return;
    }
    try {
      then.accept(value);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** Lets a client that keeps its body back until it is wanted send it. */
  void askForBody() {
    if (keepsBodyBack()) {
      askedForBody = true;
      response.writeContinue();
    }
  }

  private boolean keepsBodyBack() {
    return !askedForBody && request.headers().contains(HttpHeaders.EXPECT, "100-continue", true);
  }

  /** The connection will be closed after the answer. */
  void closeAfterAnswer() {
    closing = true;
  }

  void answer(int status, CharSequence contentType, Buffer body) {
    if (ended) {
      return;
    }
    answered = !response.closed();
    if (answered) {
      response.setStatusCode(status);
    }
    end();
    if (!answered) {
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    boolean bodyPending = !request.isEnded() && carriesBody();
    if (bodyPending && keepsBodyBack()) {
      // It will not send the body now, so nobody could tell where its next request begins.
      closing = true;
    }
    if (closing) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
      finish(response.end(), bodyPending);
    } else {
      finish(response.end(body), bodyPending);
    }
  }

  private void finish(Future<Void> written, boolean bodyPending) {
    if (bodyPending) {
      discardRest();
    } else if (closing) {
      written.onComplete(ignored -> request.connection().close());
    }
  }

  private boolean carriesBody() {
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    return length == null
        ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        : !length.equals("0");
  }

  /**
   * A client that is still sending reads our answer only afterwards, and a connection closed under
   * it would be reset and the answer lost. So the rest is read and dropped, within bounds.
   */
  private void discardRest() {
    long[] discarded = {0};
    request.handler(
        chunk -> {
          discarded[0] += chunk.length();
          if (discarded[0] > MAX_DISCARDED_BYTES) {
            request.connection().close();
          }
        });
    long timer =
        context.owner().setTimer(timeout.toMillis() + 1, ignored -> request.connection().close());
    request.exceptionHandler(lost -> context.owner().cancelTimer(timer));
    request.endHandler(
        ignored -> {
          context.owner().cancelTimer(timer);
          if (closing) {
            request.connection().close();
          }
        });
  }

  void refuse(Problem problem) {
    if (ended) {
      return;
    }
    log(problem.code(), problem.detail(), problem.writeId(), problem.planned().isPresent());
    send(problem);
  }

  /** Logs that an answer which has begun ends with a refusal. */
  void refusedMidway(String code, String detail) {
    log(code, detail, "", false);
  }

  private void log(String code, String detail, String writeId, boolean planned) {
    refusals.tell(refusal(code, detail, writeId, planned));
  }

  /**
   * A request that is refused before anybody looks at its write has told the write's id already.
   */
  private Refusal refusal(String code, String detail, String writeId, boolean planned) {
    return new Refusal(
        code,
        detail,
        writeId.isEmpty() ? RequestParameters.shownWriteId(request) : writeId,
        trace,
        group,
        RequestParameters.shown(request),
        planned);
  }

  private void send(Problem problem) {
    problem
        .retryAfter()
        .ifPresent(
            after ->
                response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(wholeSeconds(after))));
    Problem named = problem.withRequestId(trace.requestId());
    answer(problem.status(), PROBLEM_JSON, Json.problem(named));
  }

  /**
   * Answers with an internal problem, and logs the failure under the id that the client sees,
   * unless there were too many a moment ago. An answer that has begun is cut off.
   */
  void fail(Throwable failure) {
    refusals.failed(refusal(Problem.INTERNAL, request.method() + " failed", "", false), failure);
    if (response.headWritten()) {
      cut();
    } else if (!ended) {
      send(Problem.internal(trace.requestId()));
    }
  }

  /** Ends without an answer: the connection is gone. */
  void abandon() {
    if (!ended) {
      end();
    }
  }

  private void end() {
    ended = true;
    meters.ended(
        request.method().name(),
        answered || response.headWritten() ? response.getStatusCode() : 0,
        System.nanoTime() - begunNanos);
    onEnd.accept(this);
    if (stream != null) {
      stream.ended();
    }
  }

  /** Rounded up, at least 1: a client told 0 would come back at once. */
  static long wholeSeconds(Duration duration) {
    return Math.max(1, duration.plusNanos(999_999_999).toSeconds());
  }
}
