package io.holdfast.chaos.core;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;

/**
 * An order of operations on several registers as it grows and shrinks: what the registers hold
 * after it, and what is still asked of them.
 */
final class RegisterStates {

  private final Transitions transitions;
  private final int known;
  private final int[] held;
  private final BitSet placed;
  private final int[] order;
  private final Deque<int[]> overwritten = new ArrayDeque<>();
  private int size;

  /** Of each cell: how many known operations without a place need it, and how many any leave it. */
  private final int[] needed;

  private final int[] writable;

  /** Of each register: how many operations without a place ask anything of it. */
  private final int[] asked;

  /** Of each register: how many known operations without a place need it to hold something. */
  private final int[] askedPresent;

  RegisterStates(Transitions transitions) {
    this.transitions = transitions;
    known = transitions.known();
    held = transitions.initial().clone();
    placed = new BitSet(transitions.count());
    order = new int[transitions.count()];
    needed = new int[transitions.cells()];
    writable = new int[transitions.cells()];
    asked = new int[held.length];
    askedPresent = new int[held.length];
    for (int operation = 0; operation < transitions.count(); operation++) {
      count(operation, 1);
    }
  }

  private void count(int operation, int step) {
    int[] registers = transitions.registers(operation);
    int[] needs = transitions.needs(operation);
    int[] leaves = transitions.leaves(operation);
    for (int i = 0; i < registers.length; i++) {
      if (needs[i] != Transitions.ANY) {
        asked[registers[i]] += step;
        if (operation < known && needs[i] == Transitions.PRESENT) {
          askedPresent[registers[i]] += step;
        } else if (operation < known) {
          needed[needs[i]] += step;
        }
      }
      if (leaves[i] != Transitions.NOTHING) {
        writable[leaves[i]] += step;
      }
    }
  }

  /** Whether {@code operation} could happen now. */
  boolean fits(int operation) {
    int[] registers = transitions.registers(operation);
    int[] needs = transitions.needs(operation);
    for (int i = 0; i < registers.length; i++) {
      int now = held[registers[i]];
      boolean found =
          needs[i] == Transitions.PRESENT
              ? !transitions.isInitial(registers[i], now)
              : needs[i] == Transitions.ANY || needs[i] == now;
      if (!found) {
        return false;
      }
    }
    return transitions.possible(operation);
  }

  /**
   * Puts {@code operation}, which fits, at the end; false when that gives up a value which is still
   * needed and which nothing is left to write: then it must be taken back.
   */
  boolean place(int operation) {
    int[] registers = transitions.registers(operation);
    int[] leaves = transitions.leaves(operation);
    int[] before = new int[registers.length];
    placed.set(operation);
    order[size++] = operation;
    count(operation, -1);
    boolean kept = true;
    for (int i = 0; i < registers.length; i++) {
      before[i] = held[registers[i]];
      if (leaves[i] != Transitions.NOTHING) {
        held[registers[i]] = leaves[i];
        kept &= leaves[i] == before[i] || needed[before[i]] == 0 || writable[before[i]] > 0;
      }
    }
    overwritten.push(before);
    return kept;
  }

  /** Takes operations back until {@code wanted} are left. */
  void shrink(int wanted) {
    while (size > wanted) {
      int operation = order[--size];
      int[] before = overwritten.pop();
      int[] registers = transitions.registers(operation);
      for (int i = 0; i < registers.length; i++) {
        held[registers[i]] = before[i];
      }
      placed.clear(operation);
      count(operation, 1);
    }
  }

  /** How many are placed. */
  int size() {
    return size;
  }

  boolean placed(int operation) {
    return placed.get(operation);
  }

  /** The operations without a return that are placed. */
  int[] unknownPlaced() {
    return placed.stream().filter(each -> each >= known).toArray();
  }

  /** Whether an operation without a place may need something that {@code operation} leaves. */
  boolean mayBeNeeded(int operation) {
    int[] registers = transitions.registers(operation);
    int[] leaves = transitions.leaves(operation);
    for (int i = 0; i < registers.length; i++) {
      int left = leaves[i];
      if (left != Transitions.NOTHING
          && (needed[left] > 0
              || askedPresent[registers[i]] > 0
              || neededByUnknown(left, registers[i]))) {
        return true;
      }
    }
    return false;
  }

  private boolean neededByUnknown(int cell, int register) {
    int[] needers = transitions.needers(cell);
    for (int i = needers.length - 1; i >= 0 && needers[i] >= known; i--) {
      if (!placed.get(needers[i])) {
        return true;
      }
    }
    return transitions.unknownNeedsPresent(register);
  }

  /** What the registers hold of which anything is still asked; the others read as 0. */
  int[] relevant() {
    int[] relevant = held.clone();
    for (int register = 0; register < relevant.length; register++) {
      relevant[register] = asked[register] == 0 ? 0 : relevant[register] + 1;
    }
    return relevant;
  }

  /** The operations in their order. */
  int[] order() {
    return Arrays.copyOf(order, size);
  }
}
