package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Access;
import io.holdfast.config.core.control.KeySpan;
import io.holdfast.config.core.control.Verb;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReadQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A caller's question about what is active in a group, as this node has executed it. */
final class ControlQuestion {

  /** For how long a node that is behind what it was told is given time to execute it. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long ASKED_EVERY_MILLIS = 20;
  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final Mesh mesh;
  private final Exchange exchange;
  private final GroupId group;
  private final Caller caller;

  ControlQuestion(Mesh mesh, Exchange exchange, GroupId group, Caller caller) {
    this.mesh = mesh;
    this.exchange = exchange;
    this.group = group;
    this.caller = caller;
  }

  /**
   * What is active, once that is an epoch of at least this number, or it has not become one in
   * time.
   */
  void ask(long atLeast, Consumer<ControlStatus> then) {
    ask(status -> status.epoch().number() >= atLeast, System.nanoTime() + PATIENCE.toNanos(), then);
  }

  private void ask(Predicate<ControlStatus> enough, long untilNanos, Consumer<ControlStatus> then) {
    exchange.await(
        mesh.control(group),
        found -> {
          if (found.isEmpty()) {
            exchange.refuse(
                Problem.of(
                        OutcomeCode.NOT_READY,
                        "this node has no replica of group '"
                            + group
                            + "' that it can speak for; ask another one")
                    .withRetryAfter(Optional.of(RETRY_SOON)));
          } else if (enough.test(found.get()) || System.nanoTime() - untilNanos >= 0) {
            then.accept(found.get());
          } else {
            exchange
                .vertx()
                .setTimer(
                    ASKED_EVERY_MILLIS,
                    fired -> {
                      if (!exchange.ended()) {
                        ask(enough, untilNanos, then);
                      }
                    });
          }
        });
  }

  /** What is active, for somebody who is known; anybody else is refused. */
  void askAsKnown(Consumer<ControlStatus> then) {
    ask(0, allowed(false, then));
  }

  /** What is active, for an administrator; whoever is none is refused. */
  void askAsAdministrator(Consumer<ControlStatus> then) {
    askAsAdministrator(0, then);
  }

  /** The same, as {@link #ask(long, Consumer)}. */
  void askAsAdministrator(long atLeast, Consumer<ControlStatus> then) {
    ask(atLeast, allowed(true, then));
  }

  /**
   * Goes on for an administrator; whoever is none is refused. A node that holds no replica goes on
   * for anybody, since it can do nothing but say that.
   */
  void onlyForAdministrators(Runnable then) {
    whereHeld(() -> asOfNow(then), then);
  }

  /** The same by what this node has executed: for what is to work without a leader as well. */
  void onlyForAdministratorsAsKnownHere(Runnable then) {
    whereHeld(() -> askAsAdministrator(status -> then.run()), then);
  }

  private void whereHeld(Runnable held, Runnable not) {
    exchange.await(
        mesh.members().members(group),
        found -> {
          if (found.isPresent()) {
            held.run();
          } else {
            not.run();
          }
        });
  }

  /** What this node has executed may be old: whoever was an administrator once may be none now. */
  private void asOfNow(Runnable then) {
    exchange.await(
        mesh.read(
            new ReadRequest(
                group, ReadQuery.POSITION, ReadRequest.Consistency.LINEARIZABLE, Caller.NODE)),
        answer -> {
          if (answer instanceof ReadAnswer.Listed listed) {
            ask(
                status -> status.slot() >= listed.at().slot(),
                System.nanoTime() + PATIENCE.toNanos(),
                allowed(
                    true,
                    status -> {
                      if (status.slot() >= listed.at().slot()) {
                        then.run();
                      } else {
                        exchange.refuse(
                            Problem.of(
                                    OutcomeCode.NOT_READY,
                                    "this node is behind what is active; ask another one")
                                .withRetryAfter(Optional.of(RETRY_SOON)));
                      }
                    }));
          } else {
            exchange.refuse(KeyResource.refusal(answer));
          }
        });
  }

  private Consumer<ControlStatus> allowed(boolean administrator, Consumer<ControlStatus> then) {
    return status -> {
      Optional<Problem> refusal = refusal(status, administrator);
      refusal.ifPresent(exchange::refuse);
      if (refusal.isEmpty()) {
        then.accept(status);
      }
    };
  }

  /** Whether whoever asks may do everything. */
  boolean isAdministrator(ControlStatus status) {
    return refusal(status, true).isEmpty();
  }

  /** Why whoever asks is told nothing: it is no administrator, or not even known. */
  private Optional<Problem> refusal(ControlStatus status, boolean administrator) {
    Access access =
        Access.of(
            status.set(),
            caller.credentials(),
            administrator ? List.of(Access.Need.of(Verb.ADMIN, KeySpan.everything())) : List.of());
    if (access instanceof Access.Unknown unknown) {
      return Optional.of(Problem.of(OutcomeCode.UNAUTHENTICATED, unknown.reason()));
    }
    return access instanceof Access.Denied denied
        ? Optional.of(Problem.of(OutcomeCode.DENIED, denied.reason()))
        : Optional.empty();
  }

  /**
   * That another epoch is active than the one that was expected. Which one is, is for those who are
   * known.
   */
  Problem stale(ControlStatus status, long expected) {
    return withCurrent(
        status,
        Problem.of(
            OutcomeCode.STALE_CONTROL_EPOCH,
            "Active is epoch "
                + status.epoch()
                + (status.epoch().number() == expected
                    ? ", of another set than was expected"
                    : ", and epoch " + expected + " was expected")
                + "; nothing was done."));
  }

  /** A problem with the active epoch, for somebody who is known. */
  Problem withCurrent(ControlStatus status, Problem problem) {
    return refusal(status, false).orElseGet(() -> problem.withCurrent(status.epoch()));
  }
}
