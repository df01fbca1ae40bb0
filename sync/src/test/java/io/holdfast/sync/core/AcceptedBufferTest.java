package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import org.junit.jupiter.api.Test;

class AcceptedBufferTest {

  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  // A batch of 72 bytes and what a pair costs beside it.
  private static final int PAIR = 200;

  private final AcceptedBuffer buffer = new AcceptedBuffer(2 * PAIR);

  @Test
  void keepsThePairOfTheHigherBallotWhicheverComesFirst() {
    buffer.add(pair(1, 2));
    buffer.add(pair(1, 1));
    assertThat(buffer.get(new Slot(1))).contains(pair(1, 2));
    buffer.add(pair(1, 3));
    assertThat(buffer.get(new Slot(1))).contains(pair(1, 3));
  }

  @Test
  void holdsAsManyBytesAsItMayAndThenForgetsTheHighestSlots() {
    buffer.add(pair(1, 1));
    buffer.add(pair(2, 1));
    assertThat(buffer.get(new Slot(2))).isPresent();
    buffer.add(pair(3, 1));
    assertThat(buffer.get(new Slot(3))).isEmpty();
    assertThat(buffer.mayHaveForgotten(new Slot(2))).isFalse();
    assertThat(buffer.mayHaveForgotten(new Slot(3))).isTrue();
    assertThat(buffer.mayHaveForgotten(new Slot(4))).isFalse();
  }

  @Test
  void holdsOnePairHoweverLarge() {
    AcceptedBuffer tiny = new AcceptedBuffer(1);
    tiny.add(pair(2, 1));
    tiny.add(pair(1, 1));
    assertThat(tiny.get(new Slot(1))).isPresent();
    assertThat(tiny.get(new Slot(2))).isEmpty();
  }

  @Test
  void replacedForgottenAndLearnedPairsTakeNoRoom() {
    for (int round = 1; round <= 9; round++) {
      buffer.add(pair(1, round));
      buffer.add(pair(2, round));
      buffer.add(pair(3, round));
    }
    assertThat(buffer.get(new Slot(2))).contains(pair(2, 9));
    buffer.learned(new Slot(1));
    buffer.add(pair(3, 9));
    assertThat(buffer.get(new Slot(1))).isEmpty();
    assertThat(buffer.get(new Slot(2))).isPresent();
    assertThat(buffer.get(new Slot(3))).isPresent();
    buffer.learned(new Slot(3));
    buffer.add(pair(4, 1));
    buffer.add(pair(5, 1));
    assertThat(buffer.get(new Slot(5))).isPresent();
  }

  private static AcceptedPair pair(long slot, long round) {
    Batch batch = Batch.of(ByteString.copyFrom(new byte[PAIR - 128]));
    return new AcceptedPair(new Slot(slot), new Ballot(round, A), batch);
  }
}
