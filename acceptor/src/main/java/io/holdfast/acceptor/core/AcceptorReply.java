package io.holdfast.acceptor.core;

import java.util.List;

/**
 * What an acceptor answers. Positive and negative answers are different types (TaggedReply): an
 * echo can never be counted as a promise.
 */
public sealed interface AcceptorReply {

  /**
   * An accepted pair above the answering member's learned slots.
   *
   * @param slot the slot
   * @param ballot the ballot it was accepted under
   * @param batch the value
   */
  record AcceptedPair(Slot slot, Ballot ballot, Batch batch) {}

  /**
   * Phase 1b, in bounded chunks. It counts as a promise once all chunks from 0 to the last of one
   * and the same answer have arrived. A prepare that is sent again is answered again, from a state
   * that may have moved on: chunks of two answers put together can miss a pair that both held.
   *
   * @param ballot the promised ballot
   * @param fromSlot the prepare's first slot; a promise for another does not count
   * @param learnedUpTo everything up to here can be fetched from this member as learned
   * @param accepted accepted pairs above {@code max(learnedUpTo, fromSlot - 1)}, in slot order
   * @param chunk from 0
   * @param last whether this is the last chunk
   * @param builtAt the journal event after which the answer was built; with {@code learnedUpTo} it
   *     tells one answer from another
   */
  record Promised(
      Ballot ballot,
      Slot fromSlot,
      Slot learnedUpTo,
      List<AcceptedPair> accepted,
      int chunk,
      boolean last,
      long builtAt)
      implements AcceptorReply {
    public Promised {
      accepted = List.copyOf(accepted);
    }
  }

  /**
   * Phase 2b: the pair is on disk.
   *
   * @param ballot the ballot of the Accept
   * @param slot its slot
   * @param digest the digest of what is <em>stored</em> for (ballot, slot)
   * @param applied the last slot applied at this member when it answered
   * @param chainHash the chain hash at {@code applied}
   */
  record Accepted(Ballot ballot, Slot slot, Digest digest, Slot applied, Digest chainHash)
      implements AcceptorReply {}

  /**
   * The negative answer to any request: a higher ballot is promised.
   *
   * @param refused the ballot of the request
   * @param slot the slot of a refused Accept; {@link Slot#ZERO} for a prepare or a probe
   * @param promised the ballot that is promised
   */
  record Rejected(Ballot refused, Slot slot, Ballot promised) implements AcceptorReply {}

  /**
   * The slot of the Accept is chosen and learned here, and no longer kept for voting; nothing was
   * persisted.
   *
   * @param ballot the ballot of the Accept
   * @param slot its slot
   * @param upTo every slot up to here is chosen
   */
  record AlreadyChosen(Ballot ballot, Slot slot, Slot upTo) implements AcceptorReply {}

  /**
   * The acceptor still promises exactly this ballot.
   *
   * @param ballot the probe's ballot
   * @param nonce the probe's nonce
   */
  record ProbeConfirmed(Ballot ballot, long nonce) implements AcceptorReply {}
}
