package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.ProposedChange;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StoreCodecTest {

  private static final List<LinkedChange> CHANGES =
      List.of(
          new LinkedChange(
              new Change(
                  Place.of(9, 1),
                  Commands.bytes("k"),
                  Commands.bytes("v"),
                  2,
                  3,
                  4,
                  Place.of(7, 0)),
              Place.of(5, 2)),
          new LinkedChange(
              new Change(Place.of(9, 2), Commands.bytes("e"), ByteString.EMPTY, 9, 1, 0, 0), 0),
          new LinkedChange(Change.delete(Place.of(10, 0), Commands.bytes("k"), Place.of(9, 1)), 0));

  private static final StoredProgress STATE =
      new StoredProgress(
          new StateHeader(
              new StateTerms(50, 10, 1000),
              new Slot(12),
              Digest.of(Commands.bytes("chain")),
              11,
              4,
              5,
              6,
              7,
              20,
              9,
              3,
              2,
              8),
          Place.of(10, 0),
          Place.of(4, 1),
          30,
          2,
          13,
          Slot.ZERO);

  private static final Touched TOUCHED =
      new Touched(3, List.of(Commands.bytes("a"), Commands.bytes("b")));

  private static final List<Lease> LEASES = List.of(new Lease(1, 1000, 0), new Lease(65, 2000, 3));

  private static final TransactionDone DONE =
      new TransactionDone(
          true,
          11,
          true,
          Optional.of(
              List.of(
                  new OperationResult.Put(3),
                  new OperationResult.Deleted(2),
                  new OperationResult.Nested(false, List.of()))));

  @Test
  void nothingExecutedHasNoOtherChainHashThanThatOfNothing() {
    StateHeader empty = StateHeader.empty(new StateTerms(50, 10, 1000));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> empty.with(Digest.of(Commands.bytes("chain"))))
        .withMessageContaining("nothing was executed");
  }

  @Test
  void readsWhatItWrites() {
    assertThat(StoreCodec.decodeChanges(StoreCodec.encodeChanges(CHANGES))).isEqualTo(CHANGES);
    assertThat(StoreCodec.decodeState(StoreCodec.encodeState(STATE))).isEqualTo(STATE);
    assertThat(StoreCodec.decodeTouched(StoreCodec.encodeTouched(TOUCHED))).isEqualTo(TOUCHED);
    assertThat(StoreCodec.decodeLeases(StoreCodec.encodeLeases(LEASES))).isEqualTo(LEASES);
    List<Lease> owned = List.of(new Lease(65, 2000, 3, "somebody"));
    assertThat(StoreCodec.decodeLeases(StoreCodec.encodeLeases(owned))).isEqualTo(owned);
    assertThat(StoreCodec.decodeAnswer(StoreCodec.encodeAnswer(DONE))).isEqualTo(DONE);
  }

  @Test
  void keepsTheSlotThatAStoreWasInstalledAt() {
    StoredProgress installed =
        new StoredProgress(STATE.header(), 0, 0, 0, 0, 0, STATE.header().applied());

    assertThat(StoreCodec.decodeState(StoreCodec.encodeState(installed))).isEqualTo(installed);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new StoredProgress(STATE.header(), 0, 0, 0, 0, 0, STATE.header().applied().next()));
  }

  @Test
  void keepsItsFormsByteForByte() throws IOException {
    Map<String, ByteString> forms = new LinkedHashMap<>();
    forms.put("Changes", StoreCodec.encodeChanges(CHANGES));
    forms.put("State", StoreCodec.encodeState(STATE));
    forms.put("Touched", StoreCodec.encodeTouched(TOUCHED));
    forms.put("Leases", StoreCodec.encodeLeases(LEASES));
    forms.put("Answer", StoreCodec.encodeAnswer(DONE));
    String actual =
        forms.entrySet().stream()
            .map(e -> e.getKey() + " " + HexFormat.of().formatHex(e.getValue().toByteArray()))
            .collect(Collectors.joining("\n", "", "\n"));

    try (InputStream golden = StoreCodecTest.class.getResourceAsStream("/golden/store-v3.txt")) {
      assertThat(golden).isNotNull();
      assertThat(actual).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The form above is what was written before stores knew who takes part. */
  @Test
  void stateWithoutMembersIsReadAndStateWithMembersKeepsItsForm() throws IOException {
    assertThat(StoreCodec.decodeState(StoreCodec.encodeState(STATE)).header().membership())
        .isEmpty();
    MemberId a = new MemberId(new NodeId("a"), 1);
    MemberId b = new MemberId(new NodeId("b"), 0xFEDC_BA98_7654_3210L);
    Membership founded = Membership.founded(64, Configuration.of(List.of(a), 1));
    ChangeOutcome changed =
        founded.decide(new Slot(9), new ProposedChange(new MembershipChange.AddLearner(b), 0));
    Membership learning = founded.after((ChangeOutcome.Changed) changed);
    StoredProgress state =
        new StoredProgress(
            STATE.header().with(learning), Place.of(10, 0), Place.of(4, 1), 30, 2, 13, Slot.ZERO);
    ByteString bytes = StoreCodec.encodeState(state);

    assertThat(StoreCodec.decodeState(bytes)).isEqualTo(state);
    try (InputStream golden =
        StoreCodecTest.class.getResourceAsStream("/golden/store-v3-membership.txt")) {
      assertThat(golden).isNotNull();
      assertThat("State " + HexFormat.of().formatHex(bytes.toByteArray()) + "\n")
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void refusesNewerAndDamagedRowsByName() {
    ByteString newer = ByteString.copyFrom(new byte[] {8, 2});
    assertThatExceptionOfType(UnreadableBytes.class)
        .isThrownBy(() -> StoreCodec.decodeChanges(newer))
        .withMessageContaining("row of changes")
        .satisfies(e -> assertThat(e.newerVersion()).isTrue());
    ByteString damaged = Commands.bytes("garbage");
    assertThatExceptionOfType(UnreadableBytes.class)
        .isThrownBy(() -> StoreCodec.decodeState(damaged));
    assertThatExceptionOfType(UnreadableBytes.class)
        .isThrownBy(() -> StoreCodec.decodeAnswer(ByteString.EMPTY));
  }
}
