package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.VersionedValue;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Amounts that move between accounts keep their sum, at every revision and for every reader. */
final class TotalConserved extends Invariant {

  private final ReferenceModel reference;
  private final Accounts accounts;
  private long checked;

  TotalConserved(ReferenceModel reference, Accounts accounts) {
    this.reference = reference;
    this.accounts = accounts;
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    long newest = reference.revisionAt(reference.executed());
    while (checked < newest) {
      Map<ByteString, VersionedValue> records = reference.recordsAt(++checked);
      check("the log at revision " + checked, key -> Optional.ofNullable(records.get(key)));
    }
  }

  @Override
  public void queried(ClientOperation operation, ReadQuery query, ReadResult result, Slot slot) {
    if (result instanceof ReadResult.Records found
        && query.detail() == ReadDetail.RECORDS
        && query.keys().contains(Accounts.RANGE)
        && !found.more()) {
      check(
          "client " + operation.process() + " at revision " + found.revision(),
          key ->
              found.records().stream()
                  .filter(record -> record.key().equals(key))
                  .map(KeyRecord::value)
                  .findFirst());
    }
  }

  @Override
  public void atRest(SimNode at, Function<ByteString, Optional<VersionedValue>> records) {
    check(at + " at rest", records);
  }

  private void check(String who, Function<ByteString, Optional<VersionedValue>> records) {
    long[] balances =
        IntStream.range(0, accounts.count())
            .mapToObj(account -> accounts.balance(account, records))
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .toArray();
    long sum = 0;
    for (long balance : balances) {
      sum += balance;
    }
    check(
        balances.length == 0 || (balances.length == accounts.count() && sum == accounts.total()),
        "%s: %d of %d accounts hold %d together instead of %d",
        who,
        balances.length,
        accounts.count(),
        sum,
        accounts.total());
  }
}
