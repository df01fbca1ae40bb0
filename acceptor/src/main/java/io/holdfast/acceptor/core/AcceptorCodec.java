package io.holdfast.acceptor.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.wire.AcceptProto;
import io.holdfast.acceptor.wire.AcceptedProto;
import io.holdfast.acceptor.wire.AcceptorEventProto;
import io.holdfast.acceptor.wire.AcceptorReplyProto;
import io.holdfast.acceptor.wire.AcceptorRequestProto;
import io.holdfast.acceptor.wire.AcceptorSnapshotProto;
import io.holdfast.acceptor.wire.AlreadyChosenProto;
import io.holdfast.acceptor.wire.BallotProto;
import io.holdfast.acceptor.wire.PairProto;
import io.holdfast.acceptor.wire.PrepareProto;
import io.holdfast.acceptor.wire.ProbeProto;
import io.holdfast.acceptor.wire.PromisedProto;
import io.holdfast.acceptor.wire.RejectedProto;
import io.holdfast.acceptor.wire.SlotSegmentProto;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.wire.MemberIdProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Between the acceptor's values and their protobuf forms, on the wire and on disk ({@code
 * holdfast/acceptor.proto}).
 *
 * <p>Reading is strict: what lacks a ballot, names an impossible slot or is of another version is a
 * {@link MalformedMessage}, never a guess and never another exception. Batches are not copied: a
 * batch that was read keeps hold of the bytes that it was read from, which the caller must not
 * change afterwards.
 */
public final class AcceptorCodec {

  /**
   * The version of events and snapshots on disk that this code writes, and the only one it reads.
   */
  public static final int VERSION = 1;

  private AcceptorCodec() {}

