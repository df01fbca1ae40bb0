package io.holdfast.acceptor.core;

/** What an acceptor writes to its journal. Each event is one durable step. */
public sealed interface AcceptorEvent {

  /**
   * The promise grew.
   *
   * @param ballot the new promise
   */
  record PromiseMade(Ballot ballot) implements AcceptorEvent {}

  /**
   * A pair was accepted; the promise is at least its ballot from here on.
   *
   * @param slot the slot
   * @param ballot the ballot
   * @param batch the value
   */
  record PairAccepted(Slot slot, Ballot ballot, Batch batch) implements AcceptorEvent {}

  /**
   * A batch that is known to be chosen was fetched from a member that has learned it; kept so that
   * this member can serve it too. {@code ballot} is the one under which the serving member holds
   * it.
   *
   * @param slot the slot
   * @param ballot a ballot at or above the one under which it was chosen
   * @param batch the chosen value
   */
  record ChosenRecorded(Slot slot, Ballot ballot, Batch batch) implements AcceptorEvent {}

  /**
   * Slots up to here are durable in this member's store and no other member needs them from its
   * journal: the acceptor forgets them.
   *
   * @param upTo the last forgotten slot
   */
  record LogTrimmed(Slot upTo) implements AcceptorEvent {}
}
