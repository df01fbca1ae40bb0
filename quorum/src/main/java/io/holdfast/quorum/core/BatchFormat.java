package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import io.holdfast.quorum.wire.BatchProto;
import io.holdfast.quorum.wire.EntryProto;
import java.util.ArrayList;
import java.util.List;

/** How the entries of a batch are laid out in the bytes that acceptors store. */
public final class BatchFormat {

  /** The version written; another one is refused by name. */
  public static final int VERSION = 1;

  private BatchFormat() {}

  /** The batch of these entries; no entries make the no-op. */
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
   * The entries of {@code batch}, in order.
   *
   * @throws IllegalArgumentException if the bytes are not a batch of a known version: they were
   *     accepted from a newer version of this software, or are damaged
   */
  public static List<BatchEntry> decode(Batch batch) {
    if (batch.isNoOp()) {
      return List.of();
    }
    BatchProto proto = parse(batch.bytes());
    if (proto.getVersion() != VERSION) {
      throw new IllegalArgumentException(
          "batch format version "
              + proto.getVersion()
              + ": this software reads version "
              + VERSION);
    }
    List<BatchEntry> entries = new ArrayList<>(proto.getEntriesCount());
    for (EntryProto entry : proto.getEntriesList()) {
      switch (entry.getEntryCase()) {
        case COMMAND -> entries.add(new CommandEntry(entry.getCommand()));
        case CONFIGURATION -> entries.add(new ConfigurationEntry(entry.getConfiguration()));
        case ENTRY_NOT_SET -> throw new IllegalArgumentException("a batch entry of unknown kind");
      }
    }
    return entries;
  }

  private static BatchProto parse(ByteString bytes) {
    try {
      return BatchProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a batch: " + e.getMessage(), e);
    }
  }
}
