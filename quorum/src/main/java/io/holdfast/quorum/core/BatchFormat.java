package io.holdfast.quorum.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import io.holdfast.quorum.wire.BatchProto;
import io.holdfast.quorum.wire.EntryProto;
import java.util.ArrayList;
import java.util.List;

/**
 * How entries become the value of a slot and back. The encoding is canonical: one list, one form.
 */
public final class BatchFormat {

  /** The version written here, and the newest one read. */
  public static final int VERSION = 1;

  private BatchFormat() {}

  /** The batch of these entries in this order; no entries make the no-op. */
  public static Batch encode(List<BatchEntry> entries) {
    if (entries.isEmpty()) {
      return Batch.NO_OP;
    }
    BatchProto.Builder proto = BatchProto.newBuilder().setVersion(VERSION);
    for (BatchEntry entry : entries) {
      EntryProto.Builder encoded = proto.addEntriesBuilder();
      if (entry instanceof CommandEntry command) {
        encoded.setCommand(command.bytes());
      } else {
        encoded.setConfiguration(entry.bytes());
      }
    }
    return Batch.of(proto.build().toByteString());
  }

  /**
   * The entries of a batch, in order; the no-op has none.
   *
   * @throws UnreadableBatch when the bytes are damaged or of a version not known here
   */
  public static List<BatchEntry> decode(Batch batch) {
    if (batch.isNoOp()) {
      return List.of();
    }
    BatchProto proto = parse(batch);
    List<BatchEntry> entries = new ArrayList<>(proto.getEntriesCount());
    for (EntryProto entry : proto.getEntriesList()) {
      entries.add(
          switch (entry.getEntryCase()) {
            case COMMAND -> new CommandEntry(entry.getCommand());
            case CONFIGURATION -> new ConfigurationEntry(entry.getConfiguration());
            case ENTRY_NOT_SET ->
                throw new UnreadableBatch("entry " + entries.size() + " is empty", false);
          });
    }
    return List.copyOf(entries);
  }

  private static BatchProto parse(Batch batch) {
    BatchProto proto;
    try {
      proto = BatchProto.parseFrom(batch.bytes());
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableBatch(e.getMessage() + " (" + batch + ")", false);
    }
    int version = proto.getVersion();
    if (version != VERSION) {
      throw new UnreadableBatch(
          "version " + Integer.toUnsignedString(version) + " (" + batch + ")",
          Integer.compareUnsigned(version, VERSION) > 0);
    }
    return proto;
  }
}
