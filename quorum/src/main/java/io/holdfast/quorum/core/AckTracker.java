package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.AckReport.MemberAck;
import io.holdfast.quorum.core.AckReport.State;
import io.holdfast.quorum.core.Verdict.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgements of one (ballot, slot), from the first Accept sent (protocol, section 3). It
 * answers two different questions: {@link #chosen} counts acknowledgements whenever they come;
 * {@link #verdict} counts those up to the deadline and, once final, never changes.
 *
 * <p>"Met" in both the running and the final verdict is {@link #met}, so the two can never
 * disagree.
 */
public final class AckTracker {

  private enum LocalWrite {
    PENDING,
    DURABLE,
    FAILED
  }

  /**
   * A member's answer; later ones of the same member collapse into it. It may have been refused at
   * first.
   */
  private record Answer(Kind kind, long atNanos, long firstAtNanos) {}

  private enum Kind {
    ACKED,
    DRIFTED,
    REJECTED,
    /** It drifted, and does not any more. */
    ASKED_AGAIN
  }

  private final Ballot ballot;
  private final Slot slot;
  private final Configuration configuration;
  private final MemberId self;
  private final long startNanos;
  private final long deadlineNanos;

  private final Map<MemberId, Answer> answers = new HashMap<>();

  /** Whose state differed, while what it stores is what was proposed. */
  private final Set<MemberId> otherState = new TreeSet<>();

  private LocalWrite local = LocalWrite.PENDING;
  private long localDurableNanos;
  private @Nullable Verdict concluded;

  /**
   * @param configuration the slot's configuration; {@code self} is a member of it
   * @param now when the first Accept was sent
   * @param ackTimeout from {@code now} to the verdict
   */
  public AckTracker(
      Ballot ballot,
      Slot slot,
      Configuration configuration,
      MemberId self,
      Now now,
      Duration ackTimeout) {
    this.ballot = ballot;
    this.slot = slot;
    this.configuration = configuration;
    this.self = self;
    this.startNanos = now.monotonicNanos();
    this.deadlineNanos = now.nanosAfter(ackTimeout);
  }

  public Ballot ballot() {
    return ballot;
  }

  public Slot slot() {
    return slot;
  }

  /** Who votes on the slot. */
  Configuration configuration() {
    return configuration;
  }

  /** The local acceptor holds the pair durably. */
  public void localDurable(Now now) {
    if (local == LocalWrite.PENDING) {
      local = LocalWrite.DURABLE;
      localDurableNanos = now.monotonicNanos();
    }
  }

  /** The local write failed or may have failed. */
  public void localFailed() {
    local = LocalWrite.FAILED;
  }

  /** A remote member holds exactly what was proposed, and its state agrees with ours. */
  public void acked(MemberId from, Now now) {
    record(from, Kind.ACKED, now);
  }

  /**
   * A remote member answered, but what it stores, or its state, differs from ours: never an
   * acknowledgement.
   */
  public void drifted(MemberId from, Now now) {
    record(from, Kind.DRIFTED, now);
  }

  /** A remote member holds what was proposed, but its state differs from ours. */
  public void stateDrifted(MemberId from, Now now) {
    record(from, Kind.DRIFTED, now);
    Answer answer = answers.get(from);
    if (answer != null
        && answer.kind() == Kind.DRIFTED
        && answer.atNanos() == now.monotonicNanos()) {
      otherState.add(from);
    }
  }

  /**
   * The state of a member agrees with ours again, which is given another one where it has diverged:
   * it is asked again. What it answered then is no acknowledgement, and what it stores was never in
   * doubt; that it answered stays true.
   *
   * @return whether it is to be asked again
   */
  public boolean agreesAgain(MemberId member) {
    Answer answer = answers.get(member);
    if (!otherState.remove(member) || answer == null) {
      return false;
    }
    answers.put(member, new Answer(Kind.ASKED_AGAIN, answer.atNanos(), answer.firstAtNanos()));
    return true;
  }

  /** A remote member answered that it will not: an answer, never an acknowledgement. */
  public void rejected(MemberId from, Now now) {
    record(from, Kind.REJECTED, now);
  }

  private void record(MemberId from, Kind kind, Now now) {
    // MembersOnly; duplicates collapse, but a refused request may be accepted when it is sent
    // again.
    if (!configuration.contains(from) || from.equals(self)) {
      return;
    }
    Answer known = answers.get(from);
    long at = now.monotonicNanos();
    if (known == null) {
      answers.put(from, new Answer(kind, at, at));
    } else if (known.kind() == Kind.ASKED_AGAIN
        || (known.kind() == Kind.REJECTED && kind != Kind.REJECTED)) {
      answers.put(from, new Answer(kind, at, known.firstAtNanos()));
    }
  }

  /**
   * Whether the slot is chosen with our value: local durable and w - 1 matching others, whenever
   * they came.
   */
  public boolean chosen() {
    return local == LocalWrite.DURABLE
        && 1 + count(Kind.ACKED, Long.MAX_VALUE) >= configuration.w();
  }

  /** Whether {@code member} still owes an answer. */
  public boolean awaits(MemberId member) {
    if (member.equals(self)) {
      return local == LocalWrite.PENDING;
    }
    Answer answer = answers.get(member);
    return answer == null || answer.kind() == Kind.ASKED_AGAIN;
  }

  /** The monotonic instant after which the verdict is final. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** What the caller is told now; first row that fits, as in the protocol's table. */
  public Verdict verdict(Now now) {
    if (concluded == null) {
      Verdict verdict = judge(now);
      if (!verdict.isFinal()) {
        return verdict;
      }
      concluded = verdict;
    }
    return concluded;
  }

  private Verdict judge(Now now) {
    AckReport report = report();
    if (local == LocalWrite.FAILED) {
      return new Verdict.LocalWriteFailed(report);
    }
    if (met()) {
      return new Verdict.Met(report);
    }
    if (!now.isAfter(deadlineNanos)) {
      return new Verdict.InFlight(report);
    }
    if (answers.values().stream().noneMatch(answer -> inTime(answer.firstAtNanos()))) {
      return new Verdict.NotMet(Reason.UNREACHABLE, report);
    }
    int drifts = countInTime(Kind.DRIFTED);
    if (drifts > 0 && got() + drifts >= configuration.w()) {
      return new Verdict.NotMet(Reason.ID_DRIFT, report);
    }
    return new Verdict.NotMet(Reason.TIMEOUT, report);
  }

  /** The one rule for "it is met", by arrivals up to the deadline. */
  private boolean met() {
    return localInTime() && got() >= configuration.w();
  }

  private int got() {
    return (localInTime() ? 1 : 0) + countInTime(Kind.ACKED);
  }

  private boolean localInTime() {
    return local == LocalWrite.DURABLE && inTime(localDurableNanos);
  }

  private boolean inTime(long atNanos) {
    return atNanos - deadlineNanos <= 0;
  }

  private int countInTime(Kind kind) {
    return count(kind, deadlineNanos - startNanos);
  }

  private int count(Kind kind, long withinNanos) {
    int count = 0;
    for (Answer answer : answers.values()) {
      if (answer.kind() == kind && answer.atNanos() - startNanos <= withinNanos) {
        count++;
      }
    }
    return count;
  }

  /** Who acknowledged so far. */
  public AckReport report() {
    List<MemberAck> members = new ArrayList<>(configuration.n());
    for (MemberId member : configuration.members()) {
      members.add(member.equals(self) ? localAck() : remoteAck(member));
    }
    int w = configuration.w();
    int got = got();
    // Enough others do not make up for the local write.
    int needed = met() ? 0 : Math.max(1, w - got);
    return new AckReport(configuration.n(), w, got, needed, members);
  }

  private MemberAck localAck() {
    if (local != LocalWrite.DURABLE) {
      return new MemberAck(self.node(), State.SILENT, -1);
    }
    return new MemberAck(
        self.node(), localInTime() ? State.ACKED : State.LATE, millis(localDurableNanos));
  }

  private MemberAck remoteAck(MemberId member) {
    Answer answer = answers.get(member);
    if (answer == null) {
      return new MemberAck(member.node(), State.SILENT, -1);
    }
    State state =
        !inTime(answer.atNanos())
            ? State.LATE
            : switch (answer.kind()) {
              case ACKED -> State.ACKED;
              case DRIFTED, ASKED_AGAIN -> State.DRIFTED;
              case REJECTED -> State.REJECTED;
            };
    return new MemberAck(member.node(), state, millis(answer.atNanos()));
  }

  private double millis(long atNanos) {
    return Math.round((atNanos - startNanos) / 1e4) / 100.0;
  }
}
