package io.holdfast.chaos.sim;

import java.util.SplittableRandom;

/**
 * Which clients there are beside those that use single keys.
 *
 * @param transferring how many move amounts between accounts
 * @param accounts the accounts
 * @param leasing how many hold leases
 * @param ranging how many use ranges, read the past, and compact
 * @param watching how many watch
 * @param operating how many activate what is to hold; where there are none, nobody says who may do
 *     what
 * @param reserving how many reserve numbers
 */
record Workload(
    int transferring,
    Accounts accounts,
    int leasing,
    int ranging,
    int watching,
    int operating,
    int reserving) {

  /** One in which nothing is activated. */
  Workload(int transferring, Accounts accounts, int leasing, int ranging, int watching) {
    this(transferring, accounts, leasing, ranging, watching, 0, 0);
  }

  /** The same with some who activate what is to hold. */
  Workload operatedBy(int operators) {
    return new Workload(transferring, accounts, leasing, ranging, watching, operators, reserving);
  }

  /** The same with some who reserve numbers. */
  Workload reservedBy(int clients) {
    return new Workload(transferring, accounts, leasing, ranging, watching, operating, clients);
  }

  /** Single keys only. */
  static final Workload SINGLE_KEYS = new Workload(0, new Accounts(2), 0, 0, 0);

  Workload {
    boolean negative =
        transferring < 0
            || leasing < 0
            || ranging < 0
            || watching < 0
            || operating < 0
            || reserving < 0;
    if (accounts.count() < 2 || negative) {
      throw new IllegalArgumentException(
          "workload of %d accounts, %d, %d, %d and %d clients"
              .formatted(accounts.count(), transferring, leasing, ranging, watching));
    }
  }

  /** Draws some of each kind, and at least one of some kind. */
  static Workload draw(SplittableRandom random) {
    Accounts accounts = new Accounts(2 + random.nextInt(7));
    int leasing = random.nextInt(3);
    int ranging = random.nextInt(3);
    int least = leasing + ranging == 0 ? 1 : 0;
    int transferring = least + random.nextInt(4);
    return new Workload(transferring, accounts, leasing, ranging, random.nextInt(3));
  }
}
