package io.holdfast.chaos.core;

import io.holdfast.chaos.core.TransactionPropertiesTest.Style;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Histories of up to eleven operations on up to three registers, single ones and transactions, that
 * are right or almost right: clients get the answers that a store gave at one instant of each
 * operation, or none, and then the operation may still happen long after; then some are changed.
 */
final class SmallTransactions {

  private static final int MAX_OPERATIONS = 11;
  private static final List<String> KEYS = List.of("a", "b", "c");

  private final Random random;
  private final Style style;
  private final int keys;
  private final int values;
  private final Registers registers = new Registers();
  private final List<Operation> finished = new ArrayList<>();
  private final List<Operation> pending = new ArrayList<>();
  private int written;
  private int position;

  private SmallTransactions(long seed, Style style) {
    random = new Random(seed);
    this.style = style;
    keys = 1 + random.nextInt(3);
    values = 1 + random.nextInt(3);
  }

  static History of(long seed, Style style) {
    SmallTransactions drawn = new SmallTransactions(seed, style);
    drawn.run(2 + drawn.random.nextInt(5), 3 + drawn.random.nextInt(MAX_OPERATIONS - 2));
    drawn.change(drawn.random.nextInt(4));
    return new History(drawn.finished);
  }

  private static final class Running {
    private final boolean lost;
    private Operation operation;
    private boolean tried;
    private boolean happened;

    private Running(boolean lost, Operation operation) {
      this.lost = lost;
      this.operation = operation;
    }
  }

  private void run(int clients, int operations) {
    @Nullable Running[] running = new Running[clients];
    double lost = random.nextInt(4) * 0.15;
    int started = 0;
    int ended = 0;
    while (ended < operations) {
      int client = random.nextInt(clients);
      Running current = running[client];
      if (!pending.isEmpty() && random.nextInt(8) == 0) {
        boolean unused = registers.happen(pending.remove(random.nextInt(pending.size())));
      } else if (current == null && started < operations) {
        started++;
        running[client] = new Running(random.nextDouble() < lost, unknown(action(), position++));
      } else if (current != null && !current.tried) {
        attempt(current);
      } else if (current != null) {
        ended++;
        running[client] = null;
        end(current);
      }
    }
  }

  private void attempt(Running current) {
    current.tried = true;
    if (current.lost) {
      if (random.nextInt(3) > 0) {
        pending.add(current.operation);
      }
      return;
    }
    // Guards are as invoked; what is read is what the store holds then.
    current.operation = seen(current.operation);
    current.happened = registers.happen(current.operation);
  }

  private void end(Running ended) {
    if (ended.lost) {
      finished.add(ended.operation);
    } else if (ended.happened) {
      finished.add(returned(ended.operation, position++));
    }
  }

  private void change(int times) {
    for (int i = 0; i < times && !finished.isEmpty(); i++) {
      int changed = random.nextInt(finished.size());
      Operation old = finished.get(changed);
      switch (random.nextInt(3)) {
        case 0 ->
            finished.set(
                changed,
                old.known()
                    ? unknown(old.action(), old.invoked())
                    : returned(old, Math.max(position++, old.invoked() + 1)));
        case 1 -> finished.remove(changed);
        default -> finished.set(changed, twisted(old));
      }
    }
  }

  private Operation twisted(Operation old) {
    return new Operation(
        old.process(), old.key(), twist(old.action()), old.invoked(), old.returned());
  }

  private Action twist(Action action) {
    if (!(action instanceof Action.Transaction transaction)) {
      return action instanceof Action.Read ? new Action.Read(value()) : action;
    }
    List<Step> steps = new ArrayList<>(transaction.steps());
    int changed = random.nextInt(steps.size());
    steps.set(changed, step(steps.get(changed).key()));
    return new Action.Transaction(steps);
  }

  private Operation unknown(Action action, int invoked) {
    String key = action instanceof Action.Transaction ? "" : KEYS.get(invoked % keys);
    return new Operation("p" + invoked, key, action, invoked, OptionalInt.empty());
  }

  private static Operation returned(Operation operation, int at) {
    return new Operation(
        operation.process(),
        operation.key(),
        operation.action(),
        operation.invoked(),
        OptionalInt.of(at));
  }

  /** The operation with the values that its reads find now, each after the steps before it. */
  private Operation seen(Operation operation) {
    if (operation.action() instanceof Action.Read) {
      return unknown(new Action.Read(registers.held(operation.key())), operation.invoked());
    }
    if (!(operation.action() instanceof Action.Transaction transaction)) {
      return operation;
    }
    Map<String, String> changed = new HashMap<>();
    List<Step> steps = new ArrayList<>();
    for (Step step : transaction.steps()) {
      String now = changed.getOrDefault(step.key(), registers.held(step.key()));
      if (step instanceof Step.Write write) {
        changed.put(write.key(), write.value());
      } else if (step instanceof Step.Cas cas) {
        changed.put(cas.key(), cas.replacement());
      }
      steps.add(step instanceof Step.Read ? new Step.Read(step.key(), now) : step);
    }
    return unknown(new Action.Transaction(steps), operation.invoked());
  }

  private Action action() {
    int kind = random.nextInt(8);
    if (kind == 0) {
      return new Action.Read(value());
    }
    if (kind == 1) {
      return new Action.Write(fresh());
    }
    List<Step> steps = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      steps.add(step(KEYS.get(random.nextInt(keys))));
    }
    return new Action.Transaction(steps);
  }

  private Step step(String key) {
    String held = random.nextInt(5) > 0 ? registers.held(key) : value();
    return switch (random.nextInt(style == Style.FEW_VALUES ? 8 : 7)) {
      case 0, 1 -> new Step.Read(key, held);
      case 2 -> style == Style.FEW_VALUES ? new Step.Write(key, fresh()) : new Step.Read(key, held);
      case 3 -> new Step.Is(key, held);
      case 4, 5, 6 -> new Step.Cas(key, held, fresh());
      default -> new Step.Present(key);
    };
  }

  /** A value to write. */
  private String fresh() {
    return style == Style.UNIQUE_VALUES ? "w" + written++ : value();
  }

  private String value() {
    if (style == Style.UNIQUE_VALUES && written > 0) {
      return "w" + random.nextInt(written);
    }
    int drawn = random.nextInt(values + 1);
    return drawn == 0 ? RegisterModel.ABSENT : Integer.toString(drawn);
  }
}
