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

final class LearnedTailTest {

  private static final Ballot BALLOT = new Ballot(1, new MemberId(new NodeId("a"), 1));

  private static LearnedTail tailOf(int pairs, Batch batch, long maxBytes) {
    LearnedTail tail = new LearnedTail(maxBytes);
    for (int slot = 1; slot <= pairs; slot++) {
      tail.add(new AcceptedPair(new Slot(slot), BALLOT, batch));
    }
    return tail;
  }

  @Test
  void forgetsOldNoOpsThoughTheyHaveNoBytes() {
    LearnedTail tail = tailOf(1_000, Batch.NO_OP, 16_000);

    assertThat(tail.holds(new Slot(900))).isFalse();
    assertThat(tail.from(new Slot(1), 1 << 20)).hasSize(100);
  }

  @Test
  void countsWhatAPairCostsBesideASmallBatch() {
    Batch small = Batch.of(ByteString.copyFrom(new byte[40]));
    LearnedTail tail = tailOf(1_000, small, 20_000);

    assertThat(tail.from(new Slot(1), 1 << 20)).hasSize(100);
    assertThat(tail.from(new Slot(950), 2_000)).hasSize(10);
  }
}
