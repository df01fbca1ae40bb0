package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Access;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.Principal;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.core.LineBudget;
import io.holdfast.mesh.log.LogFacts;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One line for each request that a node refuses its client, within a {@link LineBudget}. What is an
 * ordinary answer, such as a guard that does not hold, is told at level DEBUG. For any thread.
 */
final class RefusalLog {

  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  /** A client asks whether something is so, and it is not. */
  private static final Set<String> ORDINARY =
      EnumSet.of(
              OutcomeCode.COMPARE_FAILED,
              OutcomeCode.NOT_FOUND,
              OutcomeCode.NOTHING_THERE,
              OutcomeCode.CONFLICT,
              OutcomeCode.STICKY,
              OutcomeCode.EXCLUDED,
              OutcomeCode.OUTSIDE_RANGE,
              OutcomeCode.COMPACTED)
          .stream()
          .map(OutcomeCode::code)
          .collect(Collectors.toUnmodifiableSet());

  /** A line does not wait longer for the name of its principal. */
  private static final long NAME_MILLIS = 200;

  private static final String UNKNOWN = "unknown";

  private final Mesh mesh;
  private final LongSupplier nanoTime;
  private final LineBudget budget = new LineBudget();

  /**
   * @param mesh knows who a client is
   * @param nanoTime monotonic
   */
  RefusalLog(Mesh mesh, LongSupplier nanoTime) {
    this.mesh = mesh;
    this.nanoTime = nanoTime;
  }

  /** The level at which refusals of this code are told. */
  static Level levelOf(String code) {
    if (code.equals(OutcomeCode.COVERAGE_VIOLATION.code()) || code.equals(Problem.INTERNAL)) {
      return Level.ERROR;
    }
    return ORDINARY.contains(code) ? Level.DEBUG : Level.INFO;
  }

  /** Logs a refusal, unless there were too many of its kind a moment ago. */
  void tell(Refusal refusal) {
    Level level = refusal.planned() ? Level.DEBUG : levelOf(refusal.code());
    if (!LOG.isEnabledForLevel(level) || !take(refusal.code())) {
      return;
    }
    Optional<String> plain = withoutAsking(refusal);
    if (plain.isPresent()) {
      write(level, refusal, plain.get());
      return;
    }
    var unused =
        mesh.control(refusal.group().orElseThrow())
            .toCompletableFuture()
            .copy()
            .completeOnTimeout(Optional.empty(), NAME_MILLIS, TimeUnit.MILLISECONDS)
            .handle(
                (found, failure) -> {
                  String name =
                      failure == null ? nameOf(found, refusal.shown().orElseThrow()) : UNKNOWN;
                  write(level, refusal, name);
                  return name;
                });
  }

  /** Logs a request that failed by a bug, unless there were too many a moment ago. */
  void failed(Refusal refusal, Throwable failure) {
    if (take(refusal.code())) {
      facts(refusal).during(() -> LOG.error("{}", LogFacts.line(refusal.detail()), failure));
    }
  }

  /** Says how many lines were left out, where that was not said for a second. */
  void sweep() {
    Map<String, Long> leftOut;
    synchronized (budget) {
      leftOut = budget.leftOut(nanoTime.getAsLong());
    }
    tell(leftOut);
  }

  /** The same for all that was left out: nothing will be refused any more. */
  void close() {
    Map<String, Long> leftOut;
    synchronized (budget) {
      leftOut = budget.leftOutUntilNow();
    }
    tell(leftOut);
  }

  private boolean take(String code) {
    synchronized (budget) {
      return budget.take(code, nanoTime.getAsLong());
    }
  }

  private static void tell(Map<String, Long> leftOut) {
    leftOut.forEach(
        (code, count) ->
            new LogFacts()
                .with(LogFacts.CODE, code)
                .during(
                    () ->
                        LOG.atLevel(levelOf(code))
                            .log(
                                "refused {} more, which have no line each: of one code {} are"
                                    + " logged at once, then one a second",
                                count,
                                LineBudget.BURST)));
  }

  /** The name of whoever asks where that needs no look at what is active. */
  private static Optional<String> withoutAsking(Refusal refusal) {
    if (refusal.shown().equals(Optional.of(Credentials.NONE))) {
      return Optional.of(Principal.ANONYMOUS);
    }
    return refusal.shown().isEmpty()
            || refusal.group().isEmpty()
            || refusal.code().equals(OutcomeCode.UNAUTHENTICATED.code())
        ? Optional.of(UNKNOWN)
        : Optional.empty();
  }

  /** By what this node has executed; empty where nobody is asked who it is. */
  private static String nameOf(Optional<ControlStatus> active, Credentials shown) {
    if (active.isEmpty()) {
      return UNKNOWN;
    }
    return Access.of(active.get().set(), shown, List.of()) instanceof Access.Granted granted
        ? granted.principal()
        : UNKNOWN;
  }

  private static void write(Level level, Refusal refusal, String principal) {
    facts(refusal)
        .with(LogFacts.PRINCIPAL, principal)
        .during(() -> LOG.atLevel(level).log("refused: {}", LogFacts.line(refusal.detail())));
  }

  private static LogFacts facts(Refusal refusal) {
    return new LogFacts()
        .with(refusal.trace())
        .with(LogFacts.WRITE_ID, LogFacts.line(refusal.writeId()))
        .with(LogFacts.GROUP, refusal.group().map(group -> group.value()).orElse(""))
        .with(LogFacts.CODE, refusal.code());
  }
}