  // ---- Bytes.

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
    return decode(parse(AcceptorEventProto.parser(), UnsafeByteOperations.unsafeWrap(bytes)));
  }

  /** Reads what {@link #bytesOf(AcceptorSnapshot)} wrote. */
  public static AcceptorSnapshot snapshot(byte[] bytes) throws MalformedMessage {
    return decode(parse(AcceptorSnapshotProto.parser(), UnsafeByteOperations.unsafeWrap(bytes)));
  }

  /** Reads the bytes of an {@link AcceptorRequestProto}. */
  public static AcceptorRequest request(ByteString bytes) throws MalformedMessage {
    return decode(parse(AcceptorRequestProto.parser(), bytes));
  }

  /** Reads the bytes of an {@link AcceptorReplyProto}. */
  public static AcceptorReply reply(ByteString bytes) throws MalformedMessage {
    return decode(parse(AcceptorReplyProto.parser(), bytes));
  }

  private static <M extends MessageLite> M parse(Parser<M> parser, ByteString bytes)
      throws MalformedMessage {
    try {
      CodedInputStream in = bytes.newCodedInput();
      in.enableAliasing(true);
      M message = parser.parseFrom(in);
      // parseFrom(CodedInputStream) stops quietly at an end-group tag; all bytes must be read.
      in.checkLastTagWas(0);
      return message;
    } catch (IOException e) {
      throw new MalformedMessage("not a message of this kind: " + e.getMessage(), e);
    }
  }

  // ---- Identities.

  /** The wire form of {@code member}. */
  public static MemberIdProto encode(MemberId member) {
    return MemberIdProto.newBuilder()
        .setNode(member.node().value())
        .setIncarnation(member.incarnation())
        .build();
  }

  /** Reads a member's identity; its node must have a valid name. */
  public static MemberId decode(MemberIdProto member) throws MalformedMessage {
    if (!NodeId.isValid(member.getNode())) {
      throw new MalformedMessage(
          "member node '" + member.getNode() + "': allowed are " + NodeId.ALLOWED);
    }
    return new MemberId(new NodeId(member.getNode()), member.getIncarnation());
  }

  /** The wire form of {@code ballot}. */
  public static BallotProto encode(Ballot ballot) {
    return BallotProto.newBuilder()
        .setRound(ballot.round())
        .setProposer(encode(ballot.proposer()))
        .build();
  }

  /** Reads a ballot. {@link Ballot#BOTTOM} is the only one of round 0. */
  public static Ballot decode(BallotProto ballot) throws MalformedMessage {
    if (!ballot.hasProposer()) {
      throw new MalformedMessage("ballot without a proposer");
    }
    Ballot read =
        new Ballot(notNegative("ballot round", ballot.getRound()), decode(ballot.getProposer()));
    if (read.round() == 0 && !read.equals(Ballot.BOTTOM)) {
      throw new MalformedMessage("ballot round 0 of " + read.proposer() + ": rounds start at 1");
    }
    return read;
  }

  // ---- Disk.

  /** The disk form of {@code event}. */
  public static AcceptorEventProto encode(AcceptorEvent event) {
    AcceptorEventProto.Builder proto = AcceptorEventProto.newBuilder().setVersion(VERSION);
    if (event instanceof AcceptorEvent.PromiseMade promise) {
      proto.setPromiseMade(encode(promise.ballot()));
    } else if (event instanceof AcceptorEvent.PairAccepted pair) {
      proto.setPairAccepted(pair(pair.slot(), pair.ballot(), pair.batch()));
    } else if (event instanceof AcceptorEvent.ChosenRecorded pair) {
      proto.setChosenRecorded(pair(pair.slot(), pair.ballot(), pair.batch()));
    } else if (event instanceof AcceptorEvent.LogTrimmed trimmed) {
      proto.setLogTrimmedUpTo(trimmed.upTo().number());
    } else {
      throw unhandled(event);
    }
    return proto.build();
  }

  /** Reads an event. */
  public static AcceptorEvent decode(AcceptorEventProto proto) throws MalformedMessage {
    requireVersion("acceptor event", proto.getVersion());
    switch (proto.getEventCase()) {
      case PROMISE_MADE:
        return new AcceptorEvent.PromiseMade(decode(proto.getPromiseMade()));
      case PAIR_ACCEPTED:
        AcceptedPair accepted = pair(proto.getPairAccepted());
        return new AcceptorEvent.PairAccepted(accepted.slot(), accepted.ballot(), accepted.batch());
      case CHOSEN_RECORDED:
        AcceptedPair chosen = pair(proto.getChosenRecorded());
        return new AcceptorEvent.ChosenRecorded(chosen.slot(), chosen.ballot(), chosen.batch());
      case LOG_TRIMMED_UP_TO:
        return new AcceptorEvent.LogTrimmed(slot("trimmed slot", proto.getLogTrimmedUpTo()));
      case EVENT_NOT_SET:
        break;
    }
    throw new MalformedMessage("acceptor event of no known kind");
  }

  /** The disk form of {@code snapshot}. */
  public static AcceptorSnapshotProto encode(AcceptorSnapshot snapshot) {
    AcceptorSnapshotProto.Builder proto =
        AcceptorSnapshotProto.newBuilder()
            .setVersion(VERSION)
            .setSequenceNumber(snapshot.sequenceNumber())
            .setPromised(encode(snapshot.promised()))
            .setTrimmedTo(snapshot.trimmedTo().number());
    for (AcceptedPair pair : snapshot.tail()) {
      proto.addTail(pair(pair.slot(), pair.ballot(), pair.batch()));
    }
    for (SlotSegment segment : snapshot.segments()) {
      proto.addSegments(
          SlotSegmentProto.newBuilder()
              .setSegment(segment.segment())
              .setFirstSequenceNumber(segment.firstSequenceNumber())
              .setLastSequenceNumber(segment.lastSequenceNumber()));
    }
    return proto.build();
  }

  /** Reads a snapshot. */
  public static AcceptorSnapshot decode(AcceptorSnapshotProto proto) throws MalformedMessage {
    requireVersion("acceptor snapshot", proto.getVersion());
    List<SlotSegment> segments = new ArrayList<>(proto.getSegmentsCount());
    for (SlotSegmentProto segment : proto.getSegmentsList()) {
      segments.add(segment(segment));
    }
    return new AcceptorSnapshot(
        notNegative("snapshot sequence number", proto.getSequenceNumber()),
        ballot("promised ballot", proto.hasPromised(), proto.getPromised()),
        slot("trimmed slot", proto.getTrimmedTo()),
        pairs(proto.getTailList()),
        segments);
  }

  // ---- Wire.

  /** The wire form of {@code request}. */
  public static AcceptorRequestProto encode(AcceptorRequest request) {
    AcceptorRequestProto.Builder proto = AcceptorRequestProto.newBuilder();
    BallotProto ballot = encode(request.ballot());
    if (request instanceof AcceptorRequest.Prepare prepare) {
      proto.setPrepare(
          PrepareProto.newBuilder().setBallot(ballot).setFromSlot(prepare.fromSlot().number()));
    } else if (request instanceof AcceptorRequest.Accept accept) {
      proto.setAccept(
          AcceptProto.newBuilder()
              .setBallot(ballot)
              .setSlot(accept.slot().number())
              .setBatch(accept.batch().bytes())
              .setChosenUpTo(accept.chosenUpTo().number()));
    } else if (request instanceof AcceptorRequest.Probe probe) {
      proto.setProbe(ProbeProto.newBuilder().setBallot(ballot).setNonce(probe.nonce()));
    } else {
      throw unhandled(request);
    }
    return proto.build();
  }

  /** Reads a request. */
  public static AcceptorRequest decode(AcceptorRequestProto proto) throws MalformedMessage {
    switch (proto.getRequestCase()) {
      case PREPARE:
        PrepareProto prepare = proto.getPrepare();
        return new AcceptorRequest.Prepare(
            ballot("prepare ballot", prepare.hasBallot(), prepare.getBallot()),
            votingSlot("prepare slot", prepare.getFromSlot()));
      case ACCEPT:
        AcceptProto accept = proto.getAccept();
        return new AcceptorRequest.Accept(
            ballot("accept ballot", accept.hasBallot(), accept.getBallot()),
            votingSlot("accept slot", accept.getSlot()),
            Batch.of(accept.getBatch()),
            slot("chosen slot", accept.getChosenUpTo()));
      case PROBE:
        ProbeProto probe = proto.getProbe();
        return new AcceptorRequest.Probe(
            ballot("probe ballot", probe.hasBallot(), probe.getBallot()), probe.getNonce());
      case REQUEST_NOT_SET:
        break;
    }
    throw new MalformedMessage("acceptor request of no known kind");
  }

  /** The wire form of {@code reply}. */
  public static AcceptorReplyProto encode(AcceptorReply reply) {
    AcceptorReplyProto.Builder proto = AcceptorReplyProto.newBuilder();
    if (reply instanceof AcceptorReply.Promised promised) {
      proto.setPromised(promised(promised));
    } else if (reply instanceof AcceptorReply.Accepted accepted) {
      proto.setAccepted(
          AcceptedProto.newBuilder()
              .setBallot(encode(accepted.ballot()))
              .setSlot(accepted.slot().number())
              .setDigest(accepted.digest().bytes())
              .setApplied(accepted.applied().number())
              .setChainHash(accepted.chainHash().bytes()));
    } else if (reply instanceof AcceptorReply.Rejected rejected) {
      proto.setRejected(
          RejectedProto.newBuilder()
              .setRefused(encode(rejected.refused()))
              .setSlot(rejected.slot().number())
              .setPromised(encode(rejected.promised())));
    } else if (reply instanceof AcceptorReply.AlreadyChosen chosen) {
      proto.setAlreadyChosen(
          AlreadyChosenProto.newBuilder()
              .setBallot(encode(chosen.ballot()))
              .setSlot(chosen.slot().number())
              .setUpTo(chosen.upTo().number()));
    } else if (reply instanceof AcceptorReply.ProbeConfirmed probe) {
      proto.setProbeConfirmed(
          ProbeProto.newBuilder().setBallot(encode(probe.ballot())).setNonce(probe.nonce()));
    } else {
      throw unhandled(reply);
    }
    return proto.build();
  }

  /** Reads a reply. */
  public static AcceptorReply decode(AcceptorReplyProto proto) throws MalformedMessage {
    switch (proto.getReplyCase()) {
      case PROMISED:
        return promised(proto.getPromised());
      case ACCEPTED:
        AcceptedProto accepted = proto.getAccepted();
        return new AcceptorReply.Accepted(
            ballot("accepted ballot", accepted.hasBallot(), accepted.getBallot()),
            votingSlot("accepted slot", accepted.getSlot()),
            digest("accepted digest", accepted.getDigest()),
            slot("applied slot", accepted.getApplied()),
            digest("chain hash", accepted.getChainHash()));
      case REJECTED:
        RejectedProto rejected = proto.getRejected();
        return new AcceptorReply.Rejected(
            ballot("refused ballot", rejected.hasRefused(), rejected.getRefused()),
            slot("refused slot", rejected.getSlot()),
            ballot("promised ballot", rejected.hasPromised(), rejected.getPromised()));
      case ALREADY_CHOSEN:
        AlreadyChosenProto chosen = proto.getAlreadyChosen();
        return new AcceptorReply.AlreadyChosen(
            ballot("chosen ballot", chosen.hasBallot(), chosen.getBallot()),
            votingSlot("chosen slot", chosen.getSlot()),
            slot("chosen up to", chosen.getUpTo()));
      case PROBE_CONFIRMED:
        ProbeProto probe = proto.getProbeConfirmed();
        return new AcceptorReply.ProbeConfirmed(
            ballot("probe ballot", probe.hasBallot(), probe.getBallot()), probe.getNonce());
      case REPLY_NOT_SET:
        break;
    }
    throw new MalformedMessage("acceptor reply of no known kind");
  }

  private static PromisedProto promised(AcceptorReply.Promised promised) {
    PromisedProto.Builder proto =
        PromisedProto.newBuilder()
            .setBallot(encode(promised.ballot()))
            .setFromSlot(promised.fromSlot().number())
            .setLearnedUpTo(promised.learnedUpTo().number())
            .setChunk(promised.chunk())
            .setLast(promised.last())
            .setBuiltAt(promised.builtAt());
    for (AcceptedPair pair : promised.accepted()) {
      proto.addAccepted(pair(pair.slot(), pair.ballot(), pair.batch()));
    }
    return proto.build();
  }

  private static AcceptorReply.Promised promised(PromisedProto proto) throws MalformedMessage {
    return new AcceptorReply.Promised(
        ballot("promised ballot", proto.hasBallot(), proto.getBallot()),
        slot("promised slot", proto.getFromSlot()),
        slot("learned slot", proto.getLearnedUpTo()),
        pairs(proto.getAcceptedList()),
        (int) notNegative("promise chunk", proto.getChunk()),
        proto.getLast(),
        notNegative("promise built at", proto.getBuiltAt()));
  }

  // ---- Parts.

  private static PairProto pair(Slot slot, Ballot ballot, Batch batch) {
    return PairProto.newBuilder()
        .setSlot(slot.number())
        .setBallot(encode(ballot))
        .setBatch(batch.bytes())
        .build();
  }

  private static AcceptedPair pair(PairProto pair) throws MalformedMessage {
    return new AcceptedPair(
        votingSlot("pair slot", pair.getSlot()),
        ballot("pair ballot", pair.hasBallot(), pair.getBallot()),
        Batch.of(pair.getBatch()));
  }

  private static List<AcceptedPair> pairs(List<PairProto> protos) throws MalformedMessage {
    List<AcceptedPair> pairs = new ArrayList<>(protos.size());
    for (PairProto proto : protos) {
      pairs.add(pair(proto));
    }
    return pairs;
  }

  private static SlotSegment segment(SlotSegmentProto proto) throws MalformedMessage {
    try {
      return new SlotSegment(
          proto.getSegment(), proto.getFirstSequenceNumber(), proto.getLastSequenceNumber());
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("slot segment: " + e.getMessage(), e);
    }
  }

  private static Ballot ballot(String field, boolean present, BallotProto proto)
      throws MalformedMessage {
    if (!present) {
      throw new MalformedMessage(field + " is missing");
    }
    return decode(proto);
  }

  private static Slot slot(String field, long number) throws MalformedMessage {
    return new Slot(notNegative(field, number));
  }

  /** A slot that something can be accepted in: 1 or more. */
  private static Slot votingSlot(String field, long number) throws MalformedMessage {
    if (number < 1) {
      throw new MalformedMessage(field + " " + number + ": the first slot is 1");
    }
    return new Slot(number);
  }

  private static Digest digest(String field, ByteString bytes) throws MalformedMessage {
    if (bytes.size() != Digest.LENGTH) {
      throw new MalformedMessage(
          field + " has " + bytes.size() + " bytes: must be " + Digest.LENGTH);
    }
    return new Digest(bytes);
  }

  private static long notNegative(String field, long value) throws MalformedMessage {
    if (value < 0) {
      throw new MalformedMessage(field + " " + value + ": must be 0 or more");
    }
    return value;
  }

  private static void requireVersion(String what, int version) throws MalformedMessage {
    if (version != VERSION) {
      throw new MalformedMessage(
          what
              + " of version "
              + Integer.toUnsignedString(version)
              + ": this node reads version "
              + VERSION);
    }
  }

  private static IllegalStateException unhandled(Object value) {
    return new IllegalStateException("no protobuf form for " + value.getClass().getName());
  }
}
