package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.GroupId;
import io.holdfast.sync.wire.SnapshotFileHeaderProto;
import java.time.Instant;

/**
 * What a snapshot's file says of it, before its chunks.
 *
 * @param meshId the mesh that it was taken from
 * @param group the group
 * @param configuration the group's configuration as text, for whoever restores it; at most 1 MiB
 * @param createdAt when, by the wall clock of the node that wrote it; milliseconds count
 */
public record SnapshotFileHeader(
    String meshId, GroupId group, String configuration, Instant createdAt) {

  /** The version of the file's form that is written here, and the only one that is read. */
  public static final int VERSION = 1;

  private static final int MAX_CONFIGURATION = 1 << 20;
  private static final String WHAT = "header of a snapshot's file";

  public SnapshotFileHeader {
    if (!GroupId.isValid(meshId)) {
      throw new IllegalArgumentException("mesh id '" + meshId + "': allowed " + GroupId.ALLOWED);
    }
    if (configuration.length() > MAX_CONFIGURATION) {
      throw new IllegalArgumentException(
          "a configuration of " + configuration.length() + " characters");
    }
  }

  /** Its bytes. */
  public ByteString encode() {
    return SnapshotFileHeaderProto.newBuilder()
        .setVersion(VERSION)
        .setMeshId(meshId)
        .setGroup(group.value())
        .setConfiguration(configuration)
        .setCreatedMillis(createdAt.toEpochMilli())
        .build()
        .toByteString();
  }

  /**
   * Reads it.
   *
   * @throws UnreadableBytes when this is none, or of another version
   */
  public static SnapshotFileHeader decode(ByteString bytes) {
    try {
      SnapshotFileHeaderProto header = SnapshotFileHeaderProto.parseFrom(bytes);
      UnreadableBytes.checkVersion(WHAT, header.getVersion(), VERSION);
      return new SnapshotFileHeader(
          header.getMeshId(),
          new GroupId(header.getGroup()),
          header.getConfiguration(),
          Instant.ofEpochMilli(header.getCreatedMillis()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes(WHAT, String.valueOf(e.getMessage()));
    }
  }
}
