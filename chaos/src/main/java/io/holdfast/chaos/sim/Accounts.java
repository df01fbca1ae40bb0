package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.VersionedValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Accounts among which amounts move, so that their sum stays. All are opened in one transaction.
 *
 * @param count how many
 */
record Accounts(int count) {

  /** What each holds in the beginning. */
  static final long OPENING = 100;

  /** Where all of them are. */
  static final KeyRange RANGE = KeyRange.prefix(ByteString.copyFromUtf8("account-"));

  ByteString key(int account) {
    return ByteString.copyFromUtf8("account-%03d".formatted(account));
  }

  /** The sum over all of them, once they are open. */
  long total() {
    return count * OPENING;
  }

  /** Opens all accounts, unless one is open. */
  Command opening() {
    return new Command.Transaction(
        List.of(Comparison.presence(RANGE, false)),
        IntStream.range(0, count).mapToObj(account -> put(account, OPENING)).toList(),
        List.of());
  }

  /** Moves an amount if both accounts still hold this much, and shows them if not. */
  Command moving(Transfer transfer, long fromHolds, long toHolds) {
    return new Command.Transaction(
        List.of(holds(transfer.from(), fromHolds), holds(transfer.to(), toHolds)),
        List.of(
            put(transfer.from(), fromHolds - transfer.amount()),
            put(transfer.to(), toHolds + transfer.amount())),
        Stream.of(transfer.from(), transfer.to()).map(this::show).toList());
  }

  private Comparison holds(int account, long balance) {
    return Comparison.value(KeyRange.key(key(account)), Relation.EQUAL, value(balance));
  }

  private Operation put(int account, long balance) {
    return new Operation.Put(key(account), value(balance), 0);
  }

  private Operation show(int account) {
    return new Operation.Read(KeyRange.key(key(account)), 1, ReadDetail.RECORDS);
  }

  private static ByteString value(long balance) {
    return ByteString.copyFromUtf8(Long.toString(balance));
  }

  static long balance(ByteString value) {
    return Long.parseLong(value.toStringUtf8());
  }

  /**
   * What an account holds.
   *
   * @param records the record of a key, if it is there
   * @return empty while it is not open
   */
  OptionalLong balance(int account, Function<ByteString, Optional<VersionedValue>> records) {
    return records
        .apply(key(account))
        .map(record -> OptionalLong.of(balance(record.value())))
        .orElse(OptionalLong.empty());
  }
}
