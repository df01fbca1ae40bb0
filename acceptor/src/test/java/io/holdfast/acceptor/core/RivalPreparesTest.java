package io.holdfast.acceptor.core;

import static io.holdfast.acceptor.core.Samples.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorEffect.Answer;
import io.holdfast.acceptor.core.AcceptorEvent.ChosenRecorded;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.AcceptorEvent.PromiseMade;
import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorReply.Rejected;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.config.core.MemberId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The regression that this system began with: a promise was written and then read back to answer,
 * and a rival's promise slipped in between. Rivals prepare for different slots and ballots while
 * leaders change, the log is trimmed, snapshots are taken and the node crashes between any two
 * effects: no reply without a promise on disk, no promise forgotten, no panic.
 */
class RivalPreparesTest {

  private static final int INTERLEAVINGS = 10_000;
  private static final int STEPS = 60;
  private static final List<MemberId> RIVALS = List.of(Samples.A, Samples.B, Samples.C);

  @Test
  void rivalPreparesNeverYieldAReplyWithoutAPromise() {
    Tally total = new Tally();
    for (long seed = 1; seed <= INTERLEAVINGS; seed++) {
      try {
        new Interleaving(seed, total).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("interleaving of seed " + seed + ": " + e.getMessage(), e);
      }
    }
    // The interleavings are worth something only if they reach what they are about.
    assertThat(total.promised).isGreaterThan(INTERLEAVINGS);
    assertThat(total.accepted).isGreaterThan(INTERLEAVINGS);
    assertThat(total.rejected).isGreaterThan(INTERLEAVINGS);
    assertThat(total.crashes).isGreaterThan(INTERLEAVINGS);
    assertThat(total.trims).isGreaterThan(INTERLEAVINGS / 10);
    assertThat(total.snapshots).isGreaterThan(INTERLEAVINGS / 10);
  }

  private static final class Tally {
    private long promised;
    private long accepted;
    private long rejected;
    private long crashes;
    private long trims;
    private long snapshots;
  }

  private static final class Interleaving {
    private final Random random;
    private final Tally tally;
    private final SimulatedAcceptor acceptor;
    private final List<AcceptorInput> sent = new ArrayList<>();
    private final TreeMap<Slot, Ballot> answeredAccepted = new TreeMap<>();
    private Ballot answered = Ballot.BOTTOM;
    private int modelled;
    private Ballot onDisk = Ballot.BOTTOM;
    private final TreeMap<Slot, AcceptedPair> pairsOnDisk = new TreeMap<>();
    private final List<AcceptedPair> chunks = new ArrayList<>();
    private long round = 1;
    private long learned;
    private long durable;

    Interleaving(long seed, Tally tally) {
      this.random = new Random(seed);
      this.tally = tally;
      int chunkBytes = 1 + random.nextInt(800);
      this.acceptor =
          new SimulatedAcceptor(
              new AcceptorLimits(1 + random.nextInt(8), random.nextInt(2000), 4000, chunkBytes));
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        step();
      }
      check(acceptor.carryOutAll());
      everyPairAboveTheTrimmedOnesCanBeFound();
      acceptor.crashAndRestart();
      assertThat(acceptor.core().promised()).isGreaterThanOrEqualTo(answered);
    }

