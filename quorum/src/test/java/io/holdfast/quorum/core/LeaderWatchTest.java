package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.TIMING;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * When a member's turn to lead comes: with the largest jitter there is, so that waits are exact.
 */
class LeaderWatchTest {

  private static final long SILENCE = TIMING.electionTimeout().toMillis();
  private static final long STAGGER = TIMING.electionStagger().toMillis();
  private static final List<MemberId> OTHERS = List.of(B, C);

  private Standing standing = standing(groupWhereThisRanks(0, OTHERS));
  private LeaderWatch watch = new LeaderWatch(standing, at(0));

  @Test
  void firstOfThoseThatSeemAliveTriesAtOnce() {
    heard(0, B, C);
    assertThat(waitAfter(SILENCE)).isZero();
  }

  @Test
  void onlyMemberTriesAtOnceSinceThereIsNoLeaderToBeHeard() {
    standing = standing(new GroupId("g"), Configuration.of(List.of(A), 1));
    watch = new LeaderWatch(standing, at(0));
    assertThat(waitAfter(0)).isZero();
  }

  @Test
  void onlyMemberThatHasStoppedLeadingKeepsQuietLikeAnyOther() {
    standing = standing(new GroupId("g"), Configuration.of(List.of(A), 1));
    watch = new LeaderWatch(standing, at(0));
    watch.steppedDown(at(5)); // it hands over and ends: it must not lead again meanwhile
    assertThat(watch.attemptIsDue(at(5 + SILENCE))).isFalse();
    assertThat(waitAfter(5 + SILENCE)).isZero();
  }

  @Test
  void othersWaitForTheirRankAndAJitter() {
    for (int rank = 1; rank <= 2; rank++) {
      scene(groupWhereThisRanks(rank, OTHERS));
      heard(SILENCE, B, C);
      assertThat(waitAfter(SILENCE)).as("rank %s", rank).isEqualTo((rank + 1) * STAGGER);
    }
  }

  @Test
  void memberThatWasNotHeardForThreeIntervalsDoesNotRank() {
    scene(groupWhereThisRanks(2, OTHERS));
    heard(SILENCE, B);
    heard(SILENCE - 3 * TIMING.aliveInterval().toMillis(), C);
    assertThat(waitAfter(SILENCE)).isEqualTo(2 * STAGGER);
  }

  @Test
  void leaderThatHasJustFallenSilentDoesNotRank() {
    scene(groupWhereThisRanks(2, OTHERS));
    watch.hear(new Ballot(3, B), at(0));
    heard(SILENCE, B, C);
    assertThat(waitAfter(SILENCE)).isEqualTo(2 * STAGGER);
  }

  @Test
  void waitsDoubleWithEachFailedAttemptUpToEightTimes() {
    long now = SILENCE;
    for (long expected : new long[] {0, 2, 4, 8, 8}) {
      assertThat(waitAfter(now)).isEqualTo(expected * STAGGER);
      watch.attemptFailed();
      now += 10_000;
    }
  }

  @Test
  void leadingEndsTheGrowingWaits() {
    watch.attemptFailed();
    watch.attemptFailed();
    watch.leads();
    assertThat(waitAfter(SILENCE)).isZero();
  }

  @Test
  void hearingALeaderEndsTheGrowingWaits() {
    watch.attemptFailed();
    watch.hear(new Ballot(3, B), at(0));
    assertThat(waitAfter(SILENCE)).isZero();
  }

  @Test
  void whoLedStaysQuietForAsLongAsASilentLeaderIsWaitedFor() {
    watch.leads();
    watch.steppedDown(at(3000));
    assertThat(watch.attemptIsDue(at(3000 + SILENCE))).isFalse();
    assertThat(waitAfter(3000 + SILENCE)).isZero();
  }

  @Test
  void standsBackForAsLongAsAnAttemptTakesButOnce() {
    assertThat(watch.attemptIsDue(at(SILENCE + 1))).isFalse();
    watch.standBack(at(SILENCE + 1));
    watch.standBack(at(SILENCE + 100));
    assertThat(watch.attemptIsDue(at(SILENCE + 2 * STAGGER))).isFalse();
    assertThat(watch.attemptIsDue(at(SILENCE + 1 + 2 * STAGGER))).isTrue();
  }

