package io.holdfast.chaos.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Decides without a search where the order of each register's values is known. That is so when
 *
 * <ul>
 *   <li>no value is written to a register by two operations, and none is deleted,
 *   <li>each write names the value that it replaces, by a guard or a read in the same transaction,
 *       but for one write in each register at most,
 *   <li>no guard asks for a value without saying which.
 * </ul>
 *
 * <p>Then a value that was replaced never comes back. Say that an operation of unknown outcome
 * happened if its value was needed by one that happened: nobody else can have written it. One whose
 * values nobody needed is left out: what would replace them names them, so nothing that happened
 * replaces them but perhaps the write that names nothing, and that replaces whatever is there.
 *
 * <p>In every order of the others these hold, and all follow from the above:
 *
 * <ul>
 *   <li>what needs a value comes after the operation that wrote it, and before the one that
 *       replaced it; two cannot replace the same value;
 *   <li>the one write that names nothing comes after all writes that lead back to the empty
 *       register, for what they name never comes back, so it replaces the last of those;
 *   <li>what returned before another was invoked comes before it.
 * </ul>
 *
 * <p>Conversely, an order that keeps all of these explains every result: between the write of a
 * value and its replacement nothing writes the register. So there is an order exactly if these
 * precedences have no cycle: Papadimitriou (1979) for known version orders, with real time added.
 */
final class VersionGraph implements Search {

  private static final int NOBODY = -1;

  private final Transitions transitions;
  private final int known;
  private final BitSet happened;

  /** Of each cell: who replaced it. */
  private final int[] replacedBy;

  private boolean contradiction;
  private int[] order = {};
  private long edges;

  private VersionGraph(Transitions transitions, BitSet happened) {
    this.transitions = transitions;
    this.happened = happened;
    known = transitions.known();
    replacedBy = new int[transitions.cells()];
    Arrays.fill(replacedBy, NOBODY);
  }

  /** The graph, if the order of values is known. */
  static Optional<VersionGraph> of(Transitions transitions) {
    for (int register = 0; register < transitions.initial().length; register++) {
      if (transitions.writers(transitions.initial()[register]).length > 0) {
        return Optional.empty();
      }
    }
    for (int cell = 0; cell < transitions.cells(); cell++) {
      if (transitions.writers(cell).length > 1) {
        return Optional.empty();
      }
    }
    VersionGraph graph = new VersionGraph(transitions, happened(transitions));
    return graph.knowsReplacements() ? Optional.of(graph) : Optional.empty();
  }

  private static BitSet happened(Transitions transitions) {
    BitSet happened = new BitSet(transitions.count());
    happened.set(0, transitions.known());
    Deque<Integer> followed = new ArrayDeque<>();
    happened.stream().forEach(followed::add);
    while (!followed.isEmpty()) {
      for (int needed : transitions.needs(followed.remove())) {
        for (int writer : needed < 0 ? new int[0] : transitions.writers(needed)) {
          if (!happened.get(writer)) {
            happened.set(writer);
            followed.add(writer);
          }
        }
      }
    }
    return happened;
  }

  /** Enters who replaced what; false where that is not known. */
  private boolean knowsReplacements() {
    int[] blind = new int[transitions.initial().length];
    Arrays.fill(blind, NOBODY);
    for (int each = happened.nextSetBit(0); each >= 0; each = happened.nextSetBit(each + 1)) {
      int[] registers = transitions.registers(each);
      for (int i = 0; i < registers.length; i++) {
        int needed = transitions.needs(each)[i];
        if (needed == Transitions.PRESENT) {
          return false;
        }
        if (transitions.leaves(each)[i] == Transitions.NOTHING) {
          continue;
        }
        if (needed == Transitions.ANY) {
          if (blind[registers[i]] != NOBODY) {
            return false;
          }
          blind[registers[i]] = each;
        } else {
          replaces(each, needed);
        }
      }
    }
    if (!contradiction) {
      for (int register = 0; register < blind.length; register++) {
        if (blind[register] != NOBODY) {
          replaces(blind[register], lastBeforeBlind(register));
        }
      }
    }
    return true;
  }

  private void replaces(int operation, int cell) {
    contradiction |= replacedBy[cell] != NOBODY;
    replacedBy[cell] = operation;
  }

