package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Short ways to write commands and batches in tests. */
public final class Commands {

  private Commands() {}

  /** Terms with this window of write ids. */
  public static StateTerms terms(int window) {
    return new StateTerms(window, 10_000, 64L << 20);
  }

  public static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** The n-th id, made at n milliseconds. */
  public static WriteId id(long n) {
    return WriteId.of(n, new UUID(n, n));
  }

  public static WriteCommand put(long id, String key, String value) {
    return WriteCommand.of(id(id), new Command.Put(bytes(key), bytes(value)));
  }

  public static WriteCommand putIf(long id, String key, String value, long expected) {
    return WriteCommand.of(id(id), new Command.PutIf(bytes(key), bytes(value), expected));
  }

  public static WriteCommand delete(long id, String key) {
    return WriteCommand.of(id(id), new Command.Delete(bytes(key)));
  }

  public static WriteCommand deleteIf(long id, String key, long expected) {
    return WriteCommand.of(id(id), new Command.DeleteIf(bytes(key), expected));
  }

  public static WriteCommand of(long id, Command command) {
    return WriteCommand.of(id(id), command);
  }

  public static WriteCommand transaction(
      long id, List<Comparison> conditions, List<Operation> then, List<Operation> otherwise) {
    return of(id, new Command.Transaction(conditions, then, otherwise));
  }

  public static KeyRange key(String key) {
    return KeyRange.key(bytes(key));
  }

  public static KeyRange range(String from, String to) {
    return new KeyRange(bytes(from), bytes(to));
  }

  /** The condition that a key has this value. */
  public static Comparison has(String key, String value) {
    return Comparison.value(key(key), Comparison.Relation.EQUAL, bytes(value));
  }

  public static Operation set(String key, String value) {
    return new Operation.Put(bytes(key), bytes(value), 0);
  }

  public static Operation get(String key) {
    return new Operation.Read(key(key), 1, ReadDetail.RECORDS);
  }

  public static Operation get(KeyRange range) {
    return new Operation.Read(range, 100, ReadDetail.RECORDS);
  }

  public static Operation remove(KeyRange range) {
    return new Operation.Delete(range);
  }

  public static Batch batch(WriteCommand... writes) {
    return batch(List.of(writes));
  }

  public static Batch batch(List<WriteCommand> writes) {
    List<BatchEntry> entries = new ArrayList<>();
    writes.forEach(write -> entries.add(new BatchEntry.CommandEntry(CommandCodec.encode(write))));
    return BatchFormat.encode(entries);
  }
}
