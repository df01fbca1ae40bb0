package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import io.holdfast.quorum.core.WriteQueue.Waiting;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteQueueTest {

  /** Batches of at most 100 bytes and 3 commands. */
  private static final CoordinatorLimits LIMITS = Scene.LIMITS;

  private final WriteQueue queue = new WriteQueue();

  @Test
  void batchHoldsUpToItsBytesInTheOrderOfArrival() {
    command(1, 60);
    command(2, 40);
    command(3, 1);
    assertThat(batch()).containsExactly(1L, 2L);
    assertThat(batch()).containsExactly(3L);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void batchHoldsUpToItsNumberOfCommands() {
    for (int token = 1; token <= 4; token++) {
      command(token, 1);
    }
    assertThat(batch()).containsExactly(1L, 2L, 3L);
    assertThat(batch()).containsExactly(4L);
  }

  @Test
  void oversizedCommandMakesABatchOfItsOwn() {
    command(1, 500);
    command(2, 1);
    assertThat(batch()).containsExactly(1L);
    command(3, 500);
    assertThat(batch()).containsExactly(2L);
    assertThat(batch()).containsExactly(3L);
  }

  @Test
  void changeOfConfigurationMakesABatchOfItsOwn() {
    command(1, 1);
    queue.add(new Waiting(2, new ConfigurationEntry(bytes(1)), 0));
    command(3, 1);
    assertThat(batch()).containsExactly(1L);
    assertThat(batch()).containsExactly(2L);
    assertThat(batch()).containsExactly(3L);
  }

  @Test
  void whatIsDueIsTakenWhereverItStands() {
    queue.add(new Waiting(1, new CommandEntry(bytes(7)), 30));
    queue.add(new Waiting(2, new CommandEntry(bytes(60)), 10));
    assertThat(queue.hasOneDueBefore(11)).isTrue();
    assertThat(queue.takeOverdue(new Now(11, 0))).extracting(Waiting::token).containsExactly(2L);
    assertThat(queue.hasOneDueBefore(11)).isFalse();
    assertThat(queue.bytes()).isEqualTo(7);
  }

  @Test
  void countsTheBytesOfWhatWaitsAndNoOthers() {
    queue.add(new Waiting(1, new CommandEntry(bytes(7)), 10));
    queue.add(new Waiting(2, new CommandEntry(bytes(60)), 20));
    queue.add(new Waiting(3, new CommandEntry(bytes(90)), 30));
    assertThat(queue.bytes()).isEqualTo(157);
    queue.takeOverdue(new Now(11, 0));
    assertThat(queue.bytes()).isEqualTo(150);
    batch();
    assertThat(queue.bytes()).isEqualTo(90);
    assertThat(queue.drain()).extracting(Waiting::token).containsExactly(3L);
    assertThat(queue.bytes()).isZero();
    assertThat(queue.size()).isZero();
  }

  @Test
  void overdueIsWhatHasWaitedBeyondItsTime() {
    queue.add(new Waiting(1, new CommandEntry(bytes(1)), 10));
    queue.add(new Waiting(2, new CommandEntry(bytes(1)), 20));
    assertThat(queue.takeOverdue(new Now(10, 0))).isEmpty();
    assertThat(queue.takeOverdue(new Now(20, 0))).extracting(Waiting::token).containsExactly(1L);
    assertThat(queue.size()).isEqualTo(1);
  }

  private void command(long token, int size) {
    queue.add(new Waiting(token, new CommandEntry(bytes(size)), 0));
  }

  private List<Long> batch() {
    return queue.takeBatch(LIMITS).stream().map(Waiting::token).toList();
  }

  private static ByteString bytes(int size) {
    return ByteString.copyFrom(new byte[size]);
  }
}
