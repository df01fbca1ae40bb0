package io.holdfast.acceptor.core;

import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.wire.AcceptorEventProto;
import io.holdfast.acceptor.wire.AcceptorSnapshotProto;
import io.holdfast.acceptor.wire.SlotSegmentProto;
import java.util.ArrayList;
import java.util.List;

/**
 * Between the acceptor's events and snapshots and their bytes on disk ({@code
 * holdfast/acceptor.proto}). Reading is as strict as {@link ProtoValues} says, and refuses another
 * version by name.
 */
public final class JournalCodec {

  /** The version of events that this code writes, and the only one it reads. */
  public static final int EVENT_VERSION = 1;

  /**
   * The version of snapshots that this code writes, and the only one it reads. Those of version 1
   * did not say what they leave to the store, so nothing safe can be made of one.
   */
  public static final int SNAPSHOT_VERSION = 2;

  private JournalCodec() {}

  /** The bytes of {@code event}, as the journal keeps them. */
  public static byte[] bytesOf(AcceptorEvent event) {
    return encode(event).toByteArray();
  }

  /** The bytes of {@code snapshot}, as the snapshot store keeps them. */
  public static byte[] bytesOf(AcceptorSnapshot snapshot) {
    return encode(snapshot).toByteArray();
  }

  /** Reads what {@link #bytesOf(AcceptorEvent)} wrote. */
  public static AcceptorEvent event(byte[] bytes) throws MalformedMessage {
    return decode(
        ProtoValues.parse(AcceptorEventProto.parser(), UnsafeByteOperations.unsafeWrap(bytes)));
  }

  /** Reads what {@link #bytesOf(AcceptorSnapshot)} wrote. */
  public static AcceptorSnapshot snapshot(byte[] bytes) throws MalformedMessage {
    return decode(
        ProtoValues.parse(AcceptorSnapshotProto.parser(), UnsafeByteOperations.unsafeWrap(bytes)));
  }

  /** The disk form of {@code event}. */
  public static AcceptorEventProto encode(AcceptorEvent event) {
    AcceptorEventProto.Builder proto = AcceptorEventProto.newBuilder().setVersion(EVENT_VERSION);
    if (event instanceof AcceptorEvent.PromiseMade promise) {
      proto.setPromiseMade(ProtoValues.encode(promise.ballot()));
    } else if (event instanceof AcceptorEvent.PairAccepted pair) {
      proto.setPairAccepted(ProtoValues.pair(pair.slot(), pair.ballot(), pair.batch()));
    } else if (event instanceof AcceptorEvent.ChosenRecorded pair) {
      proto.setChosenRecorded(ProtoValues.pair(pair.slot(), pair.ballot(), pair.batch()));
    } else if (event instanceof AcceptorEvent.LogTrimmed trimmed) {
      proto.setLogTrimmedUpTo(trimmed.upTo().number());
    } else {
      throw ProtoValues.unhandled(event);
    }
    return proto.build();
  }

  /** Reads an event. */
  public static AcceptorEvent decode(AcceptorEventProto proto) throws MalformedMessage {
    requireVersion("acceptor event", EVENT_VERSION, proto.getVersion());
    switch (proto.getEventCase()) {
      case PROMISE_MADE:
        return new AcceptorEvent.PromiseMade(ProtoValues.decode(proto.getPromiseMade()));
      case PAIR_ACCEPTED:
        AcceptedPair accepted = ProtoValues.pair(proto.getPairAccepted());
        return new AcceptorEvent.PairAccepted(accepted.slot(), accepted.ballot(), accepted.batch());
      case CHOSEN_RECORDED:
        AcceptedPair chosen = ProtoValues.pair(proto.getChosenRecorded());
        return new AcceptorEvent.ChosenRecorded(chosen.slot(), chosen.ballot(), chosen.batch());
      case LOG_TRIMMED_UP_TO:
        return new AcceptorEvent.LogTrimmed(
            ProtoValues.slot("trimmed slot", proto.getLogTrimmedUpTo()));
      case EVENT_NOT_SET:
        break;
    }
    throw new MalformedMessage("acceptor event of no known kind");
  }

  /** The disk form of {@code snapshot}. */
  public static AcceptorSnapshotProto encode(AcceptorSnapshot snapshot) {
    AcceptorSnapshotProto.Builder proto =
        AcceptorSnapshotProto.newBuilder()
            .setVersion(SNAPSHOT_VERSION)
            .setSequenceNumber(snapshot.sequenceNumber())
            .setPromised(ProtoValues.encode(snapshot.promised()))
            .setTrimmedTo(snapshot.trimmedTo().number())
            .setDurableUpTo(snapshot.durableUpTo().number());
    for (AcceptedPair pair : snapshot.tail()) {
      proto.addTail(ProtoValues.pair(pair.slot(), pair.ballot(), pair.batch()));
    }
    for (SlotSegment segment : snapshot.segments()) {
      proto.addSegments(
          SlotSegmentProto.newBuilder()
              .setSegment(segment.segment())
              .setFirstSequenceNumber(segment.firstSequenceNumber())
              .setLastSequenceNumber(segment.lastSequenceNumber())
              .setBytes(segment.bytes()));
    }
    return proto.build();
  }

  /** Reads a snapshot. */
  public static AcceptorSnapshot decode(AcceptorSnapshotProto proto) throws MalformedMessage {
    requireVersion("acceptor snapshot", SNAPSHOT_VERSION, proto.getVersion());
    List<SlotSegment> segments = new ArrayList<>(proto.getSegmentsCount());
    for (SlotSegmentProto segment : proto.getSegmentsList()) {
      segments.add(segment(segment));
    }
    Slot trimmedTo = ProtoValues.slot("trimmed slot", proto.getTrimmedTo());
    Slot durableUpTo = ProtoValues.slot("durable slot", proto.getDurableUpTo());
    if (!trimmedTo.isAtMost(durableUpTo)) {
      throw new MalformedMessage(
          "snapshot trimmed up to slot " + trimmedTo + ", durable up to slot " + durableUpTo);
    }
    return new AcceptorSnapshot(
        ProtoValues.notNegative("snapshot sequence number", proto.getSequenceNumber()),
        ProtoValues.ballot("promised ballot", proto.hasPromised(), proto.getPromised()),
        trimmedTo,
        durableUpTo,
        ProtoValues.pairs(proto.getTailList()),
        segments);
  }

  private static SlotSegment segment(SlotSegmentProto proto) throws MalformedMessage {
    try {
      return new SlotSegment(
          proto.getSegment(),
          proto.getFirstSequenceNumber(),
          proto.getLastSequenceNumber(),
          proto.getBytes());
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("slot segment: " + e.getMessage(), e);
    }
  }

  private static void requireVersion(String what, int known, int version) throws MalformedMessage {
    if (version != known) {
      throw new MalformedMessage(
          what
              + " of version "
              + Integer.toUnsignedString(version)
              + ": this node reads version "
              + known);
    }
  }
}
