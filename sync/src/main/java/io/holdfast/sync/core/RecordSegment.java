package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.sync.core.StoreDelta.RecordPut;
import io.holdfast.sync.wire.RecordProto;
import io.holdfast.sync.wire.RecordSegmentProto;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes of records that a store keeps as one row; a key stands once.
 *
 * @param puts keys with their new records
 * @param deletes keys that have none any more
 */
public record RecordSegment(List<RecordPut> puts, List<ByteString> deletes) {

  public RecordSegment {
    puts = List.copyOf(puts);
    deletes = List.copyOf(deletes);
  }

  /** The bytes of the row. */
  public ByteString encode() {
    RecordSegmentProto.Builder segment =
        RecordSegmentProto.newBuilder().setVersion(SyncCodec.ROW_VERSION);
    for (RecordPut put : puts) {
      VersionedValue value = put.value();
      segment.addRecords(
          RecordProto.newBuilder()
              .setKey(put.key())
              .setValue(value.value())
              .setCreateRevision(value.createRevision())
              .setModRevision(value.modRevision())
              .setVersion(value.version()));
    }
    return segment.addAllDeletedKeys(deletes).build().toByteString();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws UnreadableBytes when this is something else
   */
  public static RecordSegment decode(ByteString bytes) {
    try {
      RecordSegmentProto segment = RecordSegmentProto.parseFrom(bytes);
      UnreadableBytes.checkVersion("record row", segment.getVersion(), SyncCodec.ROW_VERSION);
      List<RecordPut> puts = new ArrayList<>(segment.getRecordsCount());
      for (RecordProto put : segment.getRecordsList()) {
        puts.add(
            new RecordPut(
                put.getKey(),
                new VersionedValue(
                    put.getValue(),
                    put.getCreateRevision(),
                    put.getModRevision(),
                    put.getVersion())));
      }
      return new RecordSegment(puts, segment.getDeletedKeysList());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("record row", String.valueOf(e.getMessage()));
    }
  }
}
