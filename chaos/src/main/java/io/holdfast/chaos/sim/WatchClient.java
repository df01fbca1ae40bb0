package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Place;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Follows the history of some keys, one part after the other, at whatever node answers: where one
 * is lost, it goes on at another from where it was.
 */
final class WatchClient extends SimClient {

  private static final long GIVES_UP = 6 * VirtualTime.SECOND;
  private static final int MOST_PATIENCE_MILLIS = 4_000;

  /** Now and then it begins anew, at some place of the past. */
  private static final int ONE_BEGINS_ANEW = 40;

  private final KeyRange keys;
  private long next = Place.first(1);
  private int node;
  private int asked;

  WatchClient(SimMesh mesh, Doors doors, int number, SplittableRandom random) {
    super(mesh, doors, "w" + number, random);
    this.keys =
        switch (random.nextInt(3)) {
          case 0 -> new KeyRange(bytes("a"), ByteString.EMPTY);
          case 1 -> KeyRange.prefix(bytes("range-"));
          default -> KeyRange.key(bytes("k0"));
        };
    this.node = anyNode();
  }

  @Override
  void next() {
    if (random.nextInt(ONE_BEGINS_ANEW) == 0) {
      next = Place.first(1 + random.nextLong(Place.revision(next)));
    }
    int number = ++asked;
    long from = next;
    mesh.coverage.count("watches");
    doors.watch(
        node,
        from,
        keys,
        Duration.ofMillis(random.nextInt(MOST_PATIENCE_MILLIS)),
        caller().credentials(),
        new Doors.Watcher() {
          @Override
          public void told(List<Change> changes, long after) {
            if (isOpen(number)) {
              mesh.observers()
                  .forEach(observer -> observer.watched(name, keys, from, changes, after));
              next = after;
              goOnAfter(VirtualTime.MILLI);
            }
          }

          @Override
          public void compacted(long oldest) {
            if (isOpen(number)) {
              mesh.coverage.count("watches_compacted");
              mesh.observers().forEach(observer -> observer.watchedTooLate(name, from, oldest));
              next = Place.first(oldest);
              rest();
            }
          }

          @Override
          public void refused() {
            elsewhere(number);
          }

          @Override
          public void lost() {
            elsewhere(number);
          }
        });
    mesh.time.after(GIVES_UP, () -> elsewhere(number));
  }

  /** Whether this question is the last one, and not answered yet: it is from now on. */
  private boolean isOpen(int number) {
    if (number != asked) {
      return false;
    }
    asked++;
    return true;
  }

  private void elsewhere(int number) {
    if (isOpen(number)) {
      mesh.coverage.count("watches_resumed");
      node = anyNode();
      rest();
    }
  }
}
