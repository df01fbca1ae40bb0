package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.wire.OutcomeProto;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a command may be, and what of the store and the log is not read. */
class CommandTest {

  private static final ByteString KEY = Commands.bytes("k");
  private static final ByteString NONE = ByteString.EMPTY;

  @Test
  void everyCommandHasAKey() {
    List<ThrowingCallable> keyless =
        List.of(
            () -> new Command.Put(NONE, KEY),
            () -> new Command.PutIf(NONE, KEY, 1),
            () -> new Command.Delete(NONE),
            () -> new Command.DeleteIf(NONE, 1));
    for (ThrowingCallable command : keyless) {
      assertThatIllegalArgumentException()
          .isThrownBy(command)
          .withMessage("key: must have at least 1 byte");
    }
  }

  @Test
  void guardExpectsARevisionOrAbsence() {
    assertThat(new Command.PutIf(KEY, NONE, 0).expectedModRevision()).isZero();
    assertThat(new Command.DeleteIf(KEY, 0).expectedModRevision()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> new Command.PutIf(KEY, NONE, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Command.DeleteIf(KEY, -1));
  }

  @Test
  void valueBeyondItsLimitIsNamed() {
    ByteString large = ByteString.copyFrom(new byte[CommandLimits.MAX_VALUE_BYTES + 1]);
    for (Command command : List.of(new Command.Put(KEY, large), new Command.PutIf(KEY, large, 3))) {
      assertThat(CommandLimits.excessOf(command))
          .contains("value: 1048577 bytes, allowed are 1048576");
    }
  }

  @Test
  void fetchAsksForOneByteOfTheFirstSlotAtLeast() {
    assertThat(new SyncMessage.Fetch(new Slot(1), 1).maxBytes()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new SyncMessage.Fetch(Slot.ZERO, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new SyncMessage.Fetch(new Slot(1), 0));
  }

  @Test
  void whatALaterVersionWroteIsToldApartFromDamage() throws InvalidProtocolBufferException {
    CommandOutcome outcome = new CommandOutcome(new CommandResult.Unchanged(9), false, new Slot(3));
    ByteString later =
        OutcomeProto.parseFrom(CommandCodec.encode(outcome)).toBuilder()
            .setVersion(-1) // The highest: versions are unsigned.
            .build()
            .toByteString();
    assertLater(() -> CommandCodec.decodeOutcome(later));
  }

  @Test
  void idsAreOrderedByTimeAndThenByTheirOtherBitsAsUnsigned() {
    WriteId early = WriteId.of(1, new java.util.UUID(0, 0));
    WriteId high = WriteId.of(1, new java.util.UUID(0, -1));
    WriteId late = WriteId.of(2, new java.util.UUID(0, 0));
    assertThat(List.of(late, high, early).stream().sorted()).containsExactly(early, high, late);
    assertThat(early).isEqualByComparingTo(WriteId.of(1, new java.util.UUID(0, 0)));
  }

  private static void assertLater(ThrowingCallable read) {
    assertThatExceptionOfType(UnreadableBytes.class)
        .isThrownBy(read)
        .satisfies(e -> assertThat(e.newerVersion()).isTrue());
  }
}
