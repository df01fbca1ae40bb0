package io.holdfast.chaos.core;

import io.holdfast.chaos.core.Effect.Touch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The operations on several registers as numbers: first those that returned, by their return, then
 * those with an unknown outcome that could have changed something, by their invocation. Level i is
 * the moment just before operation i returns.
 *
 * <p>A value in a register is a cell. A register that only one operation touches is left out: it is
 * as it began, so that operation alone decides whether it is possible.
 */
final class Transitions {

  /** Needs no cell: any will do. */
  static final int ANY = -1;

  /** Needs any cell but the first of the register. */
  static final int PRESENT = -2;

  /** Leaves what was there. */
  static final int NOTHING = -1;

  private final List<Operation> operations = new ArrayList<>();
  private final int known;
  private final boolean[] possible;
  private final int[] invoked;
  private final int[] returned;

  /** The known operations by invocation, and how many of them are invoked before each level. */
  private final int[] arrivals;

  private final int[] arrived;

  /** Of each operation: its registers in order, and for each of them a cell or what stands in. */
  private final int[][] registers;

  private final int[][] needs;
  private final int[][] leaves;

  /** Of each register: the cell with which it begins. */
  private final int[] initial;

  private final int cells;
  private final int[][] writers;
  private final int[][] needers;

  /** Of each unknown operation: the one before it that does the same; -1: there is none. */
  private final int[] sameBefore;

  /** Of each register: whether an unknown operation needs it to hold something. */
  private final boolean[] unknownNeedsPresent;

