package io.holdfast.chaos.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The operations of one register as numbers: first those that returned, by their return, then those
 * with an unknown outcome that could have changed the register, by their invocation. The search
 * goes from return to return; level i is the moment just before operation i returns.
 *
 * <p>Operations that overlap have different bits, which are used again after a return. The bits of
 * reads come first, then those of writes, then those of swaps.
 *
 * <p>Unknown operations that do the same are one kind, used in the order of their invocation: any
 * other order can be renamed into this one.
 */
final class Timeline {

  /** No value: needs any, or leaves what was there. */
  static final int NONE = -1;

  /** The value of {@link RegisterModel#ABSENT}, with which a register begins. */
  static final int INITIAL = 0;

  private static final int CLASSES = 3;

  private final List<Operation> operations = new ArrayList<>();
  private final int known;
  private final int[] needs;
  private final int[] leaves;
  private final int[] invoked;
  private final int[] returned;

  /** The known operations by invocation, and how many of them are invoked before each level. */
  private final int[] arrivals;

  private final int[] arrived;

  private final int[] bits;
  private final int[] firstWord = new int[CLASSES + 1];

  private final int[][] kinds;
  private final int[] kindOf;
  private final int[] blindKinds;
  private final int[][] kindsLeaving;
  private final int[][] kindsNeeding;

  /** For each value: what leaves it, by invocation; what needs it, with the earliest returns. */
  private final int[][] writers;

  private final int[][] writerInvoked;
  private final int[][] needInvoked;
  private final int[][] needReturned;

  Timeline(History history) {
    history.operations().stream()
        .filter(Operation::known)
        .sorted(Comparator.comparingInt(each -> each.returned().getAsInt()))
        .forEach(operations::add);
    known = operations.size();
    history.operations().stream()
        .filter(each -> !each.known() && RegisterModel.leaves(each.action()).isPresent())
        .forEach(operations::add);
    int count = operations.size();
    needs = new int[count];
    leaves = new int[count];
    invoked = new int[count];
    returned = new int[count];
    Map<String, Integer> values = new HashMap<>();
    values.put(RegisterModel.ABSENT, INITIAL);
    for (int i = 0; i < count; i++) {
      Operation operation = operations.get(i);
      needs[i] = RegisterModel.needs(operation.action()).map(v -> number(values, v)).orElse(NONE);
      leaves[i] = RegisterModel.leaves(operation.action()).map(v -> number(values, v)).orElse(NONE);
      invoked[i] = operation.invoked();
      returned[i] = operation.returned().orElse(Integer.MAX_VALUE);
    }
    arrivals = sorted(known, invoked);
    arrived = new int[known];
    bits = new int[known];
    assignBits();
    kinds = kinds();
    kindOf = new int[count - known];
    for (int kind = 0; kind < kinds.length; kind++) {
      for (int member : kinds[kind]) {
        kindOf[member - known] = kind;
      }
    }
    blindKinds =
        IntStream.range(0, kinds.length).filter(kind -> needs[kinds[kind][0]] == NONE).toArray();
    kindsLeaving = kindsBy(leaves, values.size());
    kindsNeeding = kindsBy(needs, values.size());
    int[] byInvocation = sorted(count, invoked);
    writerInvoked = new int[values.size()][];
    needInvoked = new int[values.size()][];
    needReturned = new int[values.size()][];
    writers = grouped(byInvocation, leaves, values.size());
    int[][] readers = grouped(arrivals, needs, values.size());
    for (int value = 0; value < values.size(); value++) {
      writerInvoked[value] = Arrays.stream(writers[value]).map(each -> invoked[each]).toArray();
      needInvoked[value] = Arrays.stream(readers[value]).map(each -> invoked[each]).toArray();
      needReturned[value] = Arrays.stream(readers[value]).map(each -> returned[each]).toArray();
      for (int i = readers[value].length - 2; i >= 0; i--) {
        needReturned[value][i] = Math.min(needReturned[value][i], needReturned[value][i + 1]);
      }
    }
  }

  private static int number(Map<String, Integer> values, String value) {
    return values.computeIfAbsent(value, unseen -> values.size());
  }

