package io.holdfast.chaos.core;

import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Histories of up to twelve operations on one register that are right or almost right. Clients get
 * the answers that a register gave at one instant of each operation, or none and then the operation
 * may still happen long after; values are few, so that they are written again and again. Then some
 * operations are changed: there is an order in two of three histories, and what is wrong with the
 * others is seldom a single read.
 */
final class SmallHistories {

  private static final int MAX_OPERATIONS = 12;

  private final Random random;
  private final int values;
  private final List<Operation> finished = new ArrayList<>();
  private final List<Action> pending = new ArrayList<>();
  private String held = RegisterModel.ABSENT;
  private int position;

  private SmallHistories(long seed) {
    random = new Random(seed);
    values = 1 + random.nextInt(3);
  }

  static History of(long seed) {
    SmallHistories drawn = new SmallHistories(seed);
    drawn.run(2 + drawn.random.nextInt(4), 4 + drawn.random.nextInt(MAX_OPERATIONS - 3));
    drawn.change(drawn.random.nextInt(3));
    return new History(drawn.finished);
  }

  private static final class Running {
    private final int invoked;
    private final boolean lost;
    private Action action;
    private boolean tried;
    private boolean happened;

    private Running(int invoked, boolean lost, Action action) {
      this.invoked = invoked;
      this.lost = lost;
      this.action = action;
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
        happen(pending.remove(random.nextInt(pending.size())));
      } else if (current == null && started < operations) {
        started++;
        running[client] = new Running(position++, random.nextDouble() < lost, action());
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
        pending.add(current.action);
      }
      return;
    }
    if (current.action instanceof Read) {
      current.action = new Read(held);
    }
    current.happened = happen(current.action);
  }

  private void end(Running ended) {
    // A cas that did not match has failed, and failed operations are no part of a history.
    if (ended.lost || ended.happened) {
      OptionalInt returned = ended.lost ? OptionalInt.empty() : OptionalInt.of(position++);
      finished.add(operation(ended.action, ended.invoked, returned));
    }
  }

  private boolean happen(Action action) {
    Optional<String> after = RegisterModel.step(held, action);
    held = after.orElse(held);
    return after.isPresent();
  }

  private void change(int times) {
    for (int i = 0; i < times && !finished.isEmpty(); i++) {
      int changed = random.nextInt(finished.size());
      Operation old = finished.get(changed);
      if (random.nextInt(4) == 0) {
        OptionalInt returned = old.known() ? OptionalInt.empty() : OptionalInt.of(position++);
        finished.set(changed, operation(old.action(), old.invoked(), returned));
      } else if (random.nextInt(4) == 0) {
        finished.remove(changed);
      } else {
        finished.set(changed, operation(action(), old.invoked(), old.returned()));
      }
    }
  }

  private Action action() {
    int kind = random.nextInt(5);
    if (kind < 2) {
      return new Read(value());
    }
    if (kind < 3) {
      return new Write(value());
    }
    return new Cas(random.nextBoolean() ? held : value(), value());
  }

  private String value() {
    int drawn = random.nextInt(values + 1);
    return drawn == 0 ? RegisterModel.ABSENT : Integer.toString(drawn);
  }

  private static Operation operation(Action action, int invoked, OptionalInt returned) {
    return new Operation("p" + invoked, "k", action, invoked, returned);
  }
}
