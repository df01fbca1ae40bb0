package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import io.holdfast.sync.core.Caller;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a node offers to those who talk to it: the HTTP front door, an embedding application, tests.
 * Every method returns at once; stages complete on a thread of the node and must not be blocked.
 * Failures that callers expect are values; a stage completes exceptionally only for a bug.
 */
public interface Mesh {

  /**
   * Decides a write; the answer comes when its verdict is in, or after {@code request.patience()}
   * as in flight.
   */
  CompletionStage<WriteAnswer> write(WriteRequest request);

  /** Reads a key or a range of keys. */
  CompletionStage<ReadAnswer> read(ReadRequest request);

  /**
   * Tells which reservations and pools there are, or what would become of a request: {@link
   * ReadAnswer.Reservations}, or {@link ReadAnswer.Refused}.
   */
  CompletionStage<ReadAnswer> reservations(ReservationsRequest request);

  /**
   * The next changes of a group's history as this node has executed it. Whoever follows asks again
   * from {@link ChangesAnswer.Next#nextPlace}; nothing is kept for it in between.
   */
  CompletionStage<ChangesAnswer> changes(ChangesRequest request);

  /**
   * A group's state with every write that was acknowledged before this was called, to be kept
   * outside the mesh. A few can be had at a time; more are refused as {@code overloaded}.
   */
  CompletionStage<SnapshotAnswer> snapshot(GroupId group);

  /**
   * What the log says of a write id, in the named group or, without one, in every group of this
   * node: a linearizable look-up that changes nothing.
   */
  CompletionStage<WriteAnswer> findWrite(String writeId, Optional<GroupId> group, Caller caller);

  /**
   * What this node has seen of a write, and what its replica has recorded of it now.
   *
   * @param writeId a UUIDv7
   * @param caller has to be one who may look the write up
   */
  CompletionStage<StoryAnswer> story(GroupId group, String writeId, Caller caller);

  /**
   * The same of every member of the group: peers are asked, and waited for a moment. A few can be
   * had at a time; more are refused as {@code overloaded}.
   *
   * @param writeId a UUIDv7
   * @param caller has to be one who may look the write up, here and at each of the others
   */
  CompletionStage<StoriesAnswer> stories(GroupId group, String writeId, Caller caller);

  /** The groups of this node, in order of name. */
  List<GroupId> groups();

  /** What this node knows of one group now; absent for a group that this node does not have. */
  CompletionStage<Optional<GroupStatus>> group(GroupId group);

  /**
   * How a group's replica on this node stands at a slot; absent for a group that this node does not
   * have.
   *
   * @param slot 0 or more
   */
  CompletionStage<Optional<ChainPoint>> chain(GroupId group, long slot);

  /**
   * What is active in a group, and was, as this node has executed it; absent for a group of which
   * this node has no replica that counts.
   */
  CompletionStage<Optional<ControlStatus>> control(GroupId group);

  /** Who takes part in the groups of this node. */
  GroupMembers members();

  /** The nodes and the groups of the mesh. */
  Directory directory();

  /** How well this node is now. */
  CompletionStage<Health> health();

  /** What it sees of the mesh, again and again. */
  Pictures pictures();

  /** What this node knows of itself and its peers now. */
  CompletionStage<NodeStatus> status();
}
