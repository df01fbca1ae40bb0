package io.holdfast.acceptor.core;

/**
 * A position in a group's log, from 1; one Paxos instance. {@link #ZERO} stands for "before the
 * first slot".
 *
 * @param number 0 or more
 */
public record Slot(long number) implements Comparable<Slot> {

  /** Before the first slot: nothing learned, nothing trimmed. */
  public static final Slot ZERO = new Slot(0);

  public Slot {
    if (number < 0) {
      throw new IllegalArgumentException("slot " + number + ": must be 0 or more");
    }
  }

  public Slot next() {
    return new Slot(number + 1);
  }

  public Slot previous() {
    return new Slot(number - 1);
  }

  public Slot plus(long slots) {
    return new Slot(number + slots);
  }

  public boolean isAfter(Slot other) {
    return number > other.number;
  }

  public boolean isAtMost(Slot other) {
    return number <= other.number;
  }

  public static Slot max(Slot a, Slot b) {
    return a.number >= b.number ? a : b;
  }

  public static Slot min(Slot a, Slot b) {
    return a.number <= b.number ? a : b;
  }

  @Override
  public int compareTo(Slot other) {
    return Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Long.toString(number);
  }
}
