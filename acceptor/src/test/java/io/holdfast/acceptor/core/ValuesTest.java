package io.holdfast.acceptor.core;

import static io.holdfast.acceptor.core.Samples.A;
import static io.holdfast.acceptor.core.Samples.B;
import static io.holdfast.acceptor.core.Samples.ballot;
import static io.holdfast.acceptor.core.Samples.batch;
import static io.holdfast.acceptor.core.Samples.slot;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.MemberId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What logs and transcripts print, and how the values of the protocol compare. */
class ValuesTest {

  @Test
  void batchesOfEqualBytesAreEqual() {
    assertThat(batch("x")).isEqualTo(batch("x")).hasSameHashCodeAs(batch("x"));
    assertThat(batch("x")).isNotEqualTo(batch("y"));
    assertThat(batch("x").hashCode()).isNotEqualTo(batch("y").hashCode());
    assertThat(batch("xyz").size()).isEqualTo(3);
  }

  @Test
  void emptyBatchIsTheNoOp() {
    assertThat(Batch.of(ByteString.EMPTY)).isSameAs(Batch.NO_OP).hasToString("no-op");
    assertThat(Batch.NO_OP.isNoOp()).isTrue();
    assertThat(batch("x").isNoOp()).isFalse();
  }

  @Test
  void batchIsPrintedAsItsSizeAndTheStartOfItsDigest() {
    // SHA-256 of "abc", FIPS 180-2, appendix B.1.
    assertThat(batch("abc")).hasToString("3B:ba7816bf8f01");
    assertThat(batch("abc").digest().toString())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void ballotsAreOrderedByRoundAndThenByProposer() {
    Ballot higherIncarnation = new Ballot(1, new MemberId(A.node(), 8));
    List<Ballot> ascending =
        List.of(Ballot.BOTTOM, ballot(1, A), higherIncarnation, ballot(1, B), ballot(2, A));
    for (int low = 0; low < ascending.size(); low++) {
      for (int high = low + 1; high < ascending.size(); high++) {
        assertThat(ascending.get(low).isBelow(ascending.get(high))).isTrue();
        assertThat(ascending.get(high).isAbove(ascending.get(low))).isTrue();
        assertThat(Ballot.max(ascending.get(low), ascending.get(high)))
            .isEqualTo(Ballot.max(ascending.get(high), ascending.get(low)))
            .isEqualTo(ascending.get(high));
      }
      assertThat(ascending.get(low).isBelow(ascending.get(low))).isFalse();
      assertThat(ascending.get(low).isAbove(ascending.get(low))).isFalse();
    }
  }

  @Test
  void ballotIsPrintedAsRoundAndProposerAndNoneAsADash() {
    assertThat(ballot(3, A)).hasToString("3.a#7");
    assertThat(Ballot.BOTTOM).hasToString("-");
  }

  @Test
  void slotsCountUpward() {
    assertThat(slot(3).plus(4)).isEqualTo(slot(7)).hasToString("7");
    assertThat(slot(3).next()).isEqualTo(slot(4));
    assertThat(slot(3).previous()).isEqualTo(slot(2));
    assertThat(Slot.max(slot(3), slot(4))).isEqualTo(slot(4));
    assertThat(Slot.min(slot(3), slot(4))).isEqualTo(slot(3));
  }
}
