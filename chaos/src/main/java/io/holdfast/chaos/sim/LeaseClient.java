package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.Command;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Holds a lease with keys attached: keeps it alive for a while, and then revokes it or lets it run
 * out.
 */
final class LeaseClient extends SimClient {

  private static final int LEAST_TTL_MILLIS = 1_000;
  private static final int MOST_TTL_MILLIS = 6_000;
  private static final int MOST_KEYS = 3;
  private static final int MOST_RENEWALS = 12;

  private static final int MOST_SEEN = 8;

  /** Numbers of leases that any of these clients was granted lately. */
  private final List<Long> seen;

  private OptionalLong lease = OptionalLong.empty();
  private int ttlMillis;
  private int keysToAttach;
  private int renewalsLeft;
  private int made;

  /**
   * One that holds nothing yet.
   *
   * @param seen shared with its like, who try each other's leases where not everybody may do
   *     everything
   */
  LeaseClient(SimMesh mesh, Doors doors, int number, SplittableRandom random, List<Long> seen) {
    super(mesh, doors, "l" + number, random);
    this.seen = seen;
  }

  @Override
  void next() {
    if (lease.isEmpty()) {
      grant();
    } else if (mesh.scenario.workload().operating() > 0 && random.nextInt(4) == 0) {
      tryAnothers(seen.get(random.nextInt(seen.size())));
    } else if (keysToAttach > 0) {
      attach(lease.getAsLong());
    } else if (renewalsLeft > 0) {
      keepAlive(lease.getAsLong());
    } else {
      leave(lease.getAsLong());
    }
  }

  private void grant() {
    ttlMillis = LEAST_TTL_MILLIS + random.nextInt(MOST_TTL_MILLIS - LEAST_TTL_MILLIS);
    keysToAttach = 1 + random.nextInt(MOST_KEYS);
    renewalsLeft = random.nextInt(MOST_RENEWALS);
    settle(
        new Command.GrantLease(ttlMillis),
        Optional.empty(),
        granted -> {
          // A lease's number is the revision that its grant took.
          lease = granted.revisionTaken();
          if (lease.isPresent()) {
            mesh.coverage.count("leases");
            seen.add(lease.getAsLong());
            if (seen.size() > MOST_SEEN) {
              seen.remove(0);
            }
          }
          rest();
        });
  }

  private void attach(long number) {
    keysToAttach--;
    ByteString key = bytes("leased-" + name + "-" + keysToAttach);
    write(
        new Command.Put(key, bytes(name + "-" + made++), number),
        put -> goOnUnlessGone(put, this::rest));
  }

  private void keepAlive(long number) {
    renewalsLeft--;
    write(
        new Command.KeepAlive(number),
        kept -> goOnUnlessGone(kept, () -> goOnAfter(VirtualTime.MILLI * (ttlMillis / 3))));
  }

  private void tryAnothers(long number) {
    Command command =
        random.nextBoolean()
            ? new Command.KeepAlive(number)
            : new Command.Put(bytes("leased-" + name + "-by-" + name), bytes("mine"), number);
    write(
        command,
        tried -> {
          if (tried.answer() == OutcomeCode.DENIED) {
            mesh.coverage.count("leases_denied");
          }
          rest();
        });
  }

  private void goOnUnlessGone(ClientOperation operation, Runnable then) {
    if (operation.answer() == OutcomeCode.NOT_FOUND) {
      mesh.coverage.count("leases_gone");
      lease = OptionalLong.empty();
      rest();
    } else {
      then.run();
    }
  }

  private void leave(long number) {
    lease = OptionalLong.empty();
    if (random.nextBoolean()) {
      write(new Command.RevokeLease(number), revoked -> rest());
    } else {
      goOnAfter(VirtualTime.MILLI * random.nextInt(2 * ttlMillis));
    }
  }
}
