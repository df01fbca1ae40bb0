package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Who takes part in the groups of a node, for operators. Every method returns at once; stages
 * complete on a thread of the node, and exceptionally only for a bug.
 */
public interface GroupMembers {

  /** What this node knows of a group's members; absent where it holds no replica of the group. */
  CompletionStage<Optional<MembersStatus>> members(GroupId group);

  /** Has the group's leader, here or elsewhere, change who takes part. */
  CompletionStage<ChangeAnswer> change(GroupId group, ChangeForm change);

  /**
   * Makes this node hold a replica of a group that it did not found, now and after every restart:
   * what has to come before it is added as a learner. Asked again, it changes nothing.
   *
   * @param settings what the group's log depends on, as the members have it ({@link
   *     MembersStatus#settings}); where it is given and differs here, it is refused
   */
  CompletionStage<HostAnswer> host(GroupId group, Optional<String> settings);
}
