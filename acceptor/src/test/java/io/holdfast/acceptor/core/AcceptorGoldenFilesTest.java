package io.holdfast.acceptor.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What stands on the disks of running nodes must stay readable. The files are hexadecimal; they are
 * rewritten with {@code -Dgolden.rewrite=true}, which is right only before a format was released.
 */
final class AcceptorGoldenFilesTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden");
  private static final Ballot BALLOT =
      new Ballot(42, new MemberId(new NodeId("node-1"), 0xFEDC_BA98_7654_3210L));
  private static final Batch BATCH = Batch.of(ByteString.copyFromUtf8("three commands"));

  @TestFactory
  Stream<DynamicTest> readsWhatEarlierNodesWrote() {
    return Stream.of(
        event("event-promise-made", new AcceptorEvent.PromiseMade(BALLOT)),
        event("event-pair-accepted", new AcceptorEvent.PairAccepted(new Slot(7), BALLOT, BATCH)),
        event(
            "event-pair-accepted-no-op",
            new AcceptorEvent.PairAccepted(new Slot(8), BALLOT, Batch.NO_OP)),
        event(
            "event-chosen-recorded", new AcceptorEvent.ChosenRecorded(new Slot(6), BALLOT, BATCH)),
        event("event-log-trimmed", new AcceptorEvent.LogTrimmed(new Slot(5))),
        snapshot(
            "snapshot-empty",
            new AcceptorSnapshot(0, Ballot.BOTTOM, Slot.ZERO, Slot.ZERO, List.of(), List.of())),
        snapshot(
            "snapshot",
            new AcceptorSnapshot(
                900,
                BALLOT,
                new Slot(5),
                new Slot(6),
                List.of(new AcceptedPair(new Slot(7), BALLOT, BATCH)),
                List.of(new SlotSegment(0, 1, 512, 0), new SlotSegment(1, 500, 900, 0)))),
        snapshot(
            "snapshot-counted",
            new AcceptorSnapshot(
                900,
                BALLOT,
                new Slot(5),
                new Slot(6),
                List.of(new AcceptedPair(new Slot(7), BALLOT, BATCH)),
                List.of(new SlotSegment(0, 1, 512, 99), new SlotSegment(1, 500, 900, 100)))));
  }

  private static DynamicTest event(String name, AcceptorEvent event) {
    return DynamicTest.dynamicTest(
        name,
        () ->
            assertThat(JournalCodec.event(golden(name, JournalCodec.bytesOf(event))))
                .isEqualTo(event));
  }

  private static DynamicTest snapshot(String name, AcceptorSnapshot snapshot) {
    return DynamicTest.dynamicTest(
        name,
        () ->
            assertThat(JournalCodec.snapshot(golden(name, JournalCodec.bytesOf(snapshot))))
                .isEqualTo(snapshot));
  }

  private static byte[] golden(String name, byte[] now) throws Exception {
    Path file = FOLDER.resolve(name + ".hex");
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, HexFormat.of().formatHex(now) + "\n");
    }
    return HexFormat.of().parseHex(Files.readString(file).strip());
  }
}
