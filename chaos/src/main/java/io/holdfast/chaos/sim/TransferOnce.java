package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * In the end every account holds what it held in the beginning and all that clients were told has
 * moved, each transfer once, and nothing that they were told has not. This needs no model of the
 * log: clients' words alone decide.
 */
final class TransferOnce extends Invariant {

  private enum Told {
    NOTHING_YET,
    MOVED,
    NOT_MOVED
  }

  /** More than so many whose fate nobody knows for good are not tried in all combinations. */
  private static final int MOST_UNKNOWN = 12;

  private final Accounts accounts;
  private final Map<WriteId, Transfer> transfers = new LinkedHashMap<>();
  private final Map<WriteId, Told> told = new LinkedHashMap<>();

  TransferOnce(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public void began(ClientOperation operation) {
    operation.transfer().ifPresent(transfer -> transfers.put(operation.writeId(), transfer));
  }

  @Override
  public void answered(ClientOperation operation) {
    if (operation.transfer().isEmpty()) {
      return;
    }
    Told now = tells(operation);
    if (now != Told.NOTHING_YET) {
      Told before = told.put(operation.writeId(), now);
      check(
          before == null || before == now,
          "client %s is told that %s of %s has %s, and was told that it has %s",
          operation.process(),
          operation.writeId(),
          operation.transfer(),
          now,
          before);
    }
  }

  private static Told tells(ClientOperation operation) {
    if (operation.answer() == OutcomeCode.COMMITTED) {
      return operation.revisionTaken().isPresent() ? Told.MOVED : Told.NOT_MOVED;
    }
    boolean never =
        operation.answer() == OutcomeCode.FENCED
            || (operation.hadNoEffect() && operation.isSettled());
    return never ? Told.NOT_MOVED : Told.NOTHING_YET;
  }

  @Override
  public void atRest(SimNode at, Function<ByteString, Optional<VersionedValue>> records) {
    long[] missing = new long[accounts.count()];
    boolean open = false;
    for (int account = 0; account < accounts.count(); account++) {
      OptionalLong balance = accounts.balance(account, records);
      open |= balance.isPresent();
      missing[account] = balance.orElse(Accounts.OPENING) - Accounts.OPENING;
    }
    List<Transfer> unknown = new ArrayList<>();
    int moved = 0;
    for (Map.Entry<WriteId, Transfer> entry : transfers.entrySet()) {
      Told what = told.getOrDefault(entry.getKey(), Told.NOTHING_YET);
      if (what == Told.MOVED) {
        moved++;
        take(missing, entry.getValue(), 1);
      } else if (what == Told.NOTHING_YET) {
        unknown.add(entry.getValue());
      }
    }
    check(open || moved == 0, "%s: %d transfers have moved, no account is open", at, moved);
    check(
        unknown.size() > MOST_UNKNOWN || explains(missing, unknown, 0),
        "%s: after %d transfers, each once, accounts differ from what they hold by %s;"
            + " of %s nobody knows",
        at,
        moved,
        Arrays.toString(missing),
        unknown);
  }

  /** Whether some of those that nobody knows of make up the difference. */
  private static boolean explains(long[] missing, List<Transfer> unknown, int next) {
    if (next == unknown.size()) {
      return Arrays.stream(missing).allMatch(difference -> difference == 0);
    }
    if (explains(missing, unknown, next + 1)) {
      return true;
    }
    take(missing, unknown.get(next), 1);
    boolean explained = explains(missing, unknown, next + 1);
    take(missing, unknown.get(next), -1);
    return explained;
  }

  private static void take(long[] missing, Transfer transfer, int times) {
    missing[transfer.from()] += times * transfer.amount();
    missing[transfer.to()] -= times * transfer.amount();
  }
}