  private static int[] sorted(int count, int[] by) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingInt(i -> by[i]));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[][] grouped(int[] members, int[] by, int groups) {
    int[] sizes = new int[groups];
    for (int member : members) {
      if (by[member] != NONE) {
        sizes[by[member]]++;
      }
    }
    int[][] result = new int[groups][];
    for (int group = 0; group < groups; group++) {
      result[group] = new int[sizes[group]];
      sizes[group] = 0;
    }
    for (int member : members) {
      if (by[member] != NONE) {
        result[by[member]][sizes[by[member]]++] = member;
      }
    }
    return result;
  }

  private void assignBits() {
    BitSet[] taken = new BitSet[CLASSES];
    Arrays.setAll(taken, unused -> new BitSet());
    int[] width = new int[CLASSES];
    int next = 0;
    for (int level = 0; level < known; level++) {
      while (next < known && invoked[arrivals[next]] < returned[level]) {
        int arriving = arrivals[next++];
        int group = group(arriving);
        bits[arriving] = taken[group].nextClearBit(0);
        taken[group].set(bits[arriving]);
        width[group] = Math.max(width[group], bits[arriving] + 1);
      }
      arrived[level] = next;
      taken[group(level)].clear(bits[level]);
    }
    for (int group = 0; group < CLASSES; group++) {
      firstWord[group + 1] = firstWord[group] + (width[group] + 63) / 64;
    }
    for (int i = 0; i < known; i++) {
      bits[i] += firstWord[group(i)] * 64;
    }
  }

  private int group(int operation) {
    if (leaves[operation] == NONE) {
      return 0;
    }
    return needs[operation] == NONE ? 1 : 2;
  }

  /** By what they leave, and then by what they need: the write before the swaps. */
  private int[][] kinds() {
    Comparator<Long> order = Comparator.comparing((Long kind) -> kind >> 32);
    Map<Long, List<Integer>> members = new TreeMap<>(order.thenComparing(Long::intValue));
    for (int i = known; i < operations.size(); i++) {
      long kind = ((long) leaves[i] << 32) | (needs[i] & 0xFFFFFFFFL);
      members.computeIfAbsent(kind, unseen -> new ArrayList<>()).add(i);
    }
    return members.values().stream()
        .map(same -> same.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }

  private int[][] kindsBy(int[] property, int values) {
    int[] ofKind = Arrays.stream(kinds).mapToInt(members -> property[members[0]]).toArray();
    int[] all = new int[kinds.length];
    Arrays.setAll(all, kind -> kind);
    return grouped(all, ofKind, values);
  }

  /** How many operations returned: the levels. */
  int known() {
    return known;
  }

  int values() {
    return writerInvoked.length;
  }

  /** Words of the bits of what overlaps. */
  int words() {
    return firstWord[CLASSES];
  }

  /** The first word of the bits of writes; those of reads come before. */
  int firstWriteWord() {
    return firstWord[1];
  }

  /** The first word of the bits of swaps. */
  int firstSwapWord() {
    return firstWord[2];
  }

  Operation operation(int operation) {
    return operations.get(operation);
  }

  int needs(int operation) {
    return needs[operation];
  }

  int leaves(int operation) {
    return leaves[operation];
  }

  int invoked(int operation) {
    return invoked[operation];
  }

  int returned(int operation) {
    return returned[operation];
  }

  /** Whether it changes the register whatever that holds. */
  boolean blind(int operation) {
    return needs[operation] == NONE;
  }

  boolean reads(int operation) {
    return leaves[operation] == NONE;
  }

  /** The bit of a known operation. */
  int bit(int operation) {
    return bits[operation];
  }

  /** How many known operations are invoked before {@code level}; none before level -1. */
  int arrived(int level) {
    return level < 0 ? 0 : arrived[level];
  }

  /** The known operation that is invoked as number {@code index}. */
  int arrival(int index) {
    return arrivals[index];
  }

  /** The members of a kind of unknown operations, by invocation. */
  int[] kind(int kind) {
    return kinds[kind];
  }

  /** The kind of an unknown operation. */
  int kindOf(int operation) {
    return kindOf[operation - known];
  }

  /** The kinds that write, whatever the register holds. */
  int[] blindKinds() {
    return blindKinds;
  }

  int[] kindsLeaving(int value) {
    return kindsLeaving[value];
  }

  int[] kindsNeeding(int value) {
    return kindsNeeding[value];
  }

  /** When the first known operation returns that is invoked after {@code position} and needs it. */
  int nextNeed(int value, int position) {
    int index = after(needInvoked[value], position);
    return index == needInvoked[value].length ? Integer.MAX_VALUE : needReturned[value][index];
  }

  /** When the first operation is invoked after {@code position} that leaves {@code value}. */
  int nextWriter(int value, int position) {
    int index = after(writerInvoked[value], position);
    return index == writerInvoked[value].length ? Integer.MAX_VALUE : writerInvoked[value][index];
  }

  /** What leaves {@code value}, by invocation. */
  int[] writers(int value) {
    return writers[value];
  }

  /** How many of {@link #writers} are invoked before {@code position}. */
  int writersBefore(int value, int position) {
    return after(writerInvoked[value], position - 1);
  }

  private static int after(int[] sorted, int position) {
    int found = Arrays.binarySearch(sorted, position);
    return found < 0 ? -found - 1 : found + 1;
  }
}
