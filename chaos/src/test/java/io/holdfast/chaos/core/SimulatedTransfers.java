package io.holdfast.chaos.core;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients that move amounts between accounts of an atomic store: one reads two accounts at one
 * instant, then writes both at another if nobody has changed them since, with a marker of its own
 * that must not be there yet. Some readings and transfers are never answered; a transfer of which
 * nothing was heard may happen at once, late or never.
 *
 * @param clients how many run at a time
 * @param operations how many are in the history, or a few more
 * @param accounts of which each begins with 100
 * @param unknown the share of operations with an unknown outcome
 * @param tagged whether each balance carries the name of its transfer, so that none is written
 *     twice
 */
record SimulatedTransfers(
    int clients, int operations, int accounts, double unknown, boolean tagged) {

  private static final int OPENING = 100;
  private static final int LATE = 20;

  /** What the store does wrong, once, in the second half of the history. */
  enum Bug {
    NONE,
    /** A transfer happens although somebody has changed an account since it was read. */
    LOST_UPDATE,
    /** A transfer happens again, after others have changed what it wrote. */
    APPLIED_TWICE,
    /** A reading sees one account after a transfer and the other before it. */
    FRACTURED_READ
  }

  /** What a client does next: nothing, or the transfer for which it has read two accounts. */
  private static final class Client {
    private int number;
    private @Nullable Operation running;
    private boolean tried;
    private boolean lost;
    private boolean happened;
    private List<Step> readings = List.of();
  }

  private static final class Store {
    private final Bug bug;
    private boolean shown;
    private @Nullable Operation applied;
    private final Registers registers = new Registers();
    private final List<Operation> late = new ArrayList<>();
    private final List<Operation> finished = new ArrayList<>();
    private int position;
    private int transfers;

    private Store(Bug bug) {
      this.bug = bug;
    }
  }

  History history(long seed) {
    return history(seed, Bug.NONE);
  }

  History history(long seed, Bug bug) {
    Random random = new Random(seed);
    Store store = new Store(bug);
    open(store);
    List<Client> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Client client = new Client();
      client.number = i;
      all.add(client);
    }
    while (store.finished.size() < operations
        || all.stream().anyMatch(client -> client.running != null)) {
      Client client = all.get(random.nextInt(clients));
      if (!store.late.isEmpty() && random.nextInt(LATE) == 0) {
        Operation late = store.late.remove(random.nextInt(store.late.size()));
        boolean unused = store.registers.happen(late);
      } else if (client.running == null) {
        if (store.finished.size() < operations) {
          begin(client, random, store);
        }
      } else if (!client.tried) {
        attempt(client, random, store);
        if (!store.shown && store.finished.size() > operations / 2) {
          store.shown = goesWrong(client, all, store);
        }
      } else {
        end(client, store);
      }
    }
    return new History(store.finished);
  }

  private void open(Store store) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < accounts; i++) {
      steps.add(new Step.Is(account(i), RegisterModel.ABSENT));
      steps.add(new Step.Write(account(i), OPENING + (tagged ? "#opening" : "")));
    }
    Operation opening =
        new Operation("opening", "", new Action.Transaction(steps), 0, OptionalInt.of(1));
    boolean unused = store.registers.happen(opening);
    store.finished.add(opening);
    store.position = 2;
  }

  private void begin(Client client, Random random, Store store) {
    List<Step> steps = client.readings.isEmpty() ? reads(random) : transfer(client, random, store);
    client.running =
        new Operation(
            "client " + client.number,
            "",
            new Action.Transaction(steps),
            store.position++,
            OptionalInt.empty());
    client.lost = random.nextDouble() < unknown;
    client.tried = false;
  }

  private List<Step> reads(Random random) {
    int from = random.nextInt(accounts);
    int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
    return List.of(new Step.Read(account(from), ""), new Step.Read(account(to), ""));
  }

  private List<Step> transfer(Client client, Random random, Store store) {
    String name = "transfer/" + store.transfers++;
    Step.Read from = (Step.Read) client.readings.get(0);
    Step.Read to = (Step.Read) client.readings.get(1);
    int amount = 1 + random.nextInt(10);
    return List.of(
        new Step.Cas(from.key(), from.value(), moved(from.value(), -amount, name)),
        new Step.Cas(to.key(), to.value(), moved(to.value(), amount, name)),
        new Step.Is(name, RegisterModel.ABSENT),
        new Step.Write(name, "done"));
  }

  private String moved(String balance, int amount, String name) {
    int held = Integer.parseInt(balance.split("#", 2)[0]);
    return held + amount + (tagged ? "#" + name : "");
  }

  private static void attempt(Client client, Random random, Store store) {
    client.tried = true;
    Operation running = running(client);
    if (client.lost) {
      if (random.nextInt(3) > 0) {
        store.late.add(running);
      }
      return;
    }
    client.running = seen(running, store.registers);
    client.happened = store.registers.happen(running);
  }

  /** Lets the store do wrong what it does with this client's operation, if it can be seen. */
  private static boolean goesWrong(Client client, List<Client> all, Store store) {
    Operation running = running(client);
    List<Step> steps = ((Action.Transaction) running.action()).steps();
    if (client.lost || steps.get(0) instanceof Step.Read) {
      return false;
    }
    switch (store.bug) {
      case LOST_UPDATE -> {
        if (client.happened) {
          return false;
        }
        client.happened = true;
        overwrite(steps, store);
        return true;
      }
      case APPLIED_TWICE -> {
        Operation before = store.applied;
        if (before == null) {
          store.applied = client.happened ? running : null;
          return false;
        }
        List<Step> again = ((Action.Transaction) before.action()).steps();
        boolean changed = true;
        for (Step step : again) {
          changed &=
              !(step instanceof Step.Cas cas)
                  || !store.registers.held(cas.key()).equals(cas.replacement());
        }
        if (changed) {
          overwrite(again, store);
        }
        return changed;
      }
      case FRACTURED_READ -> {
        return client.happened && sawHalf(steps, all);
      }
      default -> {
        return false;
      }
    }
  }

  private static void overwrite(List<Step> steps, Store store) {
    for (Step step : steps) {
      if (step instanceof Step.Cas cas) {
        Action write = new Action.Write(cas.replacement());
        boolean unused =
            store.registers.happen(new Operation("bug", cas.key(), write, 0, OptionalInt.empty()));
      }
    }
  }

  private static boolean sawHalf(List<Step> transfer, List<Client> all) {
    for (Client other : all) {
      Operation reading = other.running;
      if (reading != null
          && !other.tried
          && !other.lost
          && ((Action.Transaction) reading.action()).steps().get(0) instanceof Step.Read) {
        Step.Cas from = (Step.Cas) transfer.get(0);
        Step.Cas to = (Step.Cas) transfer.get(1);
        List<Step> half =
            List.of(
                new Step.Read(from.key(), from.replacement()),
                new Step.Read(to.key(), to.expected()));
        other.running =
            new Operation(
                reading.process(),
                "",
                new Action.Transaction(half),
                reading.invoked(),
                OptionalInt.empty());
        other.tried = true;
        other.happened = true;
        return true;
      }
    }
    return false;
  }

  private static Operation seen(Operation operation, Registers registers) {
    List<Step> steps =
        ((Action.Transaction) operation.action())
            .steps().stream()
                .map(
                    step ->
                        step instanceof Step.Read
                            ? new Step.Read(step.key(), registers.held(step.key()))
                            : step)
                .toList();
    return new Operation(
        operation.process(),
        "",
        new Action.Transaction(steps),
        operation.invoked(),
        OptionalInt.empty());
  }

  private static void end(Client client, Store store) {
    Operation running = running(client);
    List<Step> steps = ((Action.Transaction) running.action()).steps();
    boolean reading = steps.get(0) instanceof Step.Read;
    client.running = null;
    client.readings = reading && !client.lost ? steps : List.of();
    if (client.lost) {
      client.number += 1000; // a process that knows nothing of its operation is not heard again
      store.finished.add(running);
    } else if (client.happened) {
      store.finished.add(
          new Operation(
              running.process(),
              "",
              running.action(),
              running.invoked(),
              OptionalInt.of(store.position++)));
    }
  }

  private static Operation running(Client client) {
    Operation running = client.running;
    if (running == null) {
      throw new IllegalStateException("client " + client.number + " waits for nothing");
    }
    return running;
  }

  static String account(int number) {
    return "account/" + number;
  }
}
