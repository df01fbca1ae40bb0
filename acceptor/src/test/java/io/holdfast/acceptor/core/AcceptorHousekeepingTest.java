package io.holdfast.acceptor.core;

import static io.holdfast.acceptor.core.Samples.A;
import static io.holdfast.acceptor.core.Samples.WIDE;
import static io.holdfast.acceptor.core.Samples.accept;
import static io.holdfast.acceptor.core.Samples.ballot;
import static io.holdfast.acceptor.core.Samples.durable;
import static io.holdfast.acceptor.core.Samples.fresh;
import static io.holdfast.acceptor.core.Samples.learned;
import static io.holdfast.acceptor.core.Samples.pair;
import static io.holdfast.acceptor.core.Samples.slot;
import static io.holdfast.acceptor.core.Samples.trim;
import static io.holdfast.acceptor.core.SimulatedAcceptor.replies;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorEffect.CountDropped;
import io.holdfast.acceptor.core.AcceptorEffect.DeleteEvents;
import io.holdfast.acceptor.core.AcceptorEffect.SaveSnapshot;
import io.holdfast.acceptor.core.AcceptorInput.SnapshotSaved;
import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept, for how long, and when the journal may be shortened. */
class AcceptorHousekeepingTest {

  private static final Ballot A1 = ballot(1, A);
  private static final long PAIR_BYTES = AcceptedTail.sizeOf(pair(1, A1, "x"));
  private static final int SEGMENT = SlotSegments.SLOTS;

  @Test
  void pairCostsItsBatchAndAFixedAmount() {
    assertThat(AcceptedTail.sizeOf(pair(1, A1, "x".repeat(1000))) - PAIR_BYTES).isEqualTo(999);
  }

  @Test
  void takesNewSlotsUntilItsRoomIsUsedToTheLastByte() {
    AcceptorCore tight = fresh(new AcceptorLimits(1000, 0, 2 * PAIR_BYTES, 1 << 20));
    assertThat(replies(tight.on(accept(A1, 2, "x")))).hasSize(1);
    assertThat(replies(tight.on(accept(A1, 3, "x")))).hasSize(1);
    assertThat(tight.on(accept(A1, 4, "x"))).contains(new CountDropped("overloaded"));
    assertThat(tight.tailBytes()).isEqualTo(2 * PAIR_BYTES);
  }

  @Test
  void keepsAsManyLearnedBytesForLaggardsAsItsLimitSays() {
    AcceptorCore core = fresh(new AcceptorLimits(1000, 2 * PAIR_BYTES, 1 << 20, 1 << 20));
    for (int slot = 1; slot <= 4; slot++) {
      core.on(accept(A1, slot, "x"));
    }
    core.on(learned(3));
    core.on(durable(3));
    assertThat(core.acceptedFrom(slot(2), 1 << 20)).isEmpty();
    assertThat(core.acceptedFrom(slot(3), 1 << 20)).hasSize(2);
  }

  @Test
  void servesAChunkOfExactlyTheBytesAskedFor() {
    AcceptorCore core = fresh(WIDE);
    for (int slot = 1; slot <= 3; slot++) {
      core.on(accept(A1, slot, "x"));
    }
    assertThat(core.acceptedFrom(slot(1), (int) (2 * PAIR_BYTES))).hasSize(2);
    assertThat(core.acceptedFrom(slot(1), (int) (2 * PAIR_BYTES - 1))).hasSize(1);
    assertThat(core.acceptedFrom(slot(1), 0)).hasSize(1);
  }

  @Test
  void numbersItsEventsFromOne() {
    AcceptorCore core = fresh(WIDE);
    assertThat(core.sequenceNumber()).isZero();
    core.on(accept(A1, 1, "x"));
    core.on(accept(A1, 2, "x"));
    core.on(accept(A1, 2, "x"));
    assertThat(core.sequenceNumber()).isEqualTo(2);
  }

