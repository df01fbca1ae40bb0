package io.holdfast.chaos.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of the operations of one register: the search of Wing and Gong (1993) with the
 * memory of configurations and the just-in-time order of Lowe (2017), and with what is special
 * about registers. It goes from return to return; when an operation returns that has no place yet
 * it gets one, with what must come before it, and whatever can wait waits. Each of these keeps an
 * order if there was one, by moving or renaming operations in it:
 *
 * <ul>
 *   <li>A read that fits is placed at once: it changes nothing.
 *   <li>A write hides what is just in front of it. So nothing is decided about what runs while a
 *       write is placed: until it returns it may still be put in front of that write, as a chain of
 *       one write, swaps, and the reads that see them. Only swaps of what the register held before
 *       must be placed before it is overwritten.
 *   <li>Of operations that do the same, the one that returns first is placed first, and one whose
 *       outcome is unknown last.
 *   <li>An operation whose outcome is unknown is placed only for a known one that needs what it
 *       leaves, directly or through other swaps: otherwise it may as well never happen.
 *   <li>A value that is needed later is not given up when nothing is left to write it in time.
 *   <li>A configuration is not looked at when another one covers it: all that can follow the one
 *       can follow the other.
 * </ul>
 */
final class RegisterSearch implements Search {

  /** Comparisons that cost as much as one configuration does. */
  private static final int COMPARISONS_A_STEP = 32;

  private final Timeline timeline;
  private final Moves moves;
  private final Explored explored;
  private final Budget budget;
  private @Nullable Configuration last;
  private long looked;
  private int failing;

  RegisterSearch(History history, Budget budget) {
    this.timeline = new Timeline(history);
    this.moves = new Moves(timeline);
    this.explored = new Explored(timeline, budget.cacheWords());
    this.budget = budget;
  }

  /** Configurations looked at so far. */
  @Override
  public long steps() {
    return looked + explored.compared() / COMPARISONS_A_STEP;
  }

  /** After {@link Outcome#NO_ORDER}: the return of an operation up to which there is none. */
  @Override
  public int failing() {
    return timeline.returned(failing);
  }

  @Override
  public Outcome run() {
    failing = new StaleReads(timeline).first();
    if (failing < timeline.known()) {
      return Outcome.NO_ORDER;
    }
    failing = timeline.known() - 1;
    Deque<Iterator<Configuration>> choices = new ArrayDeque<>();
    choices.push(List.of(new Configuration(timeline.words())).iterator());
    while (!choices.isEmpty()) {
      if (!choices.peek().hasNext()) {
        choices.pop();
        continue;
      }
      looked++;
      if (steps() > budget.steps()) {
        return Outcome.OUT_OF_BUDGET;
      }
      Configuration next = choices.peek().next();
      moves.settle(next);
      if (next.level() == timeline.known()) {
        last = next;
        return Outcome.ORDER;
      }
      if (explored.add(next)) {
        choices.push(moves.from(next).iterator());
      }
    }
    return Outcome.NO_ORDER;
  }

  /** After {@link Outcome#ORDER}: an order that explains all results. */
  @Override
  public List<Operation> order() {
    Deque<Configuration> way = new ArrayDeque<>();
    for (Configuration each = last; each != null; each = each.before()) {
      way.push(each);
    }
    List<Operation> order = new ArrayList<>();
    int lastWrite = 0;
    for (Configuration each : way) {
      for (int placed : each.placed()) {
        if (placed < 0) {
          order.add(lastWrite++, timeline.operation(~placed));
          continue;
        }
        if (timeline.blind(placed)) {
          lastWrite = order.size();
        }
        order.add(timeline.operation(placed));
      }
    }
    return order;
  }
}
