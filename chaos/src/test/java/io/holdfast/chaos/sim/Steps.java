package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.List;
import java.util.UUID;

/** A reference state to which commands are given one after the other, each in a slot of its own. */
final class Steps {

  static final long NOW = SimClock.EPOCH_MILLIS;

  final ReferenceState state = new ReferenceState();
  private long slots;

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static KeyRange key(String key) {
    return KeyRange.key(bytes(key));
  }

  static KeyRange between(String first, String end) {
    return new KeyRange(bytes(first), bytes(end));
  }

  static WriteId id(long number) {
    return idAt(NOW, number);
  }

  static WriteId idAt(long millis, long number) {
    return WriteId.of(millis, new UUID(0, number));
  }

  static Operation put(String key, String value) {
    return new Operation.Put(bytes(key), bytes(value), 0);
  }

  static Operation delete(String key) {
    return new Operation.Delete(key(key));
  }

  static Operation read(KeyRange keys) {
    return new Operation.Read(keys, 100, ReadDetail.RECORDS);
  }

  static Command.Transaction all(Operation... operations) {
    return new Command.Transaction(List.of(), List.of(operations), List.of());
  }

  static Command.Transaction when(
      List<Comparison> conditions, List<Operation> then, List<Operation> otherwise) {
    return new Command.Transaction(conditions, then, otherwise);
  }

  static Command put(String key, String value, long lease) {
    return new Command.Put(bytes(key), bytes(value), lease);
  }

  /** Under an id that nothing else has. */
  CommandResult run(Command command) {
    return run(id(1_000_000 + slots), command).result();
  }

  CommandOutcome run(WriteId id, Command command) {
    return state.execute(new Slot(++slots), WriteCommand.of(id, command));
  }

  /** The last slot that was used. */
  Slot last() {
    return new Slot(slots);
  }

  /** What is there as {@code key=value@created/modified#version}, and {@code ~lease} if any. */
  String content() {
    return contentAt(state.revision());
  }

  String contentAt(long revision) {
    StringBuilder text = new StringBuilder();
    state
        .recordsAt(revision)
        .forEach(
            (key, record) -> {
              text.append(text.isEmpty() ? "" : " ");
              text.append(key.toStringUtf8()).append('=').append(record.value().toStringUtf8());
              text.append('@').append(record.createRevision());
              text.append('/').append(record.modRevision()).append('#').append(record.version());
              text.append(record.lease() == 0 ? "" : "~" + record.lease());
            });
    return text.toString();
  }
}
