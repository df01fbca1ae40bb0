package io.holdfast.acceptor.core;

import static io.holdfast.acceptor.core.Samples.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.config.core.InvariantViolation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A recovered acceptor is the one that crashed. */
class AcceptorRecoveryTest {

  @Property(tries = 500)
  void snapshotAndReplayEqualTheLiveState(
      @ForAll long seed, @ForAll @IntRange(max = 80) int steps) {
    SimulatedAcceptor live = livedThrough(seed, steps);
    long learned = live.core().learnedUpTo().number();

    AcceptorCore recovered = live.recovered();

    AcceptorCore core = live.core();
    assertThat(recovered.promised()).isEqualTo(core.promised());
    assertThat(recovered.trimmedTo()).isEqualTo(core.trimmedTo());
    assertThat(recovered.sequenceNumber()).isEqualTo(core.sequenceNumber());
    assertThat(recovered.learnedUpTo()).isEqualTo(core.learnedUpTo());
    for (long s = 1; s <= learned + 10; s++) {
      assertThat(recovered.segmentOf(slot(s))).isEqualTo(core.segmentOf(slot(s)));
    }
    assertThat(votes(recovered)).isEqualTo(votes(core));
  }

  /**
   * Beside a store that holds less than it did, an acceptor either refuses to start or still votes
   * with the newest pair of every slot above that store.
   */
  @Property(tries = 500)
  void refusesAStoreThatWouldHidePairs(
      @ForAll long seed,
      @ForAll @IntRange(max = 80) int steps,
      @ForAll @IntRange(max = 200) int store) {
    SimulatedAcceptor live = livedThrough(seed, steps);
    Slot held = Slot.min(slot(store), live.storeDurable());
    AcceptorCore recovered;
    try {
      recovered = live.recovered(held);
    } catch (InvariantViolation refused) {
      assertThat(refused.invariant()).isEqualTo("StoreNotBehindJournal");
      return;
    }
    TreeMap<Slot, AcceptedPair> newest = new TreeMap<>();
    pairsOf(live.everWritten()).forEach(pair -> newest.put(pair.slot(), pair));
    assertThat(votes(recovered)).containsExactlyElementsOf(newest.tailMap(held, false).values());
  }

  /** However much the journal holds, replaying it takes no more memory than running did. */
  @Property(tries = 500)
  void replayKeepsOnlyWhatTheStoreLacksInMemory(
      @ForAll long seed, @ForAll @IntRange(max = 80) int steps) {
    SimulatedAcceptor live = livedThrough(seed, steps);
    Slot store = live.storeDurable();
    TreeMap<Slot, Long> lacking = new TreeMap<>();
    for (AcceptedPair pair : pairsOf(live.everWritten())) {
      if (pair.slot().isAfter(store)) {
        lacking.merge(pair.slot(), AcceptedTail.sizeOf(pair), Math::max);
      }
    }
    long bytes = lacking.values().stream().mapToLong(size -> size).sum();

    live.recovered(
        store, replaying -> assertThat(replaying.tailBytes()).isLessThanOrEqualTo(bytes));
  }

  /** Few events may be many bytes. */
  @Property(tries = 200)
  void restartHasABoundedNumberOfBytesToReplay(
      @ForAll long seed, @ForAll @IntRange(max = 80) int steps) {
    Random random = new Random(seed);
    long bound = 3_000;
    int betweenFlushes = 4;
    SimulatedAcceptor live =
        new SimulatedAcceptor(new AcceptorLimits(1_000_000, 0, bound, 1 << 20));
    String large = "x".repeat(400);
    for (int i = 1; i <= steps; i++) {
      live.on(Samples.accept(Samples.ballot(1, Samples.A), i, large));
      live.on(Samples.learned(i));
      if (i % betweenFlushes == 0 || random.nextBoolean()) {
        live.on(Samples.durable(i));
      }
      live.carryOutAll();
    }

    long toReplay =
        pairsOf(live.toReplay().values()).stream().mapToLong(AcceptedTail::sizeOf).sum();
    long unflushed = betweenFlushes * AcceptedTail.sizeOf(Samples.pair(1, Ballot.BOTTOM, large));
    assertThat(toReplay).isLessThanOrEqualTo(bound + unflushed);
  }

  private static List<AcceptedPair> pairsOf(Collection<AcceptorEvent> events) {
    List<AcceptedPair> pairs = new ArrayList<>();
    for (AcceptorEvent event : events) {
      if (event instanceof AcceptorEvent.PairAccepted pair) {
        pairs.add(new AcceptedPair(pair.slot(), pair.ballot(), pair.batch()));
      } else if (event instanceof AcceptorEvent.ChosenRecorded pair) {
        pairs.add(new AcceptedPair(pair.slot(), pair.ballot(), pair.batch()));
      }
    }
    return pairs;
  }

  private static SimulatedAcceptor livedThrough(long seed, int steps) {
    Random random = new Random(seed);
    SimulatedAcceptor live =
        new SimulatedAcceptor(
            new AcceptorLimits(
                1 + random.nextInt(10),
                0,
                1 + random.nextInt(random.nextInt(1 << 16) + 1),
                1 << 20));
    long learned = 0;
    for (int i = 0; i < steps; i++) {
      Ballot ballot = Samples.ballot(1 + i / 8, random.nextBoolean() ? Samples.A : Samples.B);
      long slot = learned + 1 + random.nextInt(6);
      switch (random.nextInt(6)) {
        case 0 -> live.on(Samples.prepare(ballot, slot));
        case 1 -> {
          learned += random.nextInt(60);
          live.on(Samples.learned(learned));
          live.on(Samples.durable(learned));
        }
        case 2 -> live.on(Samples.trim(random.nextLong(learned + 1)));
        case 3 ->
            live.on(
                new AcceptorInput.ChosenFetched(
                    Samples.pair(slot, ballot, "chosen in " + ballot + " " + slot)));
        default -> live.on(Samples.accept(ballot, slot, "chosen in " + ballot + " " + slot));
      }
      live.carryOutAll();
    }
    return live;
  }

  private static List<AcceptedPair> votes(AcceptorCore core) {
    List<AcceptedPair> pairs = new ArrayList<>();
    Ballot high = Samples.ballot(1_000_000, Samples.C);
    for (AcceptorReply reply : SimulatedAcceptor.replies(core.on(Samples.prepare(high, 1)))) {
      pairs.addAll(((Promised) reply).accepted());
    }
    return pairs;
  }
}
