package io.holdfast.chaos.core;

/** A set of values that is emptied in no time, and that can be gone through while it grows. */
final class ValueSet {

  private final int[] addedIn;
  private final int[] members;
  private int generation = 1;
  private int size;

  ValueSet(int values) {
    addedIn = new int[values];
    members = new int[values];
  }

  void clear() {
    generation++;
    size = 0;
  }

  void add(int value) {
    if (!contains(value)) {
      addedIn[value] = generation;
      members[size++] = value;
    }
  }

  boolean contains(int value) {
    return addedIn[value] == generation;
  }

  int size() {
    return size;
  }

  /** The value that was added as number {@code index}. */
  int member(int index) {
    return members[index];
  }
}
