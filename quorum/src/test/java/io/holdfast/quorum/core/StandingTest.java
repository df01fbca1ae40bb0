package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.batch;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is known of others, and of this node's own past. */
class StandingTest {

  private static final Digest ONE = batch("1").digest();
  private static final Digest TWO = batch("2").digest();
  private static final Ballot MINE = new Ballot(5, A);

  // ---- Peers.

  @Test
  void memberIsHeardWithinASpanUpToItsEnd() {
    Peers peers = new Peers();
    peers.heard(B, at(100));
    assertThat(peers.heardWithin(B, Duration.ofMillis(50), at(150))).isTrue();
    assertThat(peers.heardWithin(B, Duration.ofMillis(50), at(151))).isFalse();
    assertThat(peers.lastHeard(B)).contains(at(100).monotonicNanos());
    assertThat(peers.lastHeard(C)).isEmpty();
  }

  @Test
  void lowestClockIsThatOfAMajorityOfTheLatest() {
    Peers peers = new Peers();
    Configuration three = new Configuration(new TreeSet<>(Set.of(A, B, C)), 2, 2);
    Now now = new Now(at(100).monotonicNanos(), 5_000);
    Duration span = Duration.ofMillis(50);
    assertThat(peers.lowestClock(three, A, span, now)).isEmpty();
    peers.heard(B, at(90));
    peers.said(B, wall(4_000));
    assertThat(peers.lowestClock(three, A, span, now)).hasValue(4_010);
    peers.heard(C, at(100));
    peers.said(C, wall(9_000));
    assertThat(peers.lowestClock(three, A, span, now)).as("one far ahead").hasValue(5_000);
    peers.said(C, wall(1));
    assertThat(peers.lowestClock(three, A, span, now)).as("one far behind").hasValue(4_010);
  }

  private static MemberState wall(long millis) {
    return new MemberState(Slot.ZERO, Slot.ZERO, Digest.ZERO, Slot.ZERO, millis);
  }

  @Test
  void memberOfNoConfigurationIsForgotten() {
    Peers peers = new Peers();
    peers.heard(B, at(100));
    peers.said(B, wall(7));
    peers.retain(Set.of(A, C));
    assertThat(peers.lastHeard(B)).isEmpty();
    assertThat(peers.state(B)).isEqualTo(MemberState.UNKNOWN);
  }

  // ---- Chain hashes.

  @Test
  void remembersItsHashesFromTheSlotWhereItBegan() {
    ChainHistory chain = new ChainHistory(slot(10), ONE);
    chain.executed(slot(11), TWO);
    assertThat(chain.at(slot(9))).isNull();
    assertThat(chain.at(slot(10))).isEqualTo(ONE);
    assertThat(chain.at(slot(11))).isEqualTo(TWO);
    assertThat(chain.at(slot(12))).isNull();
    assertThat(chain.contradicts(slot(10), TWO)).isTrue();
    assertThat(chain.contradicts(slot(10), ONE)).isFalse();
    assertThat(chain.contradicts(slot(9), TWO)).isFalse();
  }

  @Test
  void remembersItsLast8192Hashes() {
    ChainHistory chain = new ChainHistory(Slot.ZERO, ONE);
    for (long slot = 1; slot <= 10_000; slot++) {
      chain.executed(slot(slot), TWO);
    }
    assertThat(chain.at(slot(10_000 - 8192))).isNull();
    assertThat(chain.at(slot(10_001 - 8192))).isEqualTo(TWO);
  }

  // ---- Promises.

  @Test
  void onlyTheChunkThatCompletesAPromiseSaysSo() {
    PromiseTally tally = new PromiseTally(MINE, slot(1));
    assertThat(tally.add(B, chunk(MINE, 1, 0, false))).isFalse();
    assertThat(tally.promisers()).isEmpty();
    assertThat(tally.add(B, chunk(MINE, 1, 1, true))).isTrue();
    assertThat(tally.promisers()).containsExactly(B);
    assertThat(tally.add(B, chunk(MINE, 1, 1, true))).isFalse();
  }

  @Test
  void promiseForAnotherBallotOrFirstSlotIsNone() {
    PromiseTally tally = new PromiseTally(MINE, slot(1));
    assertThat(tally.add(B, chunk(new Ballot(6, A), 1, 0, true))).isFalse();
    assertThat(tally.add(B, chunk(MINE, 2, 0, true))).isFalse();
    assertThat(tally.promisers()).isEmpty();
  }

  @Test
  void learnerIsTheFirstOfThoseThatHaveLearnedMost() {
    PromiseTally tally = new PromiseTally(MINE, slot(1));
    assertThat(tally.learner()).isNull();
    tally.add(A, promise(0));
    assertThat(tally.learner()).isEqualTo(A);
    tally.add(B, promise(7));
    assertThat(tally.learner()).isEqualTo(B);
    tally.add(C, promise(7));
    assertThat(tally.learner()).isEqualTo(B);
    assertThat(tally.learnedUpTo()).isEqualTo(slot(7));
  }

  @Test
  void whatWasAcceptedUnderTheSameBallotObligesToNothing() {
    PromiseTally tally = new PromiseTally(MINE, slot(1));
    tally.add(
        B,
        new Promised(
            MINE,
            slot(1),
            Slot.ZERO,
            List.of(new AcceptedPair(slot(4), MINE, batch("mine"))),
            0,
            true,
            1));
    assertThat(tally.obliged(slot(4))).isNull();
    assertThat(tally.lastOpenSlot()).isEqualTo(Slot.ZERO);
  }

  private static Promised chunk(Ballot ballot, long fromSlot, int number, boolean last) {
    return new Promised(ballot, slot(fromSlot), Slot.ZERO, List.of(), number, last, 1);
  }

  private static Promised promise(long learned) {
    return new Promised(MINE, slot(1), slot(learned), List.of(), 0, true, 1);
  }

  private static Now at(long millis) {
    return new Now(millis * 1_000_000, 0);
  }
}
