package io.holdfast.acceptor.store;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.core.Slot;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Old accepted pairs, read back from the journal. */
public interface PairLog {

  /**
   * The pairs of a segment's slots from {@code from} to {@code upTo} that the journal holds without
   * a hole; for each slot the one of the highest ballot. For slots that are learned, that is the
   * chosen one.
   *
   * @param persistenceId whose journal
   * @param segment where the segment's events stand
   * @param from the first slot wanted, one of the segment's
   * @param upTo the last slot wanted
   * @param maxBytes stop there, but give at least one pair if the first is there
   * @return completes on a thread for blocking work, exceptionally when the journal cannot be read
   */
  CompletionStage<List<AcceptedPair>> read(
      String persistenceId, SlotSegment segment, Slot from, Slot upTo, int maxBytes);
}
