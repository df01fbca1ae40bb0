package io.holdfast.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WriteIdsTest {

  private final AtomicLong clock = new AtomicLong(1_700_000_000_000L);
  private final WriteIds ids = new WriteIds(clock::get, new SplittableRandom(1));

  @Test
  void makesUuidsOfVersionSevenDatedByTheClock() {
    UUID id = UUID.fromString(ids.next());
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(clock.get());
  }

  @Test
  void growsWithinAMillisecondAndWhenTheClockStepsBack() {
    TreeSet<String> sorted = new TreeSet<>();
    String last = "";
    for (int i = 0; i < 20_000; i++) {
      if (i == 10_000) {
        clock.addAndGet(-5_000);
      }
      String next = ids.next();
      assertThat(next).isGreaterThan(last);
      sorted.add(next);
      last = next;
    }
    assertThat(sorted).hasSize(20_000);
  }

  /** Found by a node whose clock had been an hour ahead: it refused its own ids for an hour. */
  @Test
  void followsAClockThatIsSetFarBack() {
    clock.addAndGet(3_600_000);
    String ahead = ids.next();
    clock.addAndGet(-3_600_000);
    UUID id = UUID.fromString(ids.next());
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(clock.get());
    assertThat(id).isNotEqualTo(UUID.fromString(ahead));
  }

  @Test
  void derivesTheSameIdFromTheSameSeedOnly() {
    byte[] seed = new byte[32];
    String id = WriteIds.derived(clock.get(), seed);
    assertThat(UUID.fromString(id).version()).isEqualTo(7);
    assertThat(WriteIds.derived(clock.get(), seed)).isEqualTo(id);
    seed[9] = 1;
    assertThat(WriteIds.derived(clock.get(), seed)).isNotEqualTo(id);
  }
}
