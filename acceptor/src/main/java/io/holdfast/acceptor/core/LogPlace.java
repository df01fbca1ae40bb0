package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import java.util.List;

/** Where a part of the log is to be had. */
public sealed interface LogPlace {

  /**
   * In memory; or nowhere, where there are no pairs.
   *
   * @param pairs without a hole from the asked slot on, possibly none
   * @param afterWrites give them only when every write issued so far is on disk: they are accepted,
   *     not learned, and their own writes may be under way
   */
  record InMemory(List<AcceptedPair> pairs, boolean afterWrites) implements LogPlace {
    public InMemory {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * In the journal: of each slot the pair of the highest ballot among the events of a segment, as
   * {@link PairSelection} finds them.
   *
   * @param segment where those events stand
   * @param learnedUpTo the last slot that may be given
   */
  record InJournal(SlotSegment segment, Slot learnedUpTo) implements LogPlace {}
}
