package io.holdfast.acceptor.core;

/** What a coordinator asks of an acceptor (Paxos Made Simple, section 2.2: phases 1a and 2a). */
public sealed interface AcceptorRequest {

  /** The ballot under which this is asked. */
  Ballot ballot();

  /**
   * Phase 1a for every slot of the group from {@code fromSlot} on.
   *
   * @param ballot the ballot to promise
   * @param fromSlot the first slot that the proposer has not learned, 1 or more
   */
  record Prepare(Ballot ballot, Slot fromSlot) implements AcceptorRequest {
    public Prepare {
      if (fromSlot.number() < 1) {
        throw new IllegalArgumentException("slot " + fromSlot + ": the first slot is 1");
      }
    }
  }

  /**
   * Phase 2a.
   *
   * @param ballot the proposer's ballot
   * @param slot the slot, 1 or more
   * @param batch the value
   * @param chosenUpTo every slot up to here is known chosen by the proposer; rides along for
   *     learners
   */
  record Accept(Ballot ballot, Slot slot, Batch batch, Slot chosenUpTo) implements AcceptorRequest {
    public Accept {
      if (slot.number() < 1) {
        throw new IllegalArgumentException("slot " + slot + ": the first slot is 1");
      }
    }
  }

  /**
   * Asks whether the acceptor still promises exactly this ballot, for linearizable reads.
   *
   * @param ballot the leader's ballot
   * @param nonce distinguishes this probe from earlier ones of the same ballot
   */
  record Probe(Ballot ballot, long nonce) implements AcceptorRequest {}
}
