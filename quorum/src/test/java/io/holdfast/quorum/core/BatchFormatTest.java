package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchFormatTest {

  private static final List<BatchEntry> ENTRIES =
      List.of(
          new CommandEntry(ByteString.copyFromUtf8("a")),
          new ConfigurationEntry(ByteString.copyFromUtf8("bc")),
          new CommandEntry(ByteString.EMPTY));

  @Test
  void encodesTheNoOpAsNothing() {
    assertThat(BatchFormat.encode(List.of())).isSameAs(Batch.NO_OP);
    assertThat(BatchFormat.decode(Batch.NO_OP)).isEmpty();
  }

  @Test
  void decodesWhatItEncodes() {
    assertThat(BatchFormat.decode(BatchFormat.encode(ENTRIES))).isEqualTo(ENTRIES);
  }

  @Test
  void keepsItsFormByteForByte() {
    assertThat(HexFormat.of().formatHex(BatchFormat.encode(ENTRIES).bytes().toByteArray()))
        .isEqualTo("08011203" + "0a0161" + "1204" + "12026263" + "1202" + "0a00");
  }

  @Test
  void refusesDamagedBytesByName() {
    assertThatExceptionOfType(UnreadableBatch.class)
        .isThrownBy(() -> BatchFormat.decode(Batch.of(ByteString.copyFromUtf8("garbage"))))
        .satisfies(e -> assertThat(e.newerVersion()).isFalse());
  }

  @Test
  void tellsANewerVersionFromDamage() {
    assertThatExceptionOfType(UnreadableBatch.class)
        .isThrownBy(() -> BatchFormat.decode(Batch.of(ByteString.fromHex("0802"))))
        .satisfies(e -> assertThat(e.newerVersion()).isTrue());
  }
}
