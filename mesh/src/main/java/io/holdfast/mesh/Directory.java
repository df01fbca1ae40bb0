package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import java.util.concurrent.CompletionStage;

/**
 * The directory of the mesh, which group {@code meta} replicates: its nodes and its groups. Every
 * method returns at once; stages complete on a thread of the node, and exceptionally only for a
 * bug.
 */
public interface Directory {

  /** What this node knows of the directory now; version 0 before it knows any. */
  DirectoryStatus status();

  /** Lets a node in, or binds its name to a new data directory. */
  CompletionStage<DirectoryAnswer> admit(NodeForm node);

  /** Creates a group; asked again for the same, it answers {@code already_exists}. */
  CompletionStage<DirectoryAnswer> create(GroupForm group);

  /** Deletes a group that was created at runtime, with everything in it. */
  CompletionStage<DirectoryAnswer> delete(GroupId group);
}
