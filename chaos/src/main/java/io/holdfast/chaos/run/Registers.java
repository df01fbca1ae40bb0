package io.holdfast.chaos.run;

import io.holdfast.chaos.history.RegisterCall.Cas;
import io.holdfast.chaos.history.RegisterCall.Write;
import io.holdfast.chaos.live.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Reads, writes, deletes and compare-and-set of single keys. */
final class Registers implements Workload {

  private static final int KEYS = 4;
  private static final int TURNS = 600;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String prefix;
  private final Epochs epochs = new Epochs(TURNS);
  private final AtomicLong values = new AtomicLong();

  /**
   * @param prefix of all keys
   */
  Registers(String prefix) {
    this.prefix = prefix + "register/";
  }

  @Override
  public Runnable client(Seat seat) {
    Map<String, Optional<String>> seen = new HashMap<>();
    return () -> turn(seat, seen);
  }

  private void turn(Seat seat, Map<String, Optional<String>> seen) {
    String key = key(epochs.next(), seat.random().nextInt(KEYS));
    int choice = seat.random().nextInt(100);
    if (choice < 40) {
      seat.read(key).ifPresent(value -> remember(seen, key, value));
      return;
    }
    Optional<String> value =
        choice < 45 ? Optional.empty() : Optional.of("v" + values.incrementAndGet());
    if (choice < 75) {
      seat.write(new Write(key, value), unused -> {});
    } else {
      Optional<String> expected = seen.getOrDefault(key, Optional.empty());
      seat.write(new Cas(key, expected, value), unused -> {});
    }
    remember(seen, key, value); // perhaps: a wrong guess is refused
  }

  private static void remember(
      Map<String, Optional<String>> seen, String key, Optional<String> value) {
    if (seen.size() > KEYS * 2) {
      seen.clear();
    }
    seen.put(key, value);
  }

  private String key(int epoch, int number) {
    return prefix + epoch + "/" + number;
  }

  @Override
  public void audit(Seat seat) {
    for (int epoch = 0; epoch < epochs.count(); epoch++) {
      for (int number = 0; number < KEYS; number++) {
        String key = key(epoch, number);
        Optional<String> unused =
            Waiting.forAnswer("a last read of " + key, PATIENCE, () -> seat.read(key));
      }
    }
  }
}
