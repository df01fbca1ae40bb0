package io.holdfast.chaos.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far an attempt to order the operations of one register has come: which have their place, what
 * the register holds, which may come next. Placing is undone in reverse order.
 *
 * <p>Operations are numbers: first those that returned, by invocation, then those with an unknown
 * outcome that could have changed the register. Unknown operations that do the same are one kind,
 * placed in the order of their invocation: any other order can be renamed into this one.
 */
final class Frontier {

  /** No value: needs any, or leaves what was there. */
  static final int NONE = -1;

  private final List<Operation> operations = new ArrayList<>();
  private final int known;
  private final int[] needs;
  private final int[] leaves;
  private final int[] invoked;
  private final int[] returned;

  /** Rings of known operations without a place; {@code known} is where each begins and ends. */
  private final Ring byInvocation;

  private final Ring byReturn;

  /** For each value: operations without a place that need it for sure, may need it, leave it. */
  private final int[] mustFind;

  private final int[] mayFind;
  private final int[] writers;

  private final int[][] kinds;
  private final int[] kindOf;
  private final int[] used;
  private final List<List<Integer>> kindsLeaving = new ArrayList<>();

  private final int[] trail;
  private final int[] stateBefore;
  private int placed;
  private int knownLeft;
  private int state;

  Frontier(History history) {
    history.operations().stream().filter(Operation::known).forEach(operations::add);
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
    values.put(RegisterModel.ABSENT, 0);
    for (int i = 0; i < count; i++) {
      Operation operation = operations.get(i);
      needs[i] = RegisterModel.needs(operation.action()).map(v -> number(values, v)).orElse(NONE);
      leaves[i] = RegisterModel.leaves(operation.action()).map(v -> number(values, v)).orElse(NONE);
      invoked[i] = operation.invoked();
      returned[i] = operation.returned().orElse(Integer.MAX_VALUE);
    }
    mustFind = new int[values.size()];
    mayFind = new int[values.size()];
    writers = new int[values.size()];
    for (int i = 0; i < count; i++) {
      tally(i, 1);
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < known; i++) {
      order.add(i);
    }
    byInvocation = new Ring(order);
    order.sort(Comparator.comparingInt(i -> returned[i]));
    byReturn = new Ring(order);
    kindOf = new int[count];
    kinds = kinds(values.size());
    used = new int[kinds.length];
    trail = new int[count];
    stateBefore = new int[count];
    knownLeft = known;
  }

  private static int number(Map<String, Integer> values, String value) {
    return values.computeIfAbsent(value, unseen -> values.size());
  }

  private int[][] kinds(int values) {
    for (int value = 0; value < values; value++) {
      kindsLeaving.add(new ArrayList<>());
    }
    Map<Long, List<Integer>> members = new HashMap<>();
    List<List<Integer>> found = new ArrayList<>();
    for (int i = known; i < operations.size(); i++) {
      long kind = ((long) needs[i] << 32) | leaves[i];
      List<Integer> same = members.get(kind);
      if (same == null) {
        same = new ArrayList<>();
        members.put(kind, same);
        kindsLeaving.get(leaves[i]).add(found.size());
        found.add(same);
      }
      same.add(i);
    }
    int[][] result = new int[found.size()][];
    for (int kind = 0; kind < result.length; kind++) {
      result[kind] = found.get(kind).stream().mapToInt(Integer::intValue).toArray();
      for (int member : result[kind]) {
        kindOf[member] = kind;
      }
    }
    return result;
  }

  private void tally(int operation, int change) {
    if (needs[operation] != NONE) {
      (operation < known ? mustFind : mayFind)[needs[operation]] += change;
    }
    if (leaves[operation] != NONE) {
      writers[leaves[operation]] += change;
    }
  }

  void place(int operation) {
    trail[placed] = operation;
    stateBefore[placed++] = state;
    tally(operation, -1);
    if (operation < known) {
      byInvocation.remove(operation);
      byReturn.remove(operation);
      knownLeft--;
    } else {
      used[kindOf[operation]]++;
    }
    if (leaves[operation] != NONE) {
      state = leaves[operation];
    }
  }

