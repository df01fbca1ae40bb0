package io.holdfast.acceptor.core;

import io.holdfast.config.core.MemberId;

/**
 * What an acceptor wants done. The effects of all steps form one sequence, and this is the contract
 * of whoever interprets it: an effect is carried out only when every {@link Persist} before it, of
 * this step and of all earlier ones, is on disk (DurableBeforeReply). A failed or uncertain write
 * ends the node: no later effect is carried out (StorageFailureIsNotRejection).
 */
public sealed interface AcceptorEffect {

  /**
   * Append this event to the journal.
   *
   * @param sequenceNumber the event's number, from 1, without holes
   * @param event the event
   */
  record Persist(long sequenceNumber, AcceptorEvent event) implements AcceptorEffect {}

  /**
   * Answer a coordinator.
   *
   * @param to who asked
   * @param reply the answer, built from the state that this step wrote (ReplyFromWrite)
   */
  record Answer(MemberId to, AcceptorReply reply) implements AcceptorEffect {}

  /**
   * Tell this node's replica of a pair that is accepted and on disk here.
   *
   * @param pair the pair
   */
  record TellAccepted(AcceptorReply.AcceptedPair pair) implements AcceptorEffect {}

  /**
   * Tell this node's replica that the chosen batch of a slot, which it fetched, is kept: it is on
   * disk here or in the store.
   *
   * @param slot the slot
   */
  record TellRecorded(Slot slot) implements AcceptorEffect {}

  /**
   * Tell this node's replica what a leader says is chosen.
   *
   * @param ballot the leader's ballot
   * @param chosenUpTo every slot up to here is chosen
   */
  record TellWatermark(Ballot ballot, Slot chosenUpTo) implements AcceptorEffect {}

  /**
   * Save this snapshot under its sequence number, then report {@link AcceptorInput.SnapshotSaved}.
   *
   * @param snapshot the state after that event
   */
  record SaveSnapshot(AcceptorSnapshot snapshot) implements AcceptorEffect {}

  /**
   * Journal events and snapshots up to here are no longer needed, except the newest snapshot.
   *
   * @param sequenceNumber the last event to delete
   */
  record DeleteEvents(long sequenceNumber) implements AcceptorEffect {}

  /**
   * Something that must not happen did; the request was answered from what is stored. Count it and
   * log it.
   *
   * @param invariant the invariant's name
   * @param facts what was seen
   */
  record ReportViolation(String invariant, String facts) implements AcceptorEffect {}

  /**
   * A request was dropped without an answer, as if the network had lost it. Count it.
   *
   * @param reason a short stable word: {@code stranger}, {@code overloaded}
   */
  record CountDropped(String reason) implements AcceptorEffect {}
}