  @Test
  void standsBackAgainAfterAnAttemptOfItsOwn() {
    watch.standBack(at(SILENCE));
    assertThat(watch.attemptIsDue(at(SILENCE + 2 * STAGGER))).isTrue();
    watch.standBack(at(2000));
    assertThat(watch.attemptIsDue(at(2000 + 2 * STAGGER - 1))).isFalse();
    assertThat(watch.attemptIsDue(at(2000 + 2 * STAGGER))).isTrue();
  }

  @Test
  void leaderIsNewsOnceAndAgainUnderAnotherBallotOrAfterItsSilence() {
    Ballot ballot = new Ballot(3, B);
    assertThat(watch.hear(ballot, at(0))).isTrue();
    assertThat(watch.hear(ballot, at(100))).isFalse();
    assertThat(watch.hear(new Ballot(4, B), at(200))).isTrue();
    assertThat(watch.fallsSilent(at(200 + SILENCE))).isFalse();
    assertThat(watch.fallsSilent(at(201 + SILENCE))).isTrue();
    assertThat(watch.fallsSilent(at(202 + SILENCE))).isFalse();
    assertThat(watch.hear(new Ballot(4, B), at(2000))).isTrue();
  }

  @Test
  void onlyTheLeaderThatIsHeardResigns() {
    Ballot ballot = new Ballot(3, B);
    assertThat(watch.resigns(B, ballot, C, at(0))).isFalse();
    watch.hear(ballot, at(0));
    assertThat(watch.resigns(C, ballot, C, at(0))).isFalse();
    assertThat(watch.resigns(B, new Ballot(2, B), C, at(0))).isFalse();
    assertThat(watch.heard(at(0))).contains(B);
    assertThat(watch.resigns(B, ballot, C, at(300))).isTrue();
    assertThat(watch.heard(at(300))).isEmpty();
  }

  @Test
  void successorTriesAtOnceAndTheOthersGiveItTime() {
    Ballot ballot = new Ballot(3, B);
    watch.hear(ballot, at(0));
    watch.resigns(B, ballot, A, at(300));
    assertThat(watch.attemptIsDue(at(301))).isTrue();
    watch.hear(ballot, at(1000));
    watch.resigns(B, ballot, C, at(1300));
    assertThat(watch.attemptIsDue(at(1300 + SILENCE))).isFalse();
    assertThat(waitAfter(1300 + SILENCE)).isZero();
  }

  @Test
  void rankCountsThoseBeforeAndNeverOneself() {
    for (int rank = 0; rank <= 2; rank++) {
      GroupId group = groupWhereThisRanks(rank, OTHERS);
      assertThat(Candidates.rank(group, A, List.of(A, B, C))).isEqualTo(rank);
      assertThat(
              Candidates.rank(group, A, OTHERS)
                  + Candidates.rank(group, B, List.of(A, C))
                  + Candidates.rank(group, C, List.of(A, B)))
          .isEqualTo(3);
    }
  }

  /**
   * The wait that is drawn right after {@code quietUntil}, in milliseconds. Nobody's turn comes
   * before that.
   */
  private long waitAfter(long quietUntil) {
    assertThat(watch.attemptIsDue(at(quietUntil + 1))).isFalse();
    for (long wait = 0; wait < 10_000; wait++) {
      if (watch.attemptIsDue(at(quietUntil + 1 + wait))) {
        return wait;
      }
    }
    throw new AssertionError("its turn never comes");
  }

  private void heard(long millis, MemberId... members) {
    for (MemberId member : members) {
      standing.peers.heard(member, at(millis));
    }
  }

  private void scene(GroupId group) {
    standing = standing(group);
    watch = new LeaderWatch(standing, at(0));
  }

  private static GroupId groupWhereThisRanks(int rank, Collection<MemberId> others) {
    for (int i = 0; i < 1000; i++) {
      GroupId group = new GroupId("g" + i);
      if (Candidates.rank(group, A, others) == rank) {
        return group;
      }
    }
    throw new AssertionError("no group in which it ranks " + rank);
  }

  private static Standing standing(GroupId group) {
    return standing(group, Configuration.of(List.of(A, B, C), 2));
  }

  private static Standing standing(GroupId group, Configuration founded) {
    RandomGenerator largest =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return Long.MAX_VALUE;
          }

          @Override
          public long nextLong(long bound) {
            return bound - 1;
          }
        };
    return new Standing(
        group,
        A,
        new ConfigurationLog(64, founded),
        TIMING,
        Scene.LIMITS,
        largest,
        new ChainHistory(Slot.ZERO, Digest.ZERO),
        at(0));
  }

  private static Now at(long millis) {
    return new Now(millis * 1_000_000, 0);
  }
}
