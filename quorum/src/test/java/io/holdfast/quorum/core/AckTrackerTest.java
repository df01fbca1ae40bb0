package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.AckReport.State;
import io.holdfast.quorum.core.Verdict.NotMet;
import io.holdfast.quorum.core.Verdict.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Protocol, section 3: the table's rows and the rules around it. */
class AckTrackerTest {

  private static final List<MemberId> MEMBERS =
      List.of(member("a"), member("b"), member("c"), member("d"), member("e"));
  private static final MemberId SELF = MEMBERS.get(0);
  private static final MemberId B = MEMBERS.get(1);
  private static final MemberId C = MEMBERS.get(2);
  private static final MemberId D = MEMBERS.get(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Now START = at(0);
  private static final Now DEADLINE = at(2000);
  private static final Now OVER = at(2001);

  private final AckTracker tracker = tracker(5, 3);

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }

  private static Now at(long millis) {
    return new Now(5_000_000_000L + millis * 1_000_000, 0);
  }

  private static AckTracker tracker(int n, int w) {
    return new AckTracker(
        new Ballot(1, SELF),
        new Slot(7),
        Configuration.of(MEMBERS.subList(0, n), w),
        SELF,
        START,
        TIMEOUT);
  }

  private static Reason reason(Verdict verdict) {
    return ((NotMet) verdict).reason();
  }

  // ---- The table, row by row.

  @Test
  void failedLocalWriteIsItsOwnVerdictWhateverOthersSay() {
    tracker.acked(B, at(1));
    tracker.acked(C, at(1));
    tracker.acked(D, at(1));
    tracker.localFailed();

    assertThat(tracker.verdict(at(2))).isInstanceOf(Verdict.LocalWriteFailed.class);
    assertThat(tracker.chosen()).isFalse();
  }

