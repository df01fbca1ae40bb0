package io.holdfast.mesh.core.story;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Finds the write ids in encoded batches and commands. Everything else is skipped, not copied: this
 * runs for every batch, beside those who really decode it.
 */
public final class EntryIds {

  /** The field of {@code RequestProto} that says that a request is a resolve. */
  static final int RESOLVE = 6;

  private static final int BATCH_ENTRIES = 2;
  private static final int ENTRY_COMMAND = 1;
  private static final int COMMAND_WRITE_ID = 2;
  private static final int COMMAND_REQUEST = 3;
  private static final int ID_BYTES = 16;

  private EntryIds() {}

  /** Is told of each id. */
  public interface Found {

    /**
     * An id was found.
     *
     * @param high its first 64 bits
     * @param low its last 64 bits
     * @param request which field of {@code RequestProto} its request is; 0 where it has none
     */
    void id(long high, long low, int request);
  }

  /** The ids of a batch, in order. Bytes that are no batch have none from where they are none. */
  public static void inBatch(ByteString batch, Found found) {
    if (batch.isEmpty()) {
      return;
    }
    CodedInputStream in = batch.newCodedInput();
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (isMessage(tag, BATCH_ENTRIES)) {
          int outer = in.pushLimit(in.readRawVarint32());
          entry(in, found);
          in.popLimit(outer);
        } else if (!in.skipField(tag)) {
          return;
        }
      }
    } catch (IOException damaged) {
      // Whoever decodes the batch finds that too, and says so.
      return;
    }
  }

  /** The id of a command, if it is one. */
  public static void inCommand(ByteString command, Found found) {
    try {
      command(command.newCodedInput(), found);
    } catch (IOException damaged) {
      return;
    }
  }

  private static void entry(CodedInputStream in, Found found) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isMessage(tag, ENTRY_COMMAND)) {
        int outer = in.pushLimit(in.readRawVarint32());
        command(in, found);
        in.popLimit(outer);
      } else if (!in.skipField(tag)) {
        return;
      }
    }
  }

  private static void command(CodedInputStream in, Found found) throws IOException {
    long high = 0;
    long low = 0;
    int request = 0;
    boolean named = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isMessage(tag, COMMAND_WRITE_ID)) {
        int size = in.readRawVarint32();
        if (size != ID_BYTES) {
          in.skipRawBytes(size);
          continue;
        }
        high = Long.reverseBytes(in.readRawLittleEndian64());
        low = Long.reverseBytes(in.readRawLittleEndian64());
        named = true;
      } else if (isMessage(tag, COMMAND_REQUEST)) {
        int outer = in.pushLimit(in.readRawVarint32());
        for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
          request = WireFormat.getTagFieldNumber(inner);
          if (!in.skipField(inner)) {
            break;
          }
        }
        in.popLimit(outer);
      } else if (!in.skipField(tag)) {
        break;
      }
    }
    if (named) {
      found.id(high, low, request);
    }
  }

  private static boolean isMessage(int tag, int field) {
    return WireFormat.getTagFieldNumber(tag) == field
        && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