  /** Takes back placements until only {@code remaining} are left. */
  void undoTo(int remaining) {
    while (placed > remaining) {
      int operation = trail[--placed];
      state = stateBefore[placed];
      tally(operation, 1);
      if (operation < known) {
        byInvocation.restore(operation);
        byReturn.restore(operation);
        knownLeft++;
      } else {
        used[kindOf[operation]]--;
      }
    }
  }

  int placed() {
    return placed;
  }

  boolean complete() {
    return knownLeft == 0;
  }

  int state() {
    return state;
  }

  int needs(int operation) {
    return needs[operation];
  }

  int leaves(int operation) {
    return leaves[operation];
  }

  int returned(int operation) {
    return returned[operation];
  }

  boolean possible(int operation) {
    return needs[operation] == NONE || needs[operation] == state;
  }

  /** The known operation that returns first: it must be placed before anything later begins. */
  int mostUrgent() {
    return byReturn.first();
  }

  /** Whether {@code operation} may come next in real time; {@code known} ends the list. */
  boolean mayBeNext(int operation) {
    return operation < known && invoked[operation] < returned[mostUrgent()];
  }

  int firstByInvocation() {
    return byInvocation.first();
  }

  int nextByInvocation(int operation) {
    return byInvocation.after(operation);
  }

  /** Whether no operation without a place could tell that the register held {@code value}. */
  boolean unseen(int value) {
    return mustFind[value] == 0 && mayFind[value] == 0;
  }

  /** Whether a known operation needs {@code value} and nothing is left that could write it. */
  boolean lost(int value) {
    return value != state && mustFind[value] > 0 && writers[value] == 0;
  }

  int values() {
    return mustFind.length;
  }

  /** The kinds of unknown operations that leave {@code value}. */
  List<Integer> kindsLeaving(int value) {
    return kindsLeaving.get(value);
  }

  /** The next operation of {@code kind}, or {@link #NONE} when none has been invoked yet. */
  int nextOfKind(int kind) {
    if (used[kind] == kinds[kind].length) {
      return NONE;
    }
    int next = kinds[kind][used[kind]];
    return invoked[next] < returned[mostUrgent()] ? next : NONE;
  }

  List<Operation> order() {
    return Arrays.stream(trail, 0, placed).mapToObj(operations::get).toList();
  }

  /** All that decides what can still follow: equal for two orders that differ only in the past. */
  Configuration configuration() {
    int[] content = new int[8];
    int size = 0;
    content[size++] = state;
    int reached = 0;
    for (int i = firstByInvocation(); mayBeNext(i); i = nextByInvocation(i)) {
      content = room(content, size);
      content[size++] = i;
      reached = i;
    }
    // Beyond this one everything is without a place, up to it all that is not listed has one.
    content = room(content, size);
    content[size++] = -1 - reached;
    for (int kind = 0; kind < used.length; kind++) {
      if (used[kind] > 0) {
        content = room(content, size + 1);
        content[size++] = kind;
        content[size++] = used[kind];
      }
    }
    return new Configuration(Arrays.copyOf(content, size));
  }

  private static int[] room(int[] content, int index) {
    return index < content.length ? content : Arrays.copyOf(content, index * 2);
  }

  /** A configuration in the cache. */
  static final class Configuration {
    private final int[] content;
    private final int hash;

    Configuration(int[] content) {
      this.content = content;
      hash = Arrays.hashCode(content);
    }

    /** What it takes in memory, in words of eight bytes: content, two headers, an entry. */
    int words() {
      return content.length / 2 + 14;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Configuration that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** A doubly linked ring over 0 to n - 1, in which what was removed last can be put back. */
  private static final class Ring {
    private final int[] next;
    private final int[] previous;

    Ring(List<Integer> order) {
      int end = order.size();
      next = new int[end + 1];
      previous = new int[end + 1];
      int last = end;
      for (int each : order) {
        next[last] = each;
        previous[each] = last;
        last = each;
      }
      next[last] = end;
      previous[end] = last;
    }

    int first() {
      return next[next.length - 1];
    }

    int after(int each) {
      return next[each];
    }

    void remove(int each) {
      next[previous[each]] = next[each];
      previous[next[each]] = previous[each];
    }

    void restore(int each) {
      next[previous[each]] = each;
      previous[next[each]] = each;
    }
  }
}