  @Test
  void isMetByTheLocalWriteAndEnoughOthers() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(2));
    assertThat(tracker.verdict(at(2))).isInstanceOf(Verdict.InFlight.class);
    tracker.acked(C, at(3));

    assertThat(tracker.verdict(at(3))).isInstanceOf(Verdict.Met.class);
    assertThat(tracker.chosen()).isTrue();
  }

  @Test
  void isMetByTheLocalWriteAloneWhereWIsOne() {
    AckTracker alone = tracker(3, 1);
    assertThat(alone.verdict(at(1))).isInstanceOf(Verdict.InFlight.class);
    alone.localDurable(at(1));

    assertThat(alone.verdict(at(1))).isInstanceOf(Verdict.Met.class);
  }

  @Test
  void needsEveryoneWhereWIsN() {
    AckTracker all = tracker(3, 3);
    all.localDurable(at(1));
    all.acked(B, at(1));
    assertThat(all.chosen()).isFalse();
    all.acked(C, at(1));

    assertThat(all.chosen()).isTrue();
  }

  @Test
  void isInFlightUpToAndIncludingTheDeadline() {
    tracker.localDurable(at(1));
    assertThat(tracker.verdict(DEADLINE)).isInstanceOf(Verdict.InFlight.class);
    assertThat(tracker.verdict(DEADLINE).isFinal()).isFalse();

    assertThat(tracker.verdict(OVER).isFinal()).isTrue();
  }

  @Test
  void answersAtTheDeadlineAreInTimeAndThoseAfterItLate() {
    tracker.localDurable(DEADLINE);
    tracker.acked(B, DEADLINE);
    assertThat(tracker.report().got()).isEqualTo(2);
    tracker.acked(C, OVER);
    assertThat(tracker.report().got()).isEqualTo(2);
    assertThat(tracker.report().members())
        .extracting(ack -> ack.state().code())
        .containsExactly("acked", "acked", "late", "silent", "silent");
  }

  @Test
  void isInFlightWhileTheLocalWriteIsPendingHoweverManyOthersHaveAcknowledged() {
    for (MemberId other : MEMBERS.subList(1, 5)) {
      tracker.acked(other, at(1));
    }

    assertThat(tracker.verdict(at(2))).isInstanceOf(Verdict.InFlight.class);
    assertThat(tracker.chosen()).isFalse();
    assertThat(reason(tracker.verdict(OVER))).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void isUnreachableWhereNobodyAnsweredAtAll() {
    tracker.localDurable(at(1));

    assertThat(reason(tracker.verdict(OVER))).isEqualTo(Reason.UNREACHABLE);
  }

  @Test
  void isUnreachableWhereAnswersCameTooLateOnly() {
    tracker.localDurable(at(1));
    tracker.acked(B, OVER);

    assertThat(reason(tracker.verdict(at(2100)))).isEqualTo(Reason.UNREACHABLE);
  }

  @Test
  void isIdDriftWhereOnlyDriftStoodInTheWay() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(1));
    tracker.drifted(C, at(1));

    assertThat(reason(tracker.verdict(OVER))).isEqualTo(Reason.ID_DRIFT);
  }

  @Test
  void isTimeoutWhereItWouldNotHaveBeenMetWithTheDriftedEither() {
    tracker.localDurable(at(1));
    tracker.drifted(C, at(1));

    assertThat(reason(tracker.verdict(OVER))).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void isTimeoutWhereTooFewAcknowledged() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(1));

    assertThat(reason(tracker.verdict(OVER))).isEqualTo(Reason.TIMEOUT);
  }

  // ---- Rules around it.

  @Test
  void rejectionCountsAsAnAnswerButNotAsAnAcknowledgement() {
    tracker.localDurable(at(1));
    tracker.rejected(B, at(1));
    tracker.rejected(C, at(1));

    assertThat(tracker.chosen()).isFalse();
    assertThat(reason(tracker.verdict(OVER))).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void refusalInTimeStaysAnAnswerThoughAnAcknowledgementFollowsLate() {
    tracker.localDurable(at(1));
    tracker.rejected(B, at(1));
    tracker.acked(B, OVER);

    assertThat(reason(tracker.verdict(at(2100)))).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void acknowledgementAfterARefusalCounts() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(1));
    tracker.rejected(C, at(1));
    tracker.acked(C, at(5));

    assertThat(tracker.verdict(at(5))).isInstanceOf(Verdict.Met.class);
  }

  @Test
  void lateAcknowledgementChoosesButNeverChangesTheVerdict() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(1));
    Verdict told = tracker.verdict(OVER);
    tracker.acked(C, at(2500));

    assertThat(tracker.chosen()).isTrue();
    assertThat(tracker.verdict(at(2600))).isSameAs(told);
    assertThat(tracker.report().members().get(2).state()).isEqualTo(State.LATE);
  }

  @Test
  void lateAcknowledgementDoesNotCountThoughNobodyHadAskedYet() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(1));
    tracker.acked(C, OVER);

    assertThat(reason(tracker.verdict(at(2600)))).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void lateLocalWriteChoosesButIsNotMet() {
    tracker.acked(B, at(1));
    tracker.acked(C, at(1));
    tracker.localDurable(OVER);

    assertThat(tracker.chosen()).isTrue();
    assertThat(reason(tracker.verdict(at(2600)))).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void verdictOnceMetStaysMet() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(1));
    tracker.acked(C, at(1));
    Verdict told = tracker.verdict(at(1));
    tracker.localFailed();

    assertThat(tracker.verdict(OVER)).isSameAs(told);
  }

  @Test
  void duplicatesCollapse() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(1));
    tracker.acked(B, at(2));
    tracker.acked(B, at(3));

    assertThat(tracker.chosen()).isFalse();
    assertThat(tracker.report().got()).isEqualTo(2);
  }

  @Test
  void driftNeverTurnsIntoAnAcknowledgement() {
    tracker.localDurable(at(1));
    tracker.acked(B, at(1));
    tracker.drifted(C, at(1));
    tracker.acked(C, at(2));

    assertThat(tracker.chosen()).isFalse();
  }

  @Test
  void strangersNeverCount() {
    AckTracker three = tracker(3, 3);
    three.localDurable(at(1));
    three.acked(B, at(1));
    three.acked(D, at(1));
    three.acked(new MemberId(C.node(), 99), at(1));
    three.acked(SELF, at(1));

    assertThat(three.chosen()).isFalse();
    assertThat(three.report().got()).isEqualTo(2);
  }

  @Test
  void reportHasTheNumbersAndWhatEachMemberDid() {
    tracker.localDurable(new Now(START.monotonicNanos() + 1_234_567, 0));
    tracker.acked(B, at(3));
    tracker.drifted(C, at(4));
    tracker.rejected(D, at(5));

    AckReport report = tracker.verdict(OVER).acks();

    assertThat(report.n()).isEqualTo(5);
    assertThat(report.w()).isEqualTo(3);
    assertThat(report.got()).isEqualTo(2);
    assertThat(report.needed()).isEqualTo(1);
    assertThat(report.members())
        .extracting(AckReport.MemberAck::state)
        .containsExactly(State.ACKED, State.ACKED, State.DRIFTED, State.REJECTED, State.SILENT);
    assertThat(report.members())
        .extracting(AckReport.MemberAck::millis)
        .containsExactly(1.23, 3.0, 4.0, 5.0, -1.0);
  }

  @Test
  void missingLocalWriteIsAlwaysNeeded() {
    tracker.acked(B, at(1));
    tracker.acked(C, at(1));
    tracker.acked(D, at(1));

    assertThat(tracker.report().needed()).isEqualTo(1);
  }

  @Test
  void awaitsWhoHasNotAnswered() {
    assertThat(tracker.awaits(SELF)).isTrue();
    assertThat(tracker.awaits(B)).isTrue();
    tracker.localDurable(at(1));
    tracker.rejected(B, at(1));

    assertThat(tracker.awaits(SELF)).isFalse();
    assertThat(tracker.awaits(B)).isFalse();
  }

  /** The tracker against the table read aloud, with arrivals kept in plain lists. */
  @Property(tries = 2000)
  void agreesWithANaiveModel(
      @ForAll @IntRange(min = 1, max = 5) int n,
      @ForAll @IntRange(min = 1, max = 5) int anyW,
      @ForAll long seed) {
    int w = Math.min(n, anyW);
    Random random = new Random(seed);
    AckTracker real = tracker(n, w);
    Set<MemberId> acks = new HashSet<>();
    Set<MemberId> lateAcks = new HashSet<>();
    Set<MemberId> drifts = new HashSet<>();
    Set<MemberId> answered = new HashSet<>();
    boolean local = false;
    boolean lateLocal = false;
    List<MemberId> silent = new ArrayList<>(MEMBERS.subList(1, n));
    for (long millis = 100; millis < 4000; millis += 100 + random.nextInt(900)) {
      boolean inTime = millis <= 2000;
      if (random.nextInt(4) == 0 && !local && !lateLocal) {
        real.localDurable(at(millis));
        local = inTime;
        lateLocal = !inTime;
      } else if (!silent.isEmpty()) {
        MemberId from = silent.remove(random.nextInt(silent.size()));
        switch (random.nextInt(4)) {
          case 0 -> {
            real.drifted(from, at(millis));
            if (inTime) {
              drifts.add(from);
            }
          }
          case 1 -> real.rejected(from, at(millis));
          default -> {
            real.acked(from, at(millis));
            (inTime ? acks : lateAcks).add(from);
          }
        }
        if (inTime) {
          answered.add(from);
        }
      }
      int got = acks.size() + (local ? 1 : 0);
      boolean met = local && got >= w;
      Verdict verdict = real.verdict(at(millis));
      if (met) {
        assertThat(verdict).isInstanceOf(Verdict.Met.class);
      } else if (inTime) {
        assertThat(verdict).isInstanceOf(Verdict.InFlight.class);
      } else if (answered.isEmpty()) {
        assertThat(reason(verdict)).isEqualTo(Reason.UNREACHABLE);
      } else if (!drifts.isEmpty() && got + drifts.size() >= w) {
        assertThat(reason(verdict)).isEqualTo(Reason.ID_DRIFT);
      } else {
        assertThat(reason(verdict)).isEqualTo(Reason.TIMEOUT);
      }
      AckReport report = real.report();
      assertThat(report.got()).isEqualTo(got);
      assertThat(report.needed() == 0).isEqualTo(met);
      assertThat(real.chosen())
          .isEqualTo((local || lateLocal) && 1 + acks.size() + lateAcks.size() >= w);
    }
  }
}
