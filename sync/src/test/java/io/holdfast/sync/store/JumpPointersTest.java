package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JumpPointersTest {

  private final JumpPointers jumps = new JumpPointers();
  private final Map<Long, LinkedChange> stored = new HashMap<>();

  private long add(String key, long revision, long previous) {
    long place = Place.first(revision);
    Change change =
        new Change(place, Commands.bytes(key), Commands.bytes(""), 1, revision, 0, previous);
    stored.put(place, new LinkedChange(change, jumps.jumpOf(change)));
    return place;
  }

  /** How many versions a walk reads until it stands at one that is not after the revision. */
  private int stepsTo(long head, long revision) {
    int steps = 1;
    long at = head;
    while (Place.revision(at) > revision) {
      at = Objects.requireNonNull(stored.get(at)).towards(revision);
      steps++;
    }
    assertThat(Place.revision(at)).isEqualTo(revision);
    return steps;
  }

  @Test
  void wayBackFromAHundredThousandVersionsIsShortToEachOfThem() {
    long head = 0;
    for (long revision = 1; revision <= 100_000; revision++) {
      head = add("hot", revision, head);
    }

    int longest = 0;
    for (long revision = 1; revision <= 100_000; revision += 37) {
      longest = Math.max(longest, stepsTo(head, revision));
    }
    assertThat(longest).isBetween(2, 60);
  }

  /** More keys than are remembered: each walk is a plain one, and still ends where it should. */
  @Test
  void walkOfAKeyThatDroppedOutGoesOnByItsPreviousVersions() {
    Map<String, Long> heads = new HashMap<>();
    long revision = 0;
    for (int round = 0; round < 3; round++) {
      for (int key = 0; key < 20_000; key++) {
        revision++;
        heads.put("k" + key, add("k" + key, revision, heads.getOrDefault("k" + key, 0L)));
      }
    }

    assertThat(stepsTo(Objects.requireNonNull(heads.get("k5")), 6)).isEqualTo(3);
  }
}
