package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingReadsTest {

  private static final Duration WAIT = ReplicaSettings.DEFAULTS.maxReadWait();

  private final WaitingReads reads = new WaitingReads(ReplicaSettings.DEFAULTS);
  private Now now = new Now(0, 0);

  @Test
  void answersTheLowestSlotFirstAndWithinOneTheOldestRead() {
    for (long token = 1; token <= 6; token++) {
      add(token, token % 2 == 0 ? 5 : 9);
    }
    assertThat(ready(4)).isEmpty();
    assertThat(ready(9)).containsExactly(2L, 4L, 6L, 1L, 3L, 5L);
  }

  @Test
  void answeredReadIsNotRefusedAsWell() {
    add(1, 5);
    add(2, 6);
    assertThat(ready(5)).containsExactly(1L);
    now = new Now(WAIT.toNanos() + 1, 0);
    assertThat(reads.takeExpired(now)).extracting(read -> read.token).containsExactly(2L);
    assertThat(ready(6)).isEmpty();
  }

  @Test
  void waitsUpToItsDeadline() {
    add(1, 5);
    now = new Now(WAIT.toNanos(), 0);
    assertThat(reads.takeExpired(now)).isEmpty();
    assertThat(ready(5)).containsExactly(1L);
  }

  @Test
  void answeredReadsMakeRoomForOthers() {
    int most = ReplicaSettings.DEFAULTS.maxWaitingReads();
    for (int token = 0; token < most; token++) {
      assertThat(add(token, 5)).isTrue();
    }
    assertThat(add(most, 5)).isFalse();
    assertThat(ready(5)).hasSize(most);
    assertThat(add(most, 6)).isTrue();
  }

  private boolean add(long token, long readIndex) {
    ReplicaInput input = new ReplicaInput.LookupWrite(token, new Slot(readIndex), Commands.id(1));
    return reads.add(input, token, new Slot(readIndex), now);
  }

  private List<Long> ready(long applied) {
    List<Long> tokens = new ArrayList<>();
    for (Optional<WaitingReads.Read> read = reads.takeReady(new Slot(applied));
        read.isPresent();
        read = reads.takeReady(new Slot(applied))) {
      tokens.add(read.orElseThrow().token);
    }
    return tokens;
  }
}
