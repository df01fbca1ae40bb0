package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CommandCodecTest {

  private static final List<WriteCommand> WRITES =
      List.of(
          Commands.put(1, "k", "v"),
          Commands.putIf(2, "k", "", 7),
          Commands.delete(3, "k"),
          Commands.deleteIf(4, "k", 0));

  private static final List<CommandOutcome> OUTCOMES =
      List.of(
          new CommandOutcome(new CommandResult.Applied(9, 8), false, new Slot(3)),
          new CommandOutcome(new CommandResult.Unchanged(9), true, new Slot(2)),
          new CommandOutcome(new CommandResult.CompareFailed(0), false, new Slot(3)),
          new CommandOutcome(new CommandResult.WriteIdConflict(), false, new Slot(3)),
          new CommandOutcome(new CommandResult.WriteIdExpired(), false, new Slot(3)),
          new CommandOutcome(new CommandResult.Invalid(), false, new Slot(3)));

  private static final List<SyncMessage> MESSAGES =
      List.of(
          new SyncMessage.Fetch(new Slot(5), 1024),
          new SyncMessage.Fetched(
              new Slot(5),
              List.of(
                  new AcceptedPair(
                      new Slot(5),
                      new Ballot(2, new MemberId(new NodeId("a"), 255)),
                      Commands.batch(Commands.put(1, "k", "v")))),
              new Slot(6),
              false),
          new SyncMessage.Fetched(new Slot(1), List.of(), new Slot(6), true));

  private static final List<WriteIdRecord> ROWS =
      List.of(
          new WriteIdRecord(
              Commands.id(1),
              WRITES.get(0).requestDigest(),
              new Slot(3),
              new CommandResult.Applied(9, 8)),
          new WriteIdRecord(
              Commands.id(2),
              WRITES.get(1).requestDigest(),
              new Slot(4),
              new CommandResult.CompareFailed(9)));

  @Test
  void readsWhatItWrites() {
    assertThat(WRITES)
        .allSatisfy(w -> assertThat(CommandCodec.decode(CommandCodec.encode(w))).isEqualTo(w));
    assertThat(OUTCOMES)
        .allSatisfy(
            o -> assertThat(CommandCodec.decodeOutcome(CommandCodec.encode(o))).isEqualTo(o));
    assertThat(MESSAGES)
        .allSatisfy(m -> assertThat(SyncCodec.decode(SyncCodec.encode(m))).isEqualTo(m));
    assertThat(SyncCodec.decodeWriteIds(SyncCodec.encodeWriteIds(ROWS))).isEqualTo(ROWS);
  }

  /** Commands and outcomes enter digests that are kept for good; rows lie on disks. */
  @Test
  void keepsItsFormsByteForByte() throws IOException {
    Map<String, ByteString> forms = new LinkedHashMap<>();
    WRITES.forEach(w -> forms.put(w.command().getClass().getSimpleName(), CommandCodec.encode(w)));
    OUTCOMES.forEach(o -> forms.put(o.result().getClass().getSimpleName(), CommandCodec.encode(o)));
    for (int i = 0; i < MESSAGES.size(); i++) {
      forms.put("Message" + i, SyncCodec.encode(MESSAGES.get(i)));
    }
    forms.put("WriteIds", SyncCodec.encodeWriteIds(ROWS));
    forms.put("RequestDigest", WRITES.get(0).requestDigest().bytes());
    String actual =
        forms.entrySet().stream()
            .map(e -> e.getKey() + " " + HexFormat.of().formatHex(e.getValue().toByteArray()))
            .collect(Collectors.joining("\n", "", "\n"));

    try (InputStream golden = CommandCodecTest.class.getResourceAsStream("/golden/sync.txt")) {
      assertThat(golden).isNotNull();
      assertThat(actual).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void readsTwoRowsOfWriteIdsInARowAsOne() {
    ByteString both =
        SyncCodec.encodeWriteIds(ROWS.subList(0, 1))
            .concat(SyncCodec.encodeWriteIds(ROWS.subList(1, 2)));

    assertThat(SyncCodec.decodeWriteIds(both)).isEqualTo(ROWS);
  }

  @Test
  void digestsTheRequestAloneNotItsId() {
    assertThat(Commands.put(1, "k", "v").requestDigest())
        .isEqualTo(Commands.put(2, "k", "v").requestDigest())
        .isNotEqualTo(Commands.put(1, "k", "w").requestDigest())
        .isNotEqualTo(Commands.putIf(1, "k", "v", 0).requestDigest());
  }

  @Test
  void refusesDamagedBytesByName() {
    for (String damaged : List.of("garbage", "", "\u0008\u0001")) {
      ByteString bytes = ByteString.copyFromUtf8(damaged);
      assertThatExceptionOfType(UnreadableBytes.class)
          .isThrownBy(() -> CommandCodec.decode(bytes))
          .withMessageStartingWith("command: ")
          .satisfies(e -> assertThat(e.newerVersion()).isFalse());
      assertThatExceptionOfType(UnreadableBytes.class)
          .isThrownBy(() -> CommandCodec.decodeOutcome(bytes));
    }
    assertThatExceptionOfType(UnreadableBytes.class)
        .isThrownBy(() -> SyncCodec.decode(ByteString.EMPTY));
    assertThatExceptionOfType(UnreadableBytes.class)
        .isThrownBy(() -> SyncCodec.decodeWriteIds(ByteString.EMPTY));
  }

  @Test
  void readsBackWhatTheLeaderProposesOfItself() {
    for (Command command :
        List.of(
            new Command.ForgetHistory(7),
            new Command.AdvanceHorizon(8),
            new Command.ExpireLease(9, 1))) {
      WriteCommand write = Commands.of(1, command);
      assertThat(CommandCodec.decode(CommandCodec.encode(write))).isEqualTo(write);
    }
  }

  @Test
  void refusesACommandBeyondItsLimits() {
    Command longest =
        new Command.Put(
            ByteString.copyFrom(new byte[CommandLimits.MAX_KEY_BYTES]),
            ByteString.copyFrom(new byte[CommandLimits.MAX_VALUE_BYTES]));
    Command longKey =
        new Command.Delete(ByteString.copyFrom(new byte[CommandLimits.MAX_KEY_BYTES + 1]));

    assertThat(CommandLimits.excessOf(longest)).isEmpty();
    assertThat(CommandLimits.excessOf(longKey))
        .hasValueSatisfying(e -> assertThat(e).startsWith("key"));
    ByteString bytes = CommandCodec.encode(WriteCommand.of(Commands.id(1), longKey));
    assertThatExceptionOfType(UnreadableBytes.class).isThrownBy(() -> CommandCodec.decode(bytes));
  }
}
