package io.holdfast.acceptor.core;

import static io.holdfast.acceptor.core.Samples.A;
import static io.holdfast.acceptor.core.Samples.B;
import static io.holdfast.acceptor.core.Samples.ballot;
import static io.holdfast.acceptor.core.Samples.batch;
import static io.holdfast.acceptor.core.Samples.pair;
import static io.holdfast.acceptor.core.Samples.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorEvent.ChosenRecorded;
import io.holdfast.acceptor.core.AcceptorEvent.LogTrimmed;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.AcceptorEvent.PromiseMade;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.core.SegmentPlaces.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where old pairs stand in the journal: by segment, and by slot within one. */
class SegmentPlacesTest {

  private static final Ballot A1 = ballot(1, A);
  private static final Ballot B2 = ballot(2, B);
  private static final int SIZE = (int) AcceptedTail.sizeOf(pair(1, A1, "x"));
  private static final int PLENTY = 1 << 20;

  private final SegmentPlaces places = new SegmentPlaces(new SlotSegment(1, 500, 600, 0));

  @Test
  void segmentsHold128SlotsAndSpanTheirEvents() {
    SlotSegments segments = new SlotSegments();
    segments.note(slot(1), 1, 10);
    segments.note(slot(128), 2, 10);
    segments.note(slot(127), 3, 10);
    segments.note(slot(255), 4, 10);
    assertThat(segments.list())
        .containsExactly(new SlotSegment(0, 1, 3, 20), new SlotSegment(1, 2, 4, 20));
    assertThat(segments.holding(slot(100))).isEqualTo(new SlotSegment(0, 1, 3, 20));
    assertThat(segments.holding(slot(256))).isNull();
  }

  @Test
  void segmentIsForgottenOnlyWhenAllOfItsSlotsAre() {
    SlotSegments segments =
        SlotSegments.of(List.of(new SlotSegment(0, 7, 8, 20), new SlotSegment(1, 9, 12, 30)));
    segments.trim(slot(126));
    assertThat(segments.firstSequenceNumber(99)).isEqualTo(7);
    segments.trim(slot(127));
    assertThat(segments.firstSequenceNumber(99)).isEqualTo(9);
    segments.trim(slot(255));
    assertThat(segments.firstSequenceNumber(99)).isEqualTo(99);
  }

  @Test
  void lookingBeginsWhereTheSegmentDoesAndGoesOnAfterTheLastEventSeen() {
    assertThat(places.next()).isEqualTo(500);
    places.offer(501, accepted(128, A1));
    assertThat(places.next()).isEqualTo(502);
    places.offer(507, new PromiseMade(B2));
    assertThat(places.next()).isEqualTo(508);
  }

  @Test
  void acceptedAndFetchedPairsHaveAPlaceAndOtherEventsNone() {
    places.offer(500, accepted(128, A1));
    places.offer(501, new PromiseMade(B2));
    places.offer(502, new LogTrimmed(slot(5)));
    places.offer(503, new ChosenRecorded(slot(129), A1, batch("x")));
    assertThat(runs(128, 255)).containsExactly(new Run(500, 500), new Run(503, 503));
  }

  @Test
  void placeIsThatOfTheHighestBallotWheneverItWasWritten() {
    places.offer(500, accepted(128, A1));
    places.offer(501, accepted(128, B2));
    places.offer(502, new ChosenRecorded(slot(128), A1, batch("x")));
    places.offer(503, new ChosenRecorded(slot(128), B2, batch("x")));
    assertThat(runs(128, 128)).containsExactly(new Run(501, 501));
  }

  @Test
  void slotsOfOtherSegmentsAreNotKept() {
    places.offer(500, accepted(127, A1));
    places.offer(501, accepted(128, A1));
    places.offer(502, accepted(255, A1));
    places.offer(503, accepted(256, A1));
    assertThat(runs(127, 127)).isEmpty();
    assertThat(runs(128, 128)).containsExactly(new Run(501, 501));
    assertThat(runs(255, 300)).containsExactly(new Run(502, 502));
    assertThat(runs(256, 300)).isEmpty();
  }

  @Test
  void runsEndAtAHoleAndAtTheLastSlotAskedFor() {
    for (long slot : new long[] {128, 129, 130, 132}) {
      places.offer(500 + slot, accepted(slot, A1));
    }
    assertThat(runs(128, 255)).containsExactly(new Run(628, 630));
    assertThat(runs(129, 129)).containsExactly(new Run(629, 629));
    assertThat(runs(131, 255)).isEmpty();
  }

  @Test
  void placesApartAreSeparateRunsInTheOrderOfTheJournal() {
    places.offer(500, accepted(130, A1));
    places.offer(501, accepted(128, A1));
    places.offer(505, accepted(129, A1));
    places.offer(506, accepted(131, A1));
    assertThat(runs(128, 131)).containsExactly(new Run(500, 501), new Run(505, 506));
  }

  @Test
  void runsStayWithinTheBytesAskedForButHoldAtLeastOnePair() {
    for (long slot = 128; slot <= 131; slot++) {
      places.offer(400 + slot, accepted(slot, A1));
    }
    assertThat(places.runs(slot(128), slot(131), 1)).containsExactly(new Run(528, 528));
    assertThat(places.runs(slot(128), slot(131), 2 * SIZE)).containsExactly(new Run(528, 529));
    assertThat(places.runs(slot(128), slot(131), 3 * SIZE - 1)).containsExactly(new Run(528, 529));
  }

  private List<Run> runs(long from, long upTo) {
    return places.runs(slot(from), slot(upTo), PLENTY);
  }

  private static PairAccepted accepted(long slot, Ballot ballot) {
    return new PairAccepted(slot(slot), ballot, batch("x"));
  }
}
