package io.holdfast.mesh.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.sync.core.RequestTrace;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request that a {@link RequestRouter} owes an answer or an outcome.
 *
 * @param ticket names it towards coordinator, replica and peers; never used twice
 * @param caller whom to answer
 * @param request what is wanted
 * @param hops how often it was forwarded before it came here
 * @param leavesAtNanos until when its client stays; absent: until there is an answer
 * @param stage where it waits
 */
record PendingRequest(
    long ticket,
    Caller caller,
    ClientRequest request,
    int hops,
    OptionalLong leavesAtNanos,
    Stage stage) {

  /** Who waits for the answer. */
  sealed interface Caller {

    /** A client of this node. */
    record Client(long token) implements Caller {}

    /**
     * A peer, for a client of its own.
     *
     * @param trace what the client's request is called in logs
     */
    record Peer(MemberId from, long token, Optional<RequestTrace> trace) implements Caller {}

    /** A client that was told already that its write is in flight. */
    record Gone() implements Caller {}
  }

  /** Where a request waits. */
  sealed interface Stage {

    /**
     * A write, for this node's replica to prepare it.
     *
     * @param admissions how often it was asked to, this time included
     * @param certain whether the replica has executed all that was chosen when this was asked for
     */
    record AtAdmission(int admissions, boolean certain) implements Stage {

      /** Of a replica that may be behind. */
      AtAdmission(int admissions) {
        this(admissions, false);
      }
    }

    /**
     * A write that was refused by what is active here, until the replica has executed all that was
     * chosen by then: something else may be active.
     *
     * @param admissions how often it was prepared, or was to be
     */
    record Doubted(int admissions) implements Stage {}

    /**
     * A write, for its verdict.
     *
     * @param admissions how often it was prepared
     */
    record Proposed(int admissions) implements Stage {}

    /**
     * A write that was executed, for this node's replica to find what it gave.
     *
     * @param known what is known without that
     */
    record AtResults(WriteAnswer known) implements Stage {}

    /**
     * A question, for this node's coordinator.
     *
     * @param proposed of a look-up: whether the write was in flight when it was asked for
     */
    record AtCoordinator(boolean proposed) implements Stage {}

    /**
     * A question, for this node's replica.
     *
     * @param proposed of a look-up: whether the write was in flight when it was asked for; it may
     *     be concluded, without having been executed, before the look-up is done
     */
    record AtReplica(boolean proposed) implements Stage {}

    /**
     * For a peer.
     *
     * @param to the peer
     * @param deadlineNanos until when
     */
    record Elsewhere(MemberId to, long deadlineNanos) implements Stage {}
  }

  PendingRequest at(Stage next) {
    return new PendingRequest(ticket, caller, request, hops, leavesAtNanos, next);
  }

  PendingRequest withoutCaller() {
    return new PendingRequest(
        ticket, new Caller.Gone(), request, hops, OptionalLong.empty(), stage);
  }

  boolean isElsewhere() {
    return stage instanceof Stage.Elsewhere;
  }
}
