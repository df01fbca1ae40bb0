package io.holdfast.sync.actor;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;

/**
 * The local acceptor, as the cache-owner needs it. Calls come from the cache-owner's actor, must
 * not block, and are to be handled in their order. None may throw.
 */
public interface AcceptorPort {

  /** Every slot up to here is learned by this member and can be fetched from it. */
  void learned(Slot slot);

  /**
   * A slot was applied here; rides on every Accepted reply.
   *
   * @param slot the slot
   * @param chainHash h(slot)
   */
  void applied(Slot slot, Digest chainHash);

  /** The store holds every effect up to here (TrimOnlyDurable). */
  void durable(Slot slot);

  /**
   * The journal shall keep this chosen batch in place of whatever else it holds for the slot. To be
   * answered, also where it holds that batch already, with {@link CacheOwner.ChosenRecorded} once
   * it is durable: until then this member flushes no later slot, or a crash would leave the journal
   * with a pair that was never chosen.
   */
  void recordChosen(AcceptedPair pair);

  /**
   * Read the journal: learned pairs or, from a slot on that is not learned, accepted ones that are
   * durable. To be answered with {@link CacheOwner.LogRead}.
   *
   * @param token to be given back
   * @param fromSlot the first slot wanted; if the journal begins later, the answer is empty
   * @param maxBytes how much is wanted at most; one pair however large
   */
  void readLog(long token, Slot fromSlot, int maxBytes);
}
