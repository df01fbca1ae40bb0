package io.holdfast.chaos.run;

import io.holdfast.chaos.history.RegisterCall.Cas;
import io.holdfast.chaos.live.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Adds elements to sets, a key each, and reads whole sets as ranges. At the end all that were told
 * to be added must be there.
 */
final class Sets implements Workload {

  private static final int ELEMENTS = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String prefix;
  private final AtomicInteger elements = new AtomicInteger();
  private final Map<String, String> added = new HashMap<>();

  /**
   * @param prefix of all keys
   */
  Sets(String prefix) {
    this.prefix = prefix + "set/";
  }

  @Override
  public Runnable client(Seat seat) {
    return () -> turn(seat);
  }

  private void turn(Seat seat) {
    if (seat.random().nextBoolean()) {
      String key = key(elements.getAndIncrement());
      String value = "added by " + seat.process();
      seat.write(
          new Cas(key, Optional.empty(), Optional.of(value)),
          fate -> {
            if (fate == WriteFate.DONE) {
              added(key, value);
            }
          });
    } else {
      int set = elements.get() / ELEMENTS - seat.random().nextInt(2);
      var unused = read(seat, Math.max(0, set));
    }
  }

  private synchronized void added(String key, String value) {
    added.put(key, value);
  }

  private String key(int element) {
    return prefix + element / ELEMENTS + "/" + element % ELEMENTS;
  }

  private Optional<Map<String, String>> read(Seat seat, int set) {
    List<String> keys =
        IntStream.range(set * ELEMENTS, (set + 1) * ELEMENTS).mapToObj(this::key).toList();
    return seat.readAll(prefix + set + "/", keys);
  }

  @Override
  public void audit(Seat seat) {
    Map<String, String> there = new HashMap<>();
    for (int set = 0; set * ELEMENTS < elements.get(); set++) {
      int number = set;
      there.putAll(
          Waiting.forAnswer("a last read of set " + set, PATIENCE, () -> read(seat, number)));
    }
    Map<String, String> all;
    synchronized (this) {
      all = Map.copyOf(added);
    }
    all.forEach(
        (key, value) -> {
          if (!value.equals(there.get(key))) {
            seat.log().lost(1, key + " was added and holds " + there.get(key));
          }
        });
  }
}
