package io.holdfast.chaos.sim;

import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.chaos.history.RegisterCall;
import io.holdfast.chaos.history.TransactionCall;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Moves amounts between accounts, each by one transaction that is guarded by the balances it knows,
 * and does not rest before it knows whether each moved.
 */
final class TransferClient extends SimClient {

  /** One transfer of so many is guarded by what is remembered instead of being read anew. */
  private static final int ONE_FROM_MEMORY = 4;

  /** To look for an order of transfers takes time: in one run of so many. */
  private static final int ONE_SEED_RECORDED = 4;

  private final Accounts accounts;
  private final Map<Integer, Long> known = new HashMap<>();
  private final Optional<HistoryRecorder> recorder;
  private boolean open;

  TransferClient(
      SimMesh mesh, Doors doors, int number, SplittableRandom random, HistoryRecorder recorder) {
    super(mesh, doors, "t" + number, random);
    this.recorder =
        mesh.scenario.seed() % ONE_SEED_RECORDED == 0 ? Optional.of(recorder) : Optional.empty();
    this.accounts = mesh.scenario.workload().accounts();
  }

  @Override
  void next() {
    if (!open) {
      OptionalInt recorded =
          invoke(
              IntStream.range(0, accounts.count())
                  .mapToObj(account -> change(account, Optional.empty(), Accounts.OPENING))
                  .toList());
      settle(
          accounts.opening(),
          Optional.empty(),
          opening -> {
            record(recorded, opening);
            // Opened by this client or by another, or else tried again.
            open = opening.executed().isPresent();
            rest();
          });
      return;
    }
    int from = random.nextInt(accounts.count());
    int to = (from + 1 + random.nextInt(accounts.count() - 1)) % accounts.count();
    if (known.containsKey(from) && known.containsKey(to) && random.nextInt(ONE_FROM_MEMORY) == 0) {
      move(from, to);
    } else {
      read(from, () -> read(to, () -> move(from, to)));
    }
  }

  private void read(int account, Runnable then) {
    OptionalInt recorded =
        recorder
            .map(to -> to.invoke(name, at(), new RegisterCall.Read(text(account))))
            .orElse(OptionalInt.empty());
    read(
        accounts.key(account),
        operation -> {
          record(recorded, operation);
          if (operation.read() instanceof ReadAnswer.Found found) {
            known.put(account, Accounts.balance(found.value()));
            then.run();
          } else {
            rest();
          }
        });
  }

  private void move(int from, int to) {
    long fromHolds = known.getOrDefault(from, 0L);
    long toHolds = known.getOrDefault(to, 0L);
    if (fromHolds < 1) {
      known.remove(from);
      rest();
      return;
    }
    Transfer transfer = new Transfer(from, to, 1 + random.nextLong(fromHolds));
    mesh.coverage.count("transfers");
    OptionalInt recorded =
        invoke(
            List.of(
                change(from, Optional.of(fromHolds), fromHolds - transfer.amount()),
                change(to, Optional.of(toHolds), toHolds + transfer.amount())));
    settle(
        accounts.moving(transfer, fromHolds, toHolds),
        Optional.of(transfer),
        settled -> {
          record(recorded, settled);
          known.remove(from);
          known.remove(to);
          if (settled.revisionTaken().isPresent()) {
            mesh.coverage.count("transfers_done");
            known.put(from, fromHolds - transfer.amount());
            known.put(to, toHolds + transfer.amount());
          }
          rest();
        });
  }

  // ---- How it stands in a history

  private Duration at() {
    return Duration.ofNanos(mesh.time.now());
  }

  private String text(int account) {
    return accounts.key(account).toStringUtf8();
  }

  private TransactionCall.Part change(int account, Optional<Long> holds, long becomes) {
    return new TransactionCall.Cas(
        text(account), holds.map(String::valueOf), Optional.of(String.valueOf(becomes)));
  }

  private OptionalInt invoke(List<TransactionCall.Part> parts) {
    return recorder
        .map(to -> to.invoke(name, at(), new TransactionCall(parts)))
        .orElse(OptionalInt.empty());
  }

  private void record(OptionalInt recorded, ClientOperation operation) {
    if (recorder.isPresent() && recorded.isPresent()) {
      record(recorder.get(), recorded.getAsInt(), operation);
    }
  }

  private void record(HistoryRecorder to, int number, ClientOperation operation) {
    if (operation.read() instanceof ReadAnswer.Found found) {
      to.read(number, at(), Optional.of(found.value().toStringUtf8()));
    } else if (operation.read() instanceof ReadAnswer.Absent) {
      to.read(number, at(), Optional.empty());
    } else if (operation.isWrite() && operation.answer() == OutcomeCode.COMMITTED) {
      if (operation.revisionTaken().isPresent()) {
        to.executed(number, at(), List.of());
      } else {
        to.refused(number, at(), Map.of());
      }
    } else if (operation.isWrite() && operation.hadNoEffect()) {
      to.answered(number, at(), OutcomeCode.FENCED);
    } else {
      to.lost(number, at());
    }
  }
}