  Transitions(History history) {
    history.operations().stream()
        .filter(Operation::known)
        .sorted(Comparator.comparingInt(each -> each.returned().getAsInt()))
        .forEach(operations::add);
    known = operations.size();
    history.operations().stream().filter(Transitions::mayMatter).forEach(operations::add);
    int count = operations.size();
    possible = new boolean[count];
    invoked = operations.stream().mapToInt(Operation::invoked).toArray();
    returned = operations.stream().mapToInt(Transitions::end).toArray();
    registers = new int[count][];
    needs = new int[count][];
    leaves = new int[count][];
    List<Effect> effects = operations.stream().map(Effect::of).toList();
    Map<String, Integer> touched = new HashMap<>();
    effects.forEach(
        effect -> effect.touches().keySet().forEach(key -> touched.merge(key, 1, Integer::sum)));
    Numbers numbers = new Numbers();
    for (int i = 0; i < count; i++) {
      number(i, effects.get(i), touched, numbers);
    }
    initial = numbers.initial.stream().mapToInt(Integer::intValue).toArray();
    cells = numbers.cells.size();
    writers = byCell(leaves, count);
    needers = byCell(needs, count);
    sameBefore = sameBefore();
    unknownNeedsPresent = new boolean[initial.length];
    for (int i = known; i < count; i++) {
      for (int j = 0; j < registers[i].length; j++) {
        unknownNeedsPresent[registers[i][j]] |= needs[i][j] == PRESENT;
      }
    }
    arrivals =
        IntStream.range(0, known)
            .boxed()
            .sorted(Comparator.comparingInt(i -> invoked[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    arrived = new int[known];
    int next = 0;
    for (int level = 0; level < known; level++) {
      while (next < known && invoked[arrivals[next]] < returned[level]) {
        next++;
      }
      arrived[level] = next;
    }
  }

  private static boolean mayMatter(Operation operation) {
    if (operation.known()) {
      return false;
    }
    Effect effect = Effect.of(operation);
    return effect.possible()
        && effect.touches().values().stream().anyMatch(touch -> touch.leaves().isPresent());
  }

  private static int end(Operation operation) {
    return operation.returned().orElse(Integer.MAX_VALUE);
  }

  /** Gives registers and cells their numbers, as they come. */
  private static final class Numbers {
    private record Cell(int register, String value) {}

    private final Map<String, Integer> registers = new HashMap<>();
    private final Map<Cell, Integer> cells = new HashMap<>();
    private final List<Integer> initial = new ArrayList<>();

    private int register(String key) {
      Integer number = registers.get(key);
      if (number == null) {
        number = registers.size();
        registers.put(key, number);
        initial.add(cell(number, RegisterModel.ABSENT));
      }
      return number;
    }

    private int cell(int register, String value) {
      return cells.computeIfAbsent(new Cell(register, value), unseen -> cells.size());
    }
  }

  private void number(int operation, Effect effect, Map<String, Integer> touched, Numbers numbers) {
    possible[operation] = effect.possible();
    List<Map.Entry<String, Touch>> shared = new ArrayList<>();
    for (Map.Entry<String, Touch> entry : effect.touches().entrySet()) {
      if (touched.getOrDefault(entry.getKey(), 0) > 1) {
        shared.add(entry);
      } else {
        Touch alone = entry.getValue();
        possible[operation] &=
            !alone.present() && alone.needs().map(RegisterModel.ABSENT::equals).orElse(true);
      }
    }
    // In the order of their numbers: two operations are compared by going through both lists.
    shared.sort(Comparator.comparingInt(entry -> numbers.register(entry.getKey())));
    registers[operation] = new int[shared.size()];
    needs[operation] = new int[shared.size()];
    leaves[operation] = new int[shared.size()];
    for (int i = 0; i < shared.size(); i++) {
      int register = numbers.register(shared.get(i).getKey());
      Touch touch = shared.get(i).getValue();
      registers[operation][i] = register;
      needs[operation][i] =
          touch.present()
              ? PRESENT
              : touch.needs().map(value -> numbers.cell(register, value)).orElse(ANY);
      leaves[operation][i] =
          touch.leaves().map(value -> numbers.cell(register, value)).orElse(NOTHING);
    }
  }

  private int[] sameBefore() {
    Map<List<Integer>, Integer> last = new HashMap<>();
    int[] before = new int[operations.size() - known];
    for (int i = known; i < operations.size(); i++) {
      // The three are of one length, so that their sequence is unambiguous.
      List<Integer> kind = new ArrayList<>();
      Arrays.stream(registers[i]).forEach(kind::add);
      Arrays.stream(needs[i]).forEach(kind::add);
      Arrays.stream(leaves[i]).forEach(kind::add);
      // One that cannot happen is not used first: it would keep those after it from happening.
      Integer same = possible[i] ? last.put(kind, i) : null;
      before[i - known] = same == null ? -1 : same;
    }
    return before;
  }

  private int[][] byCell(int[][] property, int count) {
    int[] sizes = new int[cells];
    for (int i = 0; i < count; i++) {
      for (int cell : property[i]) {
        if (cell >= 0) {
          sizes[cell]++;
        }
      }
    }
    int[][] result = new int[cells][];
    Arrays.setAll(result, cell -> new int[sizes[cell]]);
    Arrays.fill(sizes, 0);
    for (int i = 0; i < count; i++) {
      for (int cell : property[i]) {
        if (cell >= 0) {
          result[cell][sizes[cell]++] = i;
        }
      }
    }
    return result;
  }

  /** How many operations returned: the levels. */
  int known() {
    return known;
  }

  /** How many operations there are, with the unknown ones. */
  int count() {
    return operations.size();
  }

  Operation operation(int operation) {
    return operations.get(operation);
  }

  /** False where no state of the registers lets it happen. */
  boolean possible(int operation) {
    return possible[operation];
  }

  int invoked(int operation) {
    return invoked[operation];
  }

  int returned(int operation) {
    return returned[operation];
  }

  /** How many known operations are invoked before {@code level}; none before level -1. */
  int arrived(int level) {
    return level < 0 ? 0 : arrived[level];
  }

  /** The known operation that is invoked as number {@code index}. */
  int arrival(int index) {
    return arrivals[index];
  }

  /** The registers that it shares with others, in ascending order. */
  int[] registers(int operation) {
    return registers[operation];
  }

  /** For each of {@link #registers}: a cell, {@link #ANY} or {@link #PRESENT}. */
  int[] needs(int operation) {
    return needs[operation];
  }

  /** For each of {@link #registers}: a cell or {@link #NOTHING}. */
  int[] leaves(int operation) {
    return leaves[operation];
  }

  /** Whether it changes nothing that another one touches. */
  boolean reads(int operation) {
    for (int left : leaves[operation]) {
      if (left != NOTHING) {
        return false;
      }
    }
    return true;
  }

  /** The cells with which the registers begin. */
  int[] initial() {
    return initial;
  }

  boolean isInitial(int register, int cell) {
    return initial[register] == cell;
  }

  int cells() {
    return cells;
  }

  /** What leaves a cell: known ones by return, then unknown ones by invocation. */
  int[] writers(int cell) {
    return writers[cell];
  }

  /** What needs exactly this cell, in the same order. */
  int[] needers(int cell) {
    return needers[cell];
  }

  /** The unknown operation before this one that does the same; -1: there is none. */
  int sameBefore(int operation) {
    return sameBefore[operation - known];
  }

  /** Whether an unknown operation needs the register to hold something, whatever it is. */
  boolean unknownNeedsPresent(int register) {
    return unknownNeedsPresent[register];
  }

  /** The operations in {@code order}. */
  List<Operation> named(int[] order) {
    return Arrays.stream(order).mapToObj(operations::get).toList();
  }

  /** Whether a known operation can happen in no order: what it needs is never there. */
  boolean hasImpossible() {
    return IntStream.range(0, known).anyMatch(i -> !possible[i] || needsWhatNobodyLeft(i));
  }

  /**
   * The last return: up to there is no order if there is none at all. It may fail earlier, but an
   * operation that contradicts itself, or changes nothing, can do so by what it read; before it
   * returned that meant nothing.
   */
  int lastReturn() {
    return returned[known - 1];
  }

  private boolean needsWhatNobodyLeft(int operation) {
    for (int i = 0; i < registers[operation].length; i++) {
      int needed = needs[operation][i];
      if (needed >= 0 && needed != initial[registers[operation][i]]) {
        boolean left = false;
        for (int writer : writers[needed]) {
          left |= writer != operation && invoked[writer] < returned[operation];
        }
        if (!left) {
          return true;
        }
      }
    }
    return false;
  }
}
