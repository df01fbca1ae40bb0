package io.holdfast.chaos.sim;

import io.holdfast.mesh.ReadAnswer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Moves amounts between accounts, each by one transaction that is guarded by the balances it knows,
 * and does not rest before it knows whether each moved.
 */
final class TransferClient extends SimClient {

  /** One transfer of so many is guarded by what is remembered instead of being read anew. */
  private static final int ONE_FROM_MEMORY = 4;

  private final Accounts accounts;
  private final Map<Integer, Long> known = new HashMap<>();
  private boolean open;

  TransferClient(SimMesh mesh, Doors doors, int number, SplittableRandom random) {
    super(mesh, doors, "t" + number, random);
    this.accounts = mesh.scenario.workload().accounts();
  }

  @Override
  void next() {
    if (!open) {
      settle(
          accounts.opening(),
          Optional.empty(),
          opening -> {
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
    read(
        accounts.key(account),
        operation -> {
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
    settle(
        accounts.moving(transfer, fromHolds, toHolds),
        Optional.of(transfer),
        settled -> {
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
}
