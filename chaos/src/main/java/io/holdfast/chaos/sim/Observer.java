package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorMessage.ChainHashAt;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.VersionedValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sees all that matters of what every node does, right when it happens: more than any node could
 * know. Each method has the node first.
 */
interface Observer {

  /** A process has recovered from its disk and is about to take part. */
  default void recovered(SimNode at, Ballot promised, Slot storeDurable) {}

  /** A process ended, or was killed. */
  default void ended(SimNode at) {}

  /** An event reached the journal: it is on disk now. */
  default void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {}

  /** A reply of the acceptor leaves it. */
  default void replied(SimNode at, MemberId to, AcceptorReply reply) {}

  /** The coordinator asks an acceptor. */
  default void requested(SimNode at, MemberId to, AcceptorRequest request) {}

  /** The cores are told something by whom they take for {@code claimed}. */
  default void heard(SimNode at, MemberId claimed, MemberId actual) {}

  /** The coordinator leads from now on. */
  default void leads(SimNode at, Ballot ballot, Slot nextSlot, Configuration configuration) {}

  /** The leader says what is chosen. */
  default void declared(SimNode at, Ballot ballot, Slot chosenUpTo) {}

  /** The replica executed a slot. */
  default void applied(SimNode at, ReplicaEffect.Applied applied) {}

  /** The replica gives batches to a peer as learned. */
  default void served(SimNode at, List<AcceptedPair> pairs) {}

  /** A flush is durable. */
  default void flushed(SimNode at, ReplicaDelta delta) {}

  /**
   * The store was replaced by what a snapshot has brought; nobody uses it yet.
   *
   * @param head what the snapshot says that it is of
   * @param header where the new store is in the log
   * @param held what a replica on it holds
   * @param records its records
   */
  default void installed(
      SimNode at,
      SnapshotHead head,
      StateHeader header,
      StateInspection held,
      Map<ByteString, VersionedValue> records) {}

  /** The coordinator is told another member's chain hash at a slot that is disputed. */
  default void chainHashTold(SimNode at, MemberId from, ChainHashAt answer) {}

  /** The coordinator finds that its replica differs from a majority. */
  default void diverged(SimNode at) {}

  /** The replica answers a question from what it holds. */
  default void replicaAnswered(SimNode at, ReplicaEffect answer) {}

  /** The coordinator is given an entry to place. */
  default void proposed(SimNode at, long token, BatchEntry entry) {}

  /** The coordinator ends a proposal. */
  default void concluded(SimNode at, long token, BatchEntry entry, Outcome outcome) {}

  /** The coordinator is asked for a read index. */
  default void readBegan(SimNode at, long token) {}

  /** The coordinator has confirmed a read index. */
  default void readIndexed(SimNode at, long token, Slot readIndex) {}

  /** What the node knows of its peers was saved. */
  default void ledgerSaved(SimNode at, PeerLedger before, PeerLedger after) {}

  /** A write of the journal failed: the process ends soon. */
  default void journalFailed(SimNode at) {}

  /** A snapshot of the acceptor is durable. */
  default void snapshotSaved(SimNode at, AcceptorSnapshot snapshot) {}

  /** A slot in which a batch is chosen has a quorum for a batch under another ballot. */
  default void chosenAgain(
      Slot slot, Batch first, Ballot firstBallot, Batch again, Ballot laterBallot) {}

  /** A client begins an operation; the same again when it tries again. */
  default void began(ClientOperation operation) {}

  /** A client was answered. */
  default void answered(ClientOperation operation) {}

  /**
   * A client was given what is in a range.
   *
   * @param operation what it asked
   * @param slot the last slot that was executed where it was read
   */
  default void queried(ClientOperation operation, ReadQuery query, ReadResult result, Slot slot) {}

  /**
   * A watcher was told what comes next.
   *
   * @param from the first place that it asked for
   * @param keys of which keys
   * @param next the first place after what it was told of
   */
  default void watched(String process, KeyRange keys, long from, List<Change> changes, long next) {}

  /**
   * A watcher was told that what it asks for is forgotten.
   *
   * @param oldest the first revision that it can be told of
   */
  default void watchedTooLate(String process, long from, long oldest) {}

  /**
   * A replica is looked at: as it orders a flush, as it comes back from its store, and at rest,
   * both as it is and as it would come back.
   *
   * @param header where it is in the log
   */
  default void inspected(SimNode at, StateHeader header, StateInspection held) {}

  /**
   * Everything has settled, and a member holds what it will hold.
   *
   * @param records its record of a key, if the key is there
   */
  default void atRest(SimNode at, Function<ByteString, Optional<VersionedValue>> records) {}

  /**
   * A slot is chosen, and so are all before it.
   *
   * @param batch what it holds
   */
  default void chosen(Slot slot, Batch batch) {}

  /** The run is over and everything has settled. */
  default void finished() {}
}
