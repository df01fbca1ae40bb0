package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import java.util.List;

/**
 * An acceptor's state after one journal event.
 *
 * @param sequenceNumber that event's number
 * @param promised the promise
 * @param trimmedTo the last forgotten slot
 * @param tail accepted pairs above what this node's store held durably, in slot order
 * @param segments where older pairs stand in the journal
 */
public record AcceptorSnapshot(
    long sequenceNumber,
    Ballot promised,
    Slot trimmedTo,
    List<AcceptedPair> tail,
    List<SlotSegment> segments) {

  public AcceptorSnapshot {
    tail = List.copyOf(tail);
    segments = List.copyOf(segments);
  }

  /**
   * Between which journal events every event about one run of slots stands.
   *
   * @param segment the run's number
   * @param firstSequenceNumber the first such event
   * @param lastSequenceNumber the last such event
   */
  public record SlotSegment(long segment, long firstSequenceNumber, long lastSequenceNumber) {}
}
