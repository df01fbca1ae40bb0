package io.holdfast.sync.core.reservation;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.control.Pool;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What a change is reckoned to take. */
class ReservationChangeTest {

  private static Reservation at(String path, String word) {
    return new Reservation("ports", "h", 5000, "h", path, word, word, word, word, 1, 2, 3);
  }

  @Test
  void countsPathAndWordsInBytesAndTheOwnerOnceMoreForEachOfItsIndexes() {
    Reservation shortOne = at("/a", "");
    Reservation longOne = at("/" + "\u00e9".repeat(500), "\u00e9".repeat(100));

    long more =
        new ReservationChange.Put(longOne).bytes() - new ReservationChange.Put(shortOne).bytes();

    assertThat(more)
        .as("1000 and 200 bytes of the owner three times; project, task and principal once")
        .isBetween(3 * 1_199L + 3 * 200L, 3 * 1_199L + 3 * 200L + 20);
    assertThat(new ReservationChange.End(longOne).bytes())
        .isEqualTo(new ReservationChange.Put(longOne).bytes());
  }

  @Test
  void countsEachExclusionWithItsReason() {
    Exclusion one = new Exclusion(new Pool.Span(1, 2), "r".repeat(100));
    PoolPlace place = new PoolPlace("ports", "h");

    assertThat(new ReservationChange.Exclusions(place, Collections.nCopies(1_000, one)).bytes())
        .isGreaterThan(1_000L * (100 + 64));
  }
}
