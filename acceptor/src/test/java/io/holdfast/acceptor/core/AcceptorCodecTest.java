package io.holdfast.acceptor.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.wire.AcceptorEventProto;
import io.holdfast.acceptor.wire.AcceptorSnapshotProto;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class AcceptorCodecTest {

  /** Reads bytes as a message of some kind. */
  private interface Reading {
    Object read(byte[] bytes) throws MalformedMessage;
  }

  // ---- Round trips.

  @Property(tries = 300)
  void readsBackEveryEvent(@ForAll("events") AcceptorEvent event) throws Exception {
    assertThat(JournalCodec.event(JournalCodec.bytesOf(event))).isEqualTo(event);
  }

  @Property(tries = 100)
  void readsBackEverySnapshot(@ForAll("snapshots") AcceptorSnapshot snapshot) throws Exception {
    assertThat(JournalCodec.snapshot(JournalCodec.bytesOf(snapshot))).isEqualTo(snapshot);
  }

  @Property(tries = 300)
  void readsBackEveryRequest(@ForAll("requests") AcceptorRequest request) throws Exception {
    assertThat(AcceptorCodec.request(AcceptorCodec.encode(request).toByteString()))
        .isEqualTo(request);
  }

  @Property(tries = 300)
  void readsBackEveryReply(@ForAll("replies") AcceptorReply reply) throws Exception {
    assertThat(AcceptorCodec.reply(AcceptorCodec.encode(reply).toByteString())).isEqualTo(reply);
  }

  // ---- Damage.

  @Property(tries = 50)
  void namesTheFailureOfEveryTruncation(
      @ForAll("events") AcceptorEvent event,
      @ForAll("snapshots") AcceptorSnapshot snapshot,
      @ForAll("requests") AcceptorRequest request,
      @ForAll("replies") AcceptorReply reply) {
    truncate(JournalCodec.bytesOf(event), event, JournalCodec::event);
    truncate(JournalCodec.bytesOf(snapshot), snapshot, JournalCodec::snapshot);
    truncate(
        AcceptorCodec.encode(request).toByteArray(),
        request,
        bytes -> AcceptorCodec.request(ByteString.copyFrom(bytes)));
    truncate(
        AcceptorCodec.encode(reply).toByteArray(),
        reply,
        bytes -> AcceptorCodec.reply(ByteString.copyFrom(bytes)));
  }

  private static void truncate(byte[] bytes, Object whole, Reading reading) {
    for (int length = 0; length < bytes.length; length++) {
      try {
        // Proto3 leaves defaults out, so a cut between two fields may be a message of its own.
        assertThat(reading.read(Arrays.copyOf(bytes, length))).isNotEqualTo(whole);
      } catch (MalformedMessage expected) {
        assertThat(expected).message().isNotBlank();
      }
    }
  }

  @Property(tries = 300)
  void namesTheFailureOfArbitraryBytes(@ForAll byte[] bytes) {
    for (Reading reading :
        List.<Reading>of(
            JournalCodec::event,
            JournalCodec::snapshot,
            b -> AcceptorCodec.request(ByteString.copyFrom(b)),
            b -> AcceptorCodec.reply(ByteString.copyFrom(b)))) {
      try {
        assertThat(reading.read(bytes)).isNotNull();
      } catch (MalformedMessage expected) {
        assertThat(expected).message().isNotBlank();
      }
    }
  }

  @Test
  void refusesAnEventOfAnUnknownVersionByName() {
    byte[] bytes =
        AcceptorEventProto.newBuilder().setVersion(2).setLogTrimmedUpTo(3).build().toByteArray();
    assertThatThrownBy(() -> JournalCodec.event(bytes))
        .isInstanceOf(MalformedMessage.class)
        .hasMessage("acceptor event of version 2: this node reads version 1");
  }

  @Test
  void refusesASnapshotOfAnUnknownVersionByName() {
    byte[] bytes = AcceptorSnapshotProto.newBuilder().setVersion(9).build().toByteArray();
    assertThatThrownBy(() -> JournalCodec.snapshot(bytes))
        .isInstanceOf(MalformedMessage.class)
        .hasMessage("acceptor snapshot of version 9: this node reads version 2");
  }

  @Test
  void refusesAnEventOfNoKind() {
    byte[] bytes = AcceptorEventProto.newBuilder().setVersion(1).build().toByteArray();
    assertThatThrownBy(() -> JournalCodec.event(bytes))
        .isInstanceOf(MalformedMessage.class)
        .hasMessage("acceptor event of no known kind");
  }

  @Test
  void refusesBytesAfterWhichAGroupEnds() {
    byte[] whole = JournalCodec.bytesOf(new AcceptorEvent.LogTrimmed(Samples.slot(3)));
    byte[] more = Arrays.copyOf(whole, whole.length + 1);
    more[whole.length] = 0x0c; // The end of a group that never began: what follows is not read.
    assertThatThrownBy(() -> JournalCodec.event(more)).isInstanceOf(MalformedMessage.class);
  }

  // ---- Values.

  @Provide
  Arbitrary<AcceptorEvent> events() {
    return Arbitraries.oneOf(
        ballots().map(AcceptorEvent.PromiseMade::new),
        pairs().map(p -> new AcceptorEvent.PairAccepted(p.slot(), p.ballot(), p.batch())),
        pairs().map(p -> new AcceptorEvent.ChosenRecorded(p.slot(), p.ballot(), p.batch())),
        slots(0).map(AcceptorEvent.LogTrimmed::new));
  }

  @Provide
  Arbitrary<AcceptorSnapshot> snapshots() {
    Arbitrary<SlotSegment> segments =
        Combinators.combine(
                Arbitraries.longs().between(0, Long.MAX_VALUE),
                Arbitraries.longs().between(1, 1L << 40),
                Arbitraries.longs().between(0, 1000))
            .as(
                (segment, first, count) ->
                    new SlotSegment(segment, first, first + count, 7 * count));
    return Combinators.combine(
            Arbitraries.longs().between(0, Long.MAX_VALUE),
            Arbitraries.oneOf(ballots(), Arbitraries.just(Ballot.BOTTOM)),
            slots(0),
            slots(0),
            pairs().list().ofMaxSize(4),
            segments.list().ofMaxSize(4))
        .as(
            (number, promised, one, other, tail, places) ->
                new AcceptorSnapshot(
                    number, promised, Slot.min(one, other), Slot.max(one, other), tail, places));
  }

  @Provide
  Arbitrary<AcceptorRequest> requests() {
    return Arbitraries.oneOf(
        Combinators.combine(ballots(), slots(1)).as(AcceptorRequest.Prepare::new),
        Combinators.combine(pairs(), slots(0))
            .as((p, upTo) -> new AcceptorRequest.Accept(p.ballot(), p.slot(), p.batch(), upTo)),
        Combinators.combine(ballots(), Arbitraries.longs()).as(AcceptorRequest.Probe::new));
  }

  @Provide
  Arbitrary<AcceptorReply> replies() {
    return Arbitraries.oneOf(
        Combinators.combine(
                ballots(),
                slots(0),
                slots(0),
                pairs().list().ofMaxSize(3),
                Arbitraries.integers().greaterOrEqual(0),
                Arbitraries.of(true, false),
                Arbitraries.longs().greaterOrEqual(0))
            .as(AcceptorReply.Promised::new),
        Combinators.combine(ballots(), slots(1), digests(), slots(0), digests())
            .as(AcceptorReply.Accepted::new),
        Combinators.combine(ballots(), slots(0), ballots()).as(AcceptorReply.Rejected::new),
        Combinators.combine(ballots(), slots(1), slots(0)).as(AcceptorReply.AlreadyChosen::new),
        Combinators.combine(ballots(), Arbitraries.longs()).as(AcceptorReply.ProbeConfirmed::new));
  }

  private static Arbitrary<Ballot> ballots() {
    return Combinators.combine(
            Arbitraries.longs().between(1, Long.MAX_VALUE),
            Arbitraries.of("a", "node-1", "z".repeat(63)),
            Arbitraries.longs())
        .as((round, node, life) -> new Ballot(round, new MemberId(new NodeId(node), life)));
  }

  private static Arbitrary<Slot> slots(long least) {
    return Arbitraries.longs().between(least, Long.MAX_VALUE).map(Slot::new);
  }

  private static Arbitrary<Batch> batches() {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMaxSize(40)
        .map(bytes -> Batch.of(ByteString.copyFrom(bytes)));
  }

  private static Arbitrary<AcceptedPair> pairs() {
    return Combinators.combine(slots(1), ballots(), batches()).as(AcceptedPair::new);
  }

  private static Arbitrary<Digest> digests() {
    return batches().map(Batch::digest);
  }
}
