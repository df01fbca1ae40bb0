package io.holdfast.acceptor.core;

import java.util.List;

/**
 * An acceptor's state as of a journal event, so that recovery need not replay everything. Accepted
 * pairs that the member's own store held durably at that time are left to the store, so an acceptor
 * that goes on from a snapshot needs a store that holds at least as much.
 *
 * @param sequenceNumber the journal's sequence number of the last event that is included, 0 or more
 * @param promised the promise
 * @param trimmedTo every slot up to here is forgotten
 * @param durableUpTo the member's own store held every slot up to here durably; {@code trimmedTo}
 *     or more
 * @param tail every accepted pair of a slot above that
 * @param segments where older pairs stand in the journal
 */
public record AcceptorSnapshot(
    long sequenceNumber,
    Ballot promised,
    Slot trimmedTo,
    Slot durableUpTo,
    List<AcceptorReply.AcceptedPair> tail,
    List<SlotSegment> segments) {

  public AcceptorSnapshot {
    if (sequenceNumber < 0) {
      throw new IllegalArgumentException(
          "snapshot sequence number " + sequenceNumber + ": must be 0 or more");
    }
    if (!trimmedTo.isAtMost(durableUpTo)) {
      throw new IllegalArgumentException(
          "snapshot trimmed up to slot %s of a store durable up to slot %s: trimmed only what is durable"
              .formatted(trimmedTo, durableUpTo));
    }
    tail = List.copyOf(tail);
    segments = List.copyOf(segments);
  }

  /**
   * The journal's sequence numbers between which every event about the slots of one segment stands.
   *
   * @param segment the segment's number, 0 or more
   * @param firstSequenceNumber 1 or more
   * @param lastSequenceNumber {@code firstSequenceNumber} or more
   * @param bytes of the batches of all those events; 0 where an earlier version did not count them
   */
  public record SlotSegment(
      long segment, long firstSequenceNumber, long lastSequenceNumber, long bytes) {

    public SlotSegment {
      if (segment < 0 || bytes < 0) {
        throw new IllegalArgumentException(
            "segment " + segment + " of " + bytes + " bytes: must be 0 or more");
      }
      if (firstSequenceNumber < 1 || lastSequenceNumber < firstSequenceNumber) {
        throw new IllegalArgumentException(
            "segment %d covers sequence numbers %d to %d: must be a range from 1 or more"
                .formatted(segment, firstSequenceNumber, lastSequenceNumber));
      }
    }
  }
}