  @Test
  void eventsCountTowardsASnapshotFromTheOneBefore() {
    AcceptorCore core = fresh(new AcceptorLimits(3, 1 << 20, 1 << 20, 1 << 20));
    for (int slot = 1; slot <= 3; slot++) {
      core.on(accept(A1, slot, "x"));
    }
    assertThat(core.on(durable(1))).singleElement().isInstanceOf(SaveSnapshot.class);
    core.on(new SnapshotSaved(3));
    core.on(accept(A1, 4, "x"));
    core.on(accept(A1, 5, "x"));
    assertThat(core.on(durable(2))).isEmpty();
    core.on(accept(A1, 6, "x"));
    assertThat(core.on(durable(3))).singleElement().isInstanceOf(SaveSnapshot.class);
  }

  @Test
  void trimAndInstallAreEventsThatMayMakeASnapshotDue() {
    AcceptorCore trimming = fresh(new AcceptorLimits(1, 1 << 20, 1 << 20, 1 << 20));
    trimming.on(learned(SEGMENT));
    trimming.on(durable(SEGMENT));
    assertThat(snapshots(trimming.on(trim(SEGMENT))))
        .singleElement()
        .satisfies(saved -> assertThat(saved.trimmedTo()).isEqualTo(slot(SEGMENT)));

    AcceptorCore installing =
        AcceptorCore.recovering(
            new AcceptorLimits(1, 1 << 20, 1 << 20, 1 << 20), Optional.empty(), slot(50));
    assertThat(snapshots(installing.start(Samples.MEMBERS, slot(50))))
        .singleElement()
        .satisfies(saved -> assertThat(saved.durableUpTo()).isEqualTo(slot(50)));
  }

  @Test
  void journalIsShortenedToTheFirstEventThatASegmentNeeds() {
    AcceptorCore core = learnedUpTo(SEGMENT);
    // Event n is about slot n. Those of segment 0 are the slots below SEGMENT.
    assertThat(core.on(new SnapshotSaved(SEGMENT))).isEmpty();
    core.on(trim(SEGMENT));
    assertThat(core.on(new SnapshotSaved(SEGMENT))).containsExactly(new DeleteEvents(SEGMENT - 1));
  }

  @Test
  void journalIsShortenedUpToTheSnapshotWhereNoSegmentNeedsIt() {
    AcceptorCore core = learnedUpTo(2 * SEGMENT - 1);
    core.on(trim(2 * SEGMENT - 1));
    assertThat(core.on(new SnapshotSaved(9))).containsExactly(new DeleteEvents(9));
  }

  // ---- A journal that has grown too long.

  /** Three segments of the log; two are within bounds, or what {@code runs} says. */
  private static AcceptorLimits holding(int runs) {
    return new AcceptorLimits(100_000, 0, 1 << 24, 1 << 20, PAIR_BYTES * SEGMENT * runs);
  }

  @Test
  void journalThatIsTooLongIsTrimmedPastMembersThatLag() {
    AcceptorCore core = learnedUpTo(3 * SEGMENT - 1, holding(2));
    core.on(new AcceptorInput.TrimUpTo(slot(5), slot(3 * SEGMENT - 1)));
    assertThat(core.trimmedTo()).isEqualTo(Slot.ZERO);

    core.on(accept(A1, 3 * SEGMENT, "x"));
    core.on(accept(A1, 3 * SEGMENT + 1, "x"));
    core.on(new AcceptorInput.TrimUpTo(slot(5), slot(3 * SEGMENT - 1)));
    // Slot 0 is none, so the first segment has one less.
    assertThat(core.trimmedTo()).isEqualTo(slot(2 * SEGMENT - 1));
    assertThat(core.logBytes()).isEqualTo((SEGMENT + 2) * PAIR_BYTES);
  }

  /** TrimOnlyDurable: of w members, and of this one's store. */
  @Test
  void journalThatIsTooLongKeepsWhatTooFewStoresHold() {
    AcceptorCore core = learnedUpTo(3 * SEGMENT, holding(0));
    core.on(new AcceptorInput.TrimUpTo(slot(5), slot(SEGMENT + 2)));
    assertThat(core.trimmedTo()).isEqualTo(slot(SEGMENT + 2));

    AcceptorCore behind = fresh(holding(0));
    for (int slot = 1; slot <= 3 * SEGMENT; slot++) {
      behind.on(accept(A1, slot, "x"));
    }
    behind.on(learned(3 * SEGMENT));
    behind.on(durable(SEGMENT + 9));
    behind.on(new AcceptorInput.TrimUpTo(slot(5), slot(3 * SEGMENT)));
    assertThat(behind.trimmedTo()).isEqualTo(slot(SEGMENT + 9));
  }

