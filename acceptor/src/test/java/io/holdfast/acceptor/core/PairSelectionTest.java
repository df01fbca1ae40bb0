package io.holdfast.acceptor.core;

import static io.holdfast.acceptor.core.Samples.A;
import static io.holdfast.acceptor.core.Samples.B;
import static io.holdfast.acceptor.core.Samples.ballot;
import static io.holdfast.acceptor.core.Samples.batch;
import static io.holdfast.acceptor.core.Samples.pair;
import static io.holdfast.acceptor.core.Samples.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorEvent.ChosenRecorded;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.AcceptorEvent.PromiseMade;
import org.junit.jupiter.api.Test;

class PairSelectionTest {

  private static final Ballot A1 = ballot(1, A);
  private static final Ballot B2 = ballot(2, B);
  private static final int SIZE = (int) AcceptedTail.sizeOf(pair(1, A1, "x"));

  @Test
  void picksThePairOfTheHighestBallotInWhateverOrderTheyCome() {
    PairSelection selection = new PairSelection(slot(3), slot(4), 1 << 20);
    selection.offer(new PairAccepted(slot(3), A1, batch("old")));
    selection.offer(new PromiseMade(B2));
    selection.offer(new ChosenRecorded(slot(4), B2, batch("new")));
    selection.offer(new PairAccepted(slot(3), B2, batch("new")));
    selection.offer(new PairAccepted(slot(4), A1, batch("old")));
    selection.offer(new PairAccepted(slot(4), B2, batch("later")));
    assertThat(selection.contiguous()).containsExactly(pair(3, B2, "new"), pair(4, B2, "new"));
  }

  @Test
  void picksNothingOutsideTheRange() {
    PairSelection selection = new PairSelection(slot(3), slot(4), 1 << 20);
    for (long slot = 2; slot <= 5; slot++) {
      selection.offer(accepted(slot));
    }
    assertThat(selection.contiguous()).containsExactly(pair(3, A1, "x"), pair(4, A1, "x"));
  }

  @Test
  void endsAtTheFirstHole() {
    PairSelection selection = new PairSelection(slot(3), slot(9), 1 << 20);
    selection.offer(accepted(6));
    assertThat(selection.contiguous()).isEmpty();
    selection.offer(accepted(3));
    selection.offer(accepted(4));
    assertThat(selection.contiguous()).containsExactly(pair(3, A1, "x"), pair(4, A1, "x"));
  }

  @Test
  void givesUpTheHighestSlotsOncePastItsBound() {
    PairSelection selection = new PairSelection(slot(1), slot(9), 2 * SIZE);
    selection.offer(accepted(3));
    selection.offer(accepted(2));
    assertThat(selection.contiguous()).isEmpty();
    selection.offer(accepted(1));
    assertThat(selection.contiguous()).containsExactly(pair(1, A1, "x"), pair(2, A1, "x"));
  }

  @Test
  void slotsGivenUpOnceDoNotComeBackInPart() {
    PairSelection selection = new PairSelection(slot(1), slot(9), 2 * SIZE + 1);
    selection.offer(accepted(1));
    selection.offer(accepted(2));
    selection.offer(accepted(3));
    // Room for slot 3 again, but by now an event about it with a higher ballot may have been
    // passed.
    selection.offer(new PairAccepted(slot(2), B2, batch("")));
    selection.offer(new PairAccepted(slot(3), A1, batch("")));
    assertThat(selection.contiguous()).containsExactly(pair(1, A1, "x"), pair(2, B2, ""));
  }

  @Test
  void replacedPairsCountOnlyOnce() {
    PairSelection selection = new PairSelection(slot(1), slot(2), 2 * SIZE);
    selection.offer(accepted(1));
    selection.offer(accepted(2));
    for (int round = 2; round <= 9; round++) {
      selection.offer(new PairAccepted(slot(1), ballot(round, B), batch("y")));
    }
    assertThat(selection.contiguous())
        .containsExactly(pair(1, ballot(9, B), "y"), pair(2, A1, "x"));
  }

  @Test
  void neverGivesUpTheFirstSlot() {
    PairSelection selection = new PairSelection(slot(1), slot(9), 1);
    selection.offer(accepted(1));
    selection.offer(accepted(2));
    assertThat(selection.contiguous()).containsExactly(pair(1, A1, "x"));
  }

  private static PairAccepted accepted(long slot) {
    return new PairAccepted(slot(slot), A1, batch("x"));
  }
}
