package io.holdfast.mesh.client;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import java.util.List;
import java.util.Optional;

/** Who follows a group's changes. */
public interface WatchListener {

  /**
   * One version of a key.
   *
   * @param key the key
   * @param value its value; absent: the key was deleted
   * @param createRevision the revision that created the key; 0 for a delete
   * @param modRevision the revision of this change
   * @param version how often it was put since it was created; 0 for a delete
   */
  record Changed(
      ByteString key,
      Optional<ByteString> value,
      long createRevision,
      long modRevision,
      long version) {}

  /**
   * Changes of one revision, each told once.
   *
   * @param position after which to resume
   * @param last whether these are all the rest of that revision
   */
  void changes(long revision, List<Changed> changes, String position, boolean last);

  /** A node ended the watch or was lost; it goes on elsewhere. */
  void interrupted(MeshEndpoint endpoint, String what);

  /**
   * The watch cannot go on. Told once, and nothing after it.
   *
   * @param code why; absent: no node could be reached for as long as the client's deadline
   * @param detail one sentence for a person
   * @param oldestRevision for {@link OutcomeCode#COMPACTED}: from where it can be followed; else 0
   */
  void ended(Optional<OutcomeCode> code, String detail, long oldestRevision);
}