  /** Whoever proposed them, and across a restart. */
  @Test
  void bytesOfTheJournalAreCountedOnFromASnapshot() {
    AcceptorCore core = learnedUpTo(3 * SEGMENT, new AcceptorLimits(400, 0, 1 << 24, 1 << 20));
    for (int slot = 3 * SEGMENT + 1; slot <= 400; slot++) {
      core.on(accept(A1, slot, "x"));
    }
    AcceptorSnapshot saved = snapshots(core.on(durable(3 * SEGMENT))).get(0);
    AcceptorCore restarted =
        AcceptorCore.recovering(holding(2), Optional.of(saved), slot(3 * SEGMENT));
    restarted.start(Samples.MEMBERS, Slot.ZERO);

    assertThat(restarted.logBytes()).isEqualTo(core.logBytes()).isEqualTo(400 * PAIR_BYTES);
    restarted.on(new AcceptorInput.TrimUpTo(slot(5), slot(3 * SEGMENT)));
    assertThat(restarted.trimmedTo()).isEqualTo(slot(2 * SEGMENT - 1));
  }

  @Test
  void acceptAnswersWithWhatWasAppliedLast() {
    AcceptorCore core = fresh(WIDE);
    Digest chain = Digest.of();
    core.on(new AcceptorInput.AppliedUpTo(slot(7), chain));
    assertThat(replies(core.on(accept(A1, 8, "x"))))
        .containsExactly(new Accepted(A1, slot(8), Samples.batch("x").digest(), slot(7), chain));
  }

  // ---- Where the log is.

  @Test
  void unlearnedPairsAreGivenOnlyOnceTheyAreOnDisk() {
    AcceptorCore core = fresh(WIDE);
    core.on(accept(A1, 1, "x"));
    core.on(accept(A1, 2, "y"));
    core.on(learned(1));
    assertThat(core.locate(slot(2), 1 << 20))
        .isEqualTo(new LogPlace.InMemory(List.of(pair(2, A1, "y")), true));
    assertThat(core.locate(slot(1), 1 << 20))
        .isEqualTo(new LogPlace.InMemory(List.of(pair(1, A1, "x")), false));
  }

  @Test
  void learnedPairsThatLeftMemoryAreInTheirSegmentOfTheJournal() {
    AcceptorCore core = fresh(new AcceptorLimits(1_000, 0, 1 << 20, 1 << 20));
    core.on(accept(A1, 1, "x"));
    core.on(accept(A1, 2, "y"));
    core.on(learned(2));
    core.on(durable(2));
    assertThat(core.locate(slot(1), 1 << 20))
        .isEqualTo(new LogPlace.InJournal(new SlotSegment(0, 1, 2, 2 * PAIR_BYTES), slot(2)));
  }

  @Test
  void trimmedPairsAreNowhere() {
    AcceptorCore core = learnedUpTo(SEGMENT);
    core.on(trim(SEGMENT));
    assertThat(core.locate(slot(1), 1 << 20)).isEqualTo(new LogPlace.InMemory(List.of(), false));
  }

  private static AcceptorCore learnedUpTo(int slots) {
    return learnedUpTo(slots, new AcceptorLimits(1_000, 1 << 20, 1 << 24, 1 << 20));
  }

  private static AcceptorCore learnedUpTo(int slots, AcceptorLimits limits) {
    AcceptorCore core = fresh(limits);
    for (int slot = 1; slot <= slots; slot++) {
      core.on(accept(A1, slot, "x"));
    }
    core.on(learned(slots));
    core.on(durable(slots));
    return core;
  }

  private static List<AcceptorSnapshot> snapshots(List<AcceptorEffect> effects) {
    return effects.stream()
        .filter(SaveSnapshot.class::isInstance)
        .map(effect -> ((SaveSnapshot) effect).snapshot())
        .toList();
  }
}