    private void step() {
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> ask(new Prepare(anyBallot(), slot(learned + 1 + random.nextInt(8))));
        case 3, 4, 5, 6 -> askToAccept();
        case 7 -> ask(new Probe(anyBallot(), random.nextLong()));
        case 8 -> resend();
        case 9 -> learn();
        case 10 -> trim();
        case 11 -> crash();
        default -> check(acceptor.carryOut(1 + random.nextInt(4)));
      }
    }

    private Ballot anyBallot() {
      if (random.nextInt(3) == 0) {
        round++;
      }
      long old = Math.max(1, round - random.nextInt(3));
      return new Ballot(old, RIVALS.get(random.nextInt(RIVALS.size())));
    }

    private void askToAccept() {
      Ballot ballot = anyBallot();
      long number = Math.max(1, learned - 2 + random.nextInt(10));
      // One value for a ballot and slot, as a correct proposer has it.
      Batch batch = Samples.batch("value of " + ballot + " in " + number);
      ask(new Accept(ballot, slot(number), batch, slot(learned)));
    }

    private void ask(AcceptorRequest request) {
      AcceptorInput input = Samples.ask(request);
      sent.add(input);
      acceptor.on(input);
    }

    private void resend() {
      if (!sent.isEmpty()) {
        acceptor.on(sent.get(random.nextInt(sent.size())));
      }
    }

    private void learn() {
      learned += random.nextInt(100);
      acceptor.on(Samples.learned(learned));
      if (random.nextBoolean()) {
        durable = Math.max(durable, learned - random.nextInt(5));
        acceptor.on(Samples.durable(durable));
      }
    }

    private void trim() {
      Slot before = acceptor.core().trimmedTo();
      acceptor.on(Samples.trim(random.nextLong(learned + 200)));
      Slot after = acceptor.core().trimmedTo();
      assertThat(after.number()).isLessThanOrEqualTo(durable);
      tally.trims += after.isAfter(before) ? 1 : 0;
    }

    private void crash() {
      acceptor.crashAndRestart();
      chunks.clear();
      tally.crashes++;
      // Nothing above the store counts as learned after a restart; then a leader says so again.
      acceptor.on(Samples.learned(learned));
    }

    private void check(List<Answer> left) {
      // What has left stands behind what is on disk: the model reads only that.
      for (; modelled < acceptor.everWritten().size(); modelled++) {
        model(acceptor.everWritten().get(modelled));
      }
      for (Answer answer : left) {
        check(answer.reply());
      }
      tally.snapshots += acceptor.journal().isEmpty() ? 1 : 0;
    }

    private void model(AcceptorEvent event) {
      if (event instanceof PromiseMade made) {
        onDisk = Ballot.max(onDisk, made.ballot());
      } else if (event instanceof PairAccepted pair) {
        onDisk = Ballot.max(onDisk, pair.ballot());
        AcceptedPair accepted = new AcceptedPair(pair.slot(), pair.ballot(), pair.batch());
        pairsOnDisk.put(pair.slot(), accepted);
      } else {
        assertThat(event).isNotInstanceOf(ChosenRecorded.class);
      }
    }

    private void check(AcceptorReply reply) {
      if (reply instanceof Promised promised) {
        positive(promised.ballot());
        check(promised);
        tally.promised++;
      } else if (reply instanceof Accepted accepted) {
        positive(accepted.ballot());
        assertThat(pairsOnDisk).as("pairs on disk").containsKey(accepted.slot());
        assertThat(pairsOnDisk.get(accepted.slot()))
            .extracting(AcceptedPair::ballot)
            .satisfies(ballot -> assertThat(ballot).isGreaterThanOrEqualTo(accepted.ballot()));
        answeredAccepted.put(accepted.slot(), accepted.ballot());
        tally.accepted++;
      } else if (reply instanceof ProbeConfirmed confirmed) {
        positive(confirmed.ballot());
      } else if (reply instanceof Rejected rejected) {
        assertThat(rejected.promised()).isGreaterThan(rejected.refused());
        assertThat(onDisk).isGreaterThanOrEqualTo(rejected.promised());
        tally.rejected++;
      }
    }

    /** Every positive reply is covered by the promise on disk, and none is below an earlier one. */
    private void positive(Ballot ballot) {
      assertThat(onDisk).as("promise on disk").isGreaterThanOrEqualTo(ballot);
      assertThat(ballot).as("no promise forgotten").isGreaterThanOrEqualTo(answered);
      answered = ballot;
    }

    /** A promise tells of everything that was answered as accepted and is not learned there. */
    private void check(Promised promised) {
      if (promised.chunk() == 0) {
        chunks.clear();
      }
      chunks.addAll(promised.accepted());
      if (!promised.last()) {
        return;
      }
      TreeMap<Slot, Ballot> reported = new TreeMap<>();
      chunks.forEach(pair -> reported.put(pair.slot(), pair.ballot()));
      Slot first = Slot.max(promised.learnedUpTo().next(), promised.fromSlot());
      answeredAccepted
          .tailMap(first, true)
          .forEach(
              (slot, ballot) ->
                  assertThat(reported.getOrDefault(slot, Ballot.BOTTOM))
                      .as("slot %s in %s", slot, promised)
                      .isGreaterThanOrEqualTo(ballot));
    }

    /** Whoever lags is served from the journal: the events of a pair must still be there. */
    private void everyPairAboveTheTrimmedOnesCanBeFound() {
      Slot trimmed = acceptor.core().trimmedTo();
      for (AcceptedPair pair : pairsOnDisk.tailMap(trimmed, false).values()) {
        var segment = acceptor.core().segmentOf(pair.slot()).orElseThrow();
        var events =
            acceptor
                .journal()
                .subMap(segment.firstSequenceNumber(), true, segment.lastSequenceNumber(), true);
        assertThat(events.values())
            .contains(new PairAccepted(pair.slot(), pair.ballot(), pair.batch()));
      }
    }
  }
}
