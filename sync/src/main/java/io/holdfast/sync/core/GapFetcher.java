package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a missing slot is asked for and of whom: after a patience, since most gaps close by
 * themselves; then of whoever should know best, one question at a time; on no answer or a useless
 * one, of the other members in turn, with growing waits. While answers help, the next question
 * follows at once and goes to the same member.
 *
 * <p>An answer may take long, where a journal must be read. Once there is news that speaks for
 * another source, as when the member that was asked has lost the lead, it must come soon.
 */
final class GapFetcher {

  /** A question in flight. */
  record Question(MemberId to, Slot fromSlot, long deadlineNanos) {}

  /** How long an answer is waited for once another source is likelier to give one. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private final MemberId self;
  private final ReplicaSettings settings;
  private List<MemberId> members;
  private @Nullable MemberId leader;
  private @Nullable MemberId candidateSource;
  private @Nullable MemberId lastHelpful;
  private @Nullable Question asked;
  private @Nullable Slot gap;
  private long notBeforeNanos;
  private int failures;
  // Who was asked for the gap and was of no help.
  private final Set<MemberId> askedInVain = new HashSet<>();
  // Whose log does not go back to the gap, and never will: only asked where there is nobody else.
  private final Set<MemberId> trimmed = new HashSet<>();
  // Whether the member that was asked is no longer the likeliest to know; then, until when it may
  // answer.
  private boolean inDoubt;
  private @Nullable Long doubtEndsNanos;

  GapFetcher(MemberId self, List<MemberId> members, ReplicaSettings settings) {
    this.self = self;
    this.members = List.copyOf(members);
    this.settings = settings;
  }

  void members(List<MemberId> now) {
    members = List.copyOf(now);
  }

  void leader(MemberId now) {
    if (!now.equals(leader) && asked != null && asked.to().equals(leader)) {
      inDoubt = true;
    }
    leader = now;
  }

  /** Someone waits for this replica to catch up: no patience, and this member knows. */
  void hurry(MemberId source, Now now) {
    if (asked != null && !asked.to().equals(source)) {
      inDoubt = true;
    }
    candidateSource = source;
    notBeforeNanos = now.monotonicNanos();
    failures = 0;
  }

  Optional<Question> asked() {
    return Optional.ofNullable(asked);
  }

  /** Whether every other member was asked for what is missing, and none was of help. */
  boolean askedAllInVain() {
    return members.stream().allMatch(member -> member.equals(self) || askedInVain.contains(member));
  }

  /** The other members; the leader last, which has most to do. */
  List<MemberId> others() {
    List<MemberId> others = new ArrayList<>(members);
    others.remove(self);
    if (leader != null && others.remove(leader)) {
      others.add(leader);
    }
    return others;
  }

  /** There is no gap, or only a new one. */
  void closed() {
    forgetQuestion();
    forgetAnswers();
    gap = null;
    candidateSource = null;
    lastHelpful = null;
    failures = 0;
  }

  /**
   * The next question, if it is time for one.
   *
   * @param missing the first slot that is missing
   * @param hurried whether a candidate waits for it
   * @param mayBeHere whether the local journal may hold it though memory does not
   */
  Optional<Question> next(Slot missing, boolean hurried, boolean mayBeHere, Now now) {
    if (asked != null) {
      if (inDoubt && doubtEndsNanos == null) {
        doubtEndsNanos = now.nanosAfter(SOON);
      }
      if (doubtEndsNanos != null && now.isAfter(doubtEndsNanos)) {
        // No failure of the likelier source, which is asked at once.
        forgetQuestion();
        lastHelpful = null;
        failures = 0;
      } else if (now.isAfter(asked.deadlineNanos())) {
        failed(now);
      } else {
        return Optional.empty();
      }
    }
    if (!missing.equals(gap)) {
      gap = missing;
      forgetAnswers();
      boolean atOnce = hurried || lastHelpful != null;
      notBeforeNanos = now.nanosAfter(atOnce ? Duration.ZERO : settings.gapPatience());
      failures = 0;
    }
    List<MemberId> sources = sources(mayBeHere);
    if (now.nanosSince(notBeforeNanos) < 0 || sources.isEmpty()) {
      return Optional.empty();
    }
    MemberId to = sources.get(failures % sources.size());
    asked = new Question(to, missing, now.nanosAfter(settings.fetchTimeout()));
    return Optional.of(asked);
  }

  private List<MemberId> sources(boolean mayBeHere) {
    Set<MemberId> inTurn = new LinkedHashSet<>();
    if (mayBeHere || self.equals(leader)) {
      inTurn.add(self);
    }
    for (MemberId likely : new @Nullable MemberId[] {lastHelpful, candidateSource, leader}) {
      if (likely != null && !likely.equals(self)) {
        inTurn.add(likely);
      }
    }
    members.stream().filter(member -> !member.equals(self)).forEach(inTurn::add);
    List<MemberId> all = new ArrayList<>(inTurn);
    inTurn.removeAll(trimmed);
    // Whoever is in a hurry names likely ones again and again: the others must have their turn.
    return inTurn.isEmpty() ? all : new ArrayList<>(inTurn);
  }

  /** The question in flight was answered with what was asked for. */
  void helped() {
    lastHelpful = asked == null ? null : asked.to();
    forgetQuestion();
  }

  /** The question in flight was answered: the log there does not go back so far. */
  void trimmed(Now now) {
    if (asked != null) {
      trimmed.add(asked.to());
    }
    failed(now);
  }

  private void forgetAnswers() {
    askedInVain.clear();
    trimmed.clear();
  }

  private void forgetQuestion() {
    asked = null;
    inDoubt = false;
    doubtEndsNanos = null;
  }

  /** The question in flight got a useless answer, or none in time. */
  void failed(Now now) {
    if (asked != null) {
      askedInVain.add(asked.to());
    }
    forgetQuestion();
    lastHelpful = null;
    long doubled = settings.fetchBackoff().toNanos() << Math.min(failures, 20);
    long wait =
        doubled < 0
            ? settings.maxFetchBackoff().toNanos()
            : Math.min(doubled, settings.maxFetchBackoff().toNanos());
    notBeforeNanos = now.monotonicNanos() + wait;
    failures++;
  }
}
