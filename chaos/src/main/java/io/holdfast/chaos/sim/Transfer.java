package io.holdfast.chaos.sim;

/**
 * An amount that moves from one account to another, or does not.
 *
 * @param from which account pays
 * @param to which other one receives
 * @param amount how much, 1 or more
 */
record Transfer(int from, int to, long amount) {

  Transfer {
    if (from == to || amount < 1) {
      throw new IllegalArgumentException(
          "transfer of %d from account %d to account %d".formatted(amount, from, to));
    }
  }
}
