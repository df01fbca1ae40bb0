package io.holdfast.chaos.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients of registers that are right: each operation takes effect at one instant between its start
 * and its end, so the history is linearizable by construction. With a probability it is never heard
 * of again, and has then taken effect or not.
 *
 * @param clients how many run at a time
 * @param operations how many are started in all
 * @param keys registers
 * @param values written at random; 0: each write writes a value of its own
 * @param unknown the share of operations with an unknown outcome
 */
record SimulatedClients(int clients, int operations, int keys, int values, double unknown) {

  private static final class Running {
    private final String process;
    private final String key;
    private final int invoked;
    private Action action;
    private boolean effective;
    private boolean happened;

    private Running(String process, String key, int invoked, Action action) {
      this.process = process;
      this.key = key;
      this.invoked = invoked;
      this.action = action;
    }
  }

  History history(long seed) {
    Random random = new Random(seed);
    String[] registers = new String[keys];
    Arrays.fill(registers, RegisterModel.ABSENT);
    @Nullable Running[] running = new Running[clients];
    int[] incarnation = new int[clients];
    List<Operation> finished = new ArrayList<>();
    int started = 0;
    int ended = 0;
    int position = 0;
    while (ended < operations) {
      int client = random.nextInt(clients);
      Running current = running[client];
      if (current == null) {
        if (started < operations) {
          int key = random.nextInt(keys);
          String process = client + "." + incarnation[client];
          Action action = action(random, started++, registers[key]);
          running[client] = new Running(process, "k" + key, position++, action);
        }
      } else if (!current.effective) {
        current.effective = true;
        boolean lost = random.nextDouble() < unknown;
        if (!lost || random.nextBoolean()) {
          happen(current, registers);
        }
        if (lost) {
          finished.add(operation(current, OptionalInt.empty()));
          running[client] = null;
          incarnation[client]++;
          ended++;
        }
      } else {
        // A cas that did not match has failed, and failed operations are no part of a history.
        if (current.happened) {
          finished.add(operation(current, OptionalInt.of(position++)));
        }
        running[client] = null;
        ended++;
      }
    }
    return new History(finished);
  }

  private Action action(Random random, int number, String held) {
    int kind = random.nextInt(3);
    String value = values == 0 ? "v" + number : "v" + random.nextInt(values);
    if (kind == 0) {
      return new Action.Read("");
    }
    return kind == 1 ? new Action.Write(value) : new Action.Cas(held, value);
  }

  private static void happen(Running current, String[] registers) {
    int key = Integer.parseInt(current.key.substring(1));
    if (current.action instanceof Action.Read) {
      current.action = new Action.Read(registers[key]);
    }
    Optional<String> after = RegisterModel.step(registers[key], current.action);
    current.happened = after.isPresent();
    registers[key] = after.orElse(registers[key]);
  }

  private static Operation operation(Running current, OptionalInt returned) {
    return new Operation(current.process, current.key, current.action, current.invoked, returned);
  }
}