  private int lastBeforeBlind(int register) {
    int cell = transitions.initial()[register];
    while (replacedBy[cell] != NOBODY) {
      cell = left(replacedBy[cell], register);
    }
    return cell;
  }

  private int left(int operation, int register) {
    int at = Arrays.binarySearch(transitions.registers(operation), register);
    return transitions.leaves(operation)[at];
  }

  @Override
  public Outcome run() {
    if (contradiction || transitions.hasImpossible()) {
      return Outcome.NO_ORDER;
    }
    for (int each = happened.nextSetBit(known); each >= 0; each = happened.nextSetBit(each + 1)) {
      if (!transitions.possible(each) || needsWhatNobodyLeft(each)) {
        return Outcome.NO_ORDER;
      }
    }
    order = sorted();
    return order.length == happened.cardinality() ? Outcome.ORDER : Outcome.NO_ORDER;
  }

  private boolean needsWhatNobodyLeft(int operation) {
    int[] registers = transitions.registers(operation);
    for (int i = 0; i < registers.length; i++) {
      int needed = transitions.needs(operation)[i];
      if (needed >= 0
          && !transitions.isInitial(registers[i], needed)
          && transitions.writers(needed).length == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The operations by their precedences, as far as those have no cycle. Node {@code count + i} is
   * the moment at which known operation i has returned: it comes after the operation and the moment
   * before, and before all that is invoked later.
   */
  private int[] sorted() {
    int count = transitions.count();
    List<List<Integer>> after = new ArrayList<>();
    int[] before = new int[count + known];
    for (int node = 0; node < count + known; node++) {
      after.add(new ArrayList<>(2));
    }
    for (int each = happened.nextSetBit(0); each >= 0; each = happened.nextSetBit(each + 1)) {
      addValues(each, after, before);
      int ended = endedBefore(transitions.invoked(each));
      if (ended > 0) {
        add(count + ended - 1, each, after, before);
      }
    }
    for (int level = 0; level < known; level++) {
      add(level, count + level, after, before);
      if (level > 0) {
        add(count + level - 1, count + level, after, before);
      }
    }
    Deque<Integer> free = new ArrayDeque<>();
    for (int node = 0; node < count + known; node++) {
      if (before[node] == 0 && (node >= count || happened.get(node))) {
        free.add(node);
      }
    }
    int[] found = new int[count];
    int size = 0;
    while (!free.isEmpty()) {
      int node = free.remove();
      if (node < count) {
        found[size++] = node;
      }
      for (int next : after.get(node)) {
        if (--before[next] == 0) {
          free.add(next);
        }
      }
    }
    return Arrays.copyOf(found, size);
  }

  private void addValues(int operation, List<List<Integer>> after, int[] before) {
    int[] registers = transitions.registers(operation);
    for (int i = 0; i < registers.length; i++) {
      int needed = transitions.needs(operation)[i];
      if (needed >= 0) {
        for (int writer : transitions.writers(needed)) {
          add(writer, operation, after, before);
        }
        if (replacedBy[needed] != NOBODY && replacedBy[needed] != operation) {
          add(operation, replacedBy[needed], after, before);
        }
      } else if (transitions.leaves(operation)[i] != Transitions.NOTHING) {
        afterWhatItReplaces(operation, registers[i], after, before);
      }
    }
  }

  /** The write that names nothing: the last value before it may be one that nobody needs. */
  private void afterWhatItReplaces(
      int operation, int register, List<List<Integer>> after, int[] before) {
    int cell = transitions.initial()[register];
    while (replacedBy[cell] != operation) {
      cell = left(replacedBy[cell], register);
    }
    for (int writer : transitions.writers(cell)) {
      add(writer, operation, after, before);
    }
  }

  private void add(int first, int second, List<List<Integer>> after, int[] before) {
    edges++;
    after.get(first).add(second);
    before[second]++;
  }

  /** How many known operations returned before {@code position}. */
  private int endedBefore(int position) {
    int low = 0;
    int high = known;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (transitions.returned(middle) < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public long steps() {
    return Math.max(1, edges);
  }

  @Override
  public int failing() {
    return transitions.lastReturn();
  }

  @Override
  public List<Operation> order() {
    return transitions.named(order);
  }
}
