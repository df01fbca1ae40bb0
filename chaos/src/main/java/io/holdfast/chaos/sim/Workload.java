package io.holdfast.chaos.sim;

import java.util.SplittableRandom;

/**
 * Which clients there are beside those that use single keys.
 *
 * @param transferring how many move amounts between accounts
 * @param accounts the accounts
 * @param leasing how many hold leases
 * @param ranging how many use ranges, and compact
 */
record Workload(int transferring, Accounts accounts, int leasing, int ranging) {

  /** Single keys only. */
  static final Workload SINGLE_KEYS = new Workload(0, new Accounts(2), 0, 0);

  Workload {
    if (accounts.count() < 2 || transferring < 0 || leasing < 0 || ranging < 0) {
      throw new IllegalArgumentException(
          "workload of %d accounts, %d, %d and %d clients"
              .formatted(accounts.count(), transferring, leasing, ranging));
    }
  }

  /** Draws some of each kind, and at least one of some kind. */
  static Workload draw(SplittableRandom random) {
    Accounts accounts = new Accounts(2 + random.nextInt(7));
    int leasing = random.nextInt(3);
    int ranging = random.nextInt(3);
    int least = leasing + ranging == 0 ? 1 : 0;
    return new Workload(least + random.nextInt(4), accounts, leasing, ranging);
  }
}
