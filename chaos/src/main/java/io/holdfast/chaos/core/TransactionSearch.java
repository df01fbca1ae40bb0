package io.holdfast.chaos.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Looks for an order of operations on several registers: the search of Wing and Gong (1993) with
 * the memory of configurations and the just-in-time order of Lowe (2017), on the state of all
 * registers of a part. It goes from return to return; when an operation returns that has no place
 * yet it gets one, with what must come before it. Each of these keeps an order if there was one, by
 * moving operations in it, or by leaving unknown ones out:
 *
 * <ul>
 *   <li>What reads only and fits is placed at once: it changes nothing.
 *   <li>Whatever else runs is placed before the one that is due only for a reason, else it can as
 *       well come right after: moved back step by step it must meet a neighbour that it cannot
 *       pass, which has such a reason itself or is due. Neighbours cannot pass when the second
 *       needs what the first left, when it overwrites what the first needed, or when both write one
 *       register: {@link #precedes} says so as narrowly as neighbours allow.
 *   <li>An operation of unknown outcome is placed only while something without a place needs a
 *       value that it leaves: otherwise it may as well never happen. Of those that do the same the
 *       one that was invoked first is used first.
 *   <li>A value that is needed is not given up when nothing is left to write it.
 *   <li>A configuration is not looked at when one was that is at the same level, has placed the
 *       same writes and holds the same where anything is still asked, has placed all its reads, and
 *       has used up no more unknown operations.
 * </ul>
 */
final class TransactionSearch implements Search {

  /** Comparisons that cost as much as one configuration does. */
  private static final int COMPARISONS_A_STEP = 32;

  /** A configuration, and what is still to be tried from it. */
  private static final class Frame {
    private final int size;
    private final int level;
    private int[] choices;
    private boolean all;
    private int next;

    private Frame(int size, int level) {
      this.size = size;
      this.level = level;
      choices = new int[] {level};
    }
  }

  private final Transitions transitions;
  private final Budget budget;
  private final RegisterStates states;
  private final KnownStates visited;
  private final Running running;
  private long looked;
  private long compared;

  TransactionSearch(Transitions transitions, Budget budget) {
    this.transitions = transitions;
    this.budget = budget;
    states = new RegisterStates(transitions);
    visited = new KnownStates(budget.cacheWords());
    running = new Running(transitions);
  }

  @Override
  public long steps() {
    return looked + (compared + visited.compared()) / COMPARISONS_A_STEP;
  }

  @Override
  public int failing() {
    return transitions.lastReturn();
  }

  @Override
  public List<Operation> order() {
    return transitions.named(states.order());
  }

  @Override
  public Outcome run() {
    int known = transitions.known();
    if (transitions.hasImpossible()) {
      return Outcome.NO_ORDER;
    }
    Deque<Frame> frames = new ArrayDeque<>();
    int level = settle(0);
    if (level < known) {
      frames.push(new Frame(states.size(), level));
    }
    while (level < known && !frames.isEmpty()) {
      Frame frame = frames.peek();
      states.shrink(frame.size);
      running.moveTo(frame.level);
      if (!hasNext(frame)) {
        frames.pop();
        continue;
      }
      looked++;
      if (steps() > budget.steps()) {
        return Outcome.OUT_OF_BUDGET;
      }
      int choice = frame.choices[frame.next++];
      if (!states.fits(choice) || !states.place(choice)) {
        continue;
      }
      level = settle(frame.level);
      if (level < known && visited.add(configuration(level))) {
        frames.push(new Frame(states.size(), level));
      }
    }
    return level == known ? Outcome.ORDER : Outcome.NO_ORDER;
  }

  /** Places the reads that fit and goes on to the level at which something is to be placed. */
  private int settle(int from) {
    int level = from;
    while (level < transitions.known()) {
      running.moveTo(level);
      for (int each = running.first(); each >= 0; each = running.after(each)) {
        if (!states.placed(each) && transitions.reads(each) && states.fits(each)) {
          // It overwrites nothing, so no value is given up.
          boolean unused = states.place(each);
        }
      }
      if (!states.placed(level)) {
        return level;
      }
      while (level < transitions.known() && states.placed(level)) {
        level++;
      }
    }
    return level;
  }

  /** First what is due; only when that fails it is found out what may come before. */
  private boolean hasNext(Frame frame) {
    if (frame.next == frame.choices.length && !frame.all) {
      frame.all = true;
      frame.next = 0;
      frame.choices = before(frame.level);
    }
    return frame.next < frame.choices.length;
  }

  /** What has a reason to come before the operation that is due; the known ones first. */
  private int[] before(int due) {
    List<Integer> candidates = candidates(due);
    List<Integer> reasons = new ArrayList<>();
    boolean[] chosen = new boolean[candidates.size()];
    reasons.add(due);
    for (int i = 0; i < reasons.size(); i++) {
      for (int candidate = 0; candidate < chosen.length; candidate++) {
        compared++;
        if (!chosen[candidate] && precedes(candidates.get(candidate), reasons.get(i))) {
          chosen[candidate] = true;
          reasons.add(candidates.get(candidate));
        }
      }
    }
    return reasons.stream()
        .skip(1)
        .filter(each -> !transitions.reads(each) && states.fits(each))
        .sorted()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private List<Integer> candidates(int due) {
    List<Integer> candidates = new ArrayList<>();
    for (int each = running.first(); each >= 0; each = running.after(each)) {
      if (each != due && !states.placed(each)) {
        candidates.add(each);
      }
    }
    for (int each = transitions.known(); each < transitions.count(); each++) {
      if (transitions.invoked(each) > transitions.returned(due)) {
        break;
      }
      int same = transitions.sameBefore(each);
      if (!states.placed(each) && (same < 0 || states.placed(same)) && states.mayBeNeeded(each)) {
        candidates.add(each);
      }
    }
    return candidates;
  }

  /** Whether {@code first} right before {@code second} may be unable to change places with it. */
  private boolean precedes(int first, int second) {
    int[] ones = transitions.registers(first);
    int[] others = transitions.registers(second);
    int i = 0;
    int j = 0;
    while (i < ones.length && j < others.length) {
      if (ones[i] < others[j]) {
        i++;
      } else if (ones[i] > others[j]) {
        j++;
      } else {
        if (precedes(first, i++, second, j++)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean precedes(int first, int i, int second, int j) {
    int register = transitions.registers(first)[i];
    int needs = transitions.needs(first)[i];
    int leaves = transitions.leaves(first)[i];
    int wanted = transitions.needs(second)[j];
    boolean overwrites = transitions.leaves(second)[j] != Transitions.NOTHING;
    if (leaves != Transitions.NOTHING) {
      // The second finds what the first left, or does not look and overwrites it.
      return wanted == Transitions.ANY ? overwrites : agree(register, leaves, wanted);
    }
    return needs != Transitions.ANY
        && overwrites
        && (wanted == Transitions.ANY || agree(register, needs, wanted));
  }

  /** Whether one state of a register can satisfy both. */
  private boolean agree(int register, int one, int other) {
    if (one == Transitions.PRESENT || other == Transitions.PRESENT) {
      int cell = one == Transitions.PRESENT ? other : one;
      return cell == Transitions.PRESENT || !transitions.isInitial(register, cell);
    }
    return one == other;
  }

  private KnownStates.Configuration configuration(int level) {
    running.moveTo(level);
    List<Integer> writes = new ArrayList<>();
    List<Integer> reads = new ArrayList<>();
    for (int each = running.first(); each >= 0; each = running.after(each)) {
      if (states.placed(each)) {
        (transitions.reads(each) ? reads : writes).add(each);
      }
    }
    return new KnownStates.Configuration(
        level, states.relevant(), ints(writes), ints(reads), states.unknownPlaced());
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }
}
