package io.holdfast.mesh.client;

import io.holdfast.mesh.client.Exchange.Reply;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.mesh.client.Exchange.Response;
import io.holdfast.mesh.client.Exchange.Silence;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * One call: attempts at one endpoint after the other until an answer is final or the deadline is
 * there. It runs on the client's event loop only and holds no lock.
 *
 * @param <T> what a node answers
 */
final class Call<T> {

  /** What a response means for the call. */
  sealed interface Step<T> {}

  /** The call has its answer. */
  record Settled<T>(T answer) implements Step<T> {}

  /**
   * Another attempt may help.
   *
   * @param soFar the answer if it does not
   * @param next what to send then
   * @param code why, for the trail
   * @param poll whether this is a question after a write in flight, not another attempt at it
   * @param elsewhere whether another endpoint may know better
   */
  record Again<T>(
      T soFar,
      Request next,
      String code,
      boolean poll,
      boolean elsewhere,
      boolean effectPossible,
      Optional<Duration> retryAfter)
      implements Step<T> {}

  /** The meaning of responses to one kind of call. */
  interface Judge<T> {
    /** What {@code response} means. */
    Step<T> judge(Response response);

    /**
     * The answer to give in the end.
     *
     * @param effectPossible whether an earlier attempt of this call may have taken effect
     */
    T settle(T answer, boolean effectPossible);
  }

  private final Exchange exchange;
  private final Preference preference;
  private final ClientSettings settings;
  private final RandomGenerator random;
  private final Request first;
  private final Judge<T> judge;
  private final long startedNanos = System.nanoTime();
  private final CompletableFuture<CallResult<T>> result = new CompletableFuture<>();
  private final Deque<Trail.Failure> failures = new ArrayDeque<>();
  private int attempts;
  private int failed;
  private boolean effectPossible;
  private Optional<T> soFar = Optional.empty();

  Call(
      Exchange exchange,
      Preference preference,
      ClientSettings settings,
      RandomGenerator random,
      Request first,
      Judge<T> judge) {
    this.exchange = exchange;
    this.preference = preference;
    this.settings = settings;
    this.random = random;
    this.first = first;
    this.judge = judge;
  }

  /** Starts the call; the future never fails. */
  CompletableFuture<CallResult<T>> start() {
    exchange.context().runOnContext(ignored -> attempt(first, false));
    return result;
  }

  private void attempt(Request request, boolean poll) {
    Duration left = left();
    if (left.isNegative() || left.isZero()) {
      finish();
      return;
    }
    if (!poll) {
      attempts++;
    }
    MeshEndpoint endpoint = preference.current();
    Duration timeout =
        left.compareTo(settings.attemptTimeout()) < 0 ? left : settings.attemptTimeout();
    exchange
        .send(endpoint, request, timeout)
        .onSuccess(reply -> onReply(endpoint, poll, reply))
        .onFailure(result::completeExceptionally);
  }

  private void onReply(MeshEndpoint endpoint, boolean poll, Reply reply) {
    if (reply instanceof Silence silence) {
      effectPossible |= silence.delivered() && !poll;
      preference.avoid(endpoint);
      note(endpoint, silence.what());
      // After a lost poll the write itself is sent again: the same id takes effect once.
      later(first, false, Optional.empty());
      return;
    }
    if (!(reply instanceof Response response)) {
      throw new IllegalStateException("a reply that is neither response nor silence: " + reply);
    }
    Step<T> step = judge.judge(response);
    if (step instanceof Settled<T> settled) {
      preference.prefer(endpoint);
      complete(judge.settle(settled.answer(), effectPossible));
    } else if (step instanceof Again<T> again) {
      soFar = Optional.of(again.soFar());
      effectPossible |= again.effectPossible();
      if (again.elsewhere()) {
        preference.avoid(endpoint);
      }
      if (!again.poll()) {
        note(endpoint, again.code());
      }
      later(again.next(), again.poll(), again.retryAfter());
    }
  }

  private void later(Request next, boolean poll, Optional<Duration> retryAfter) {
    failed++;
    Duration wait = settings.backoff().before(failed, random);
    if (retryAfter.isPresent() && retryAfter.get().compareTo(wait) > 0) {
      wait = retryAfter.get();
    }
    if (wait.compareTo(left()) >= 0) {
      finish();
      return;
    }
    exchange.context().owner().setTimer(Math.max(1, wait.toMillis()), timer -> attempt(next, poll));
  }

  private void note(MeshEndpoint endpoint, String what) {
    if (failures.size() == Trail.SHOWN) {
      failures.removeFirst();
    }
    failures.addLast(new Trail.Failure(endpoint, what));
  }

  private void finish() {
    if (soFar.isPresent()) {
      complete(judge.settle(soFar.get(), effectPossible));
      return;
    }
    String last = failures.isEmpty() ? "no time left" : failures.getLast().toString();
    result.complete(
        new CallResult.Unheard<>(
            effectPossible, "no endpoint answered (last: " + last + ")", trail()));
  }

  private void complete(T answer) {
    result.complete(new CallResult.Answered<>(answer, trail()));
  }

  private Trail trail() {
    return new Trail(
        attempts, List.copyOf(failures), Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  private Duration left() {
    return settings.deadline().minusNanos(System.nanoTime() - startedNanos);
  }
}
