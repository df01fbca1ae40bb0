package io.holdfast.chaos.run;

import io.holdfast.chaos.history.RegisterCall.Cas;
import io.holdfast.chaos.live.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts up: each client reads a counter and writes the next number where it is still as it was
 * read. At the end it must hold as many as were told that they had counted.
 */
final class Counters implements Workload {

  private static final int TURNS = 600;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String prefix;
  private final Epochs epochs = new Epochs(TURNS);
  private final Map<String, Integer> counted = new HashMap<>();

  /**
   * @param prefix of all keys
   */
  Counters(String prefix) {
    this.prefix = prefix + "counter/";
  }

  @Override
  public Runnable client(Seat seat) {
    return () -> turn(seat);
  }

  private void turn(Seat seat) {
    String key = prefix + epochs.next();
    seat.read(key)
        .ifPresent(
            value -> {
              String next = (number(value) + 1) + "#" + seat.ids().get();
              seat.write(
                  new Cas(key, value, Optional.of(next)),
                  fate -> {
                    if (fate == WriteFate.DONE) {
                      count(key);
                    }
                  });
            });
  }

  private synchronized void count(String key) {
    counted.merge(key, 1, Integer::sum);
  }

  /** The number in a value; 0 of none. */
  private static int number(Optional<String> value) {
    return value.map(text -> Integer.parseInt(text.substring(0, text.indexOf('#')))).orElse(0);
  }

  @Override
  public void audit(Seat seat) {
    for (int epoch = 0; epoch < epochs.count(); epoch++) {
      String key = prefix + epoch;
      int holds =
          number(Waiting.forAnswer("a last read of " + key, PATIENCE, () -> seat.read(key)));
      int told;
      synchronized (this) {
        told = counted.getOrDefault(key, 0);
      }
      String what = key + " holds " + holds + "; clients were told that they counted " + told;
      if (holds < told) {
        seat.log().lost(told - holds, what);
      } else if (holds > told) {
        seat.log().complain(what);
      }
    }
  }
}
