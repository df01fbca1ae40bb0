package io.holdfast.acceptor.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.wire.BallotProto;
import io.holdfast.acceptor.wire.PairProto;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.wire.MemberIdProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Values that messages on the wire and events on disk have in common, and their protobuf forms.
 *
 * <p>Reading is strict: what lacks a ballot or names an impossible slot is a {@link
 * MalformedMessage}, never a guess and never another exception. Batches are not copied: a batch
 * that was read keeps hold of the bytes that it was read from, which the caller must not change
 * afterwards.
 */
public final class ProtoValues {

  private ProtoValues() {}

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

  /** Reads all of {@code bytes}. */
  static <M extends MessageLite> M parse(Parser<M> parser, ByteString bytes)
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

  static PairProto pair(Slot slot, Ballot ballot, Batch batch) {
    return PairProto.newBuilder()
        .setSlot(slot.number())
        .setBallot(encode(ballot))
        .setBatch(batch.bytes())
        .build();
  }

  static AcceptedPair pair(PairProto pair) throws MalformedMessage {
    return new AcceptedPair(
        votingSlot("pair slot", pair.getSlot()),
        ballot("pair ballot", pair.hasBallot(), pair.getBallot()),
        Batch.of(pair.getBatch()));
  }

  static List<AcceptedPair> pairs(List<PairProto> protos) throws MalformedMessage {
    List<AcceptedPair> pairs = new ArrayList<>(protos.size());
    for (PairProto proto : protos) {
      pairs.add(pair(proto));
    }
    return pairs;
  }

  static Ballot ballot(String field, boolean present, BallotProto proto) throws MalformedMessage {
    if (!present) {
      throw new MalformedMessage(field + " is missing");
    }
    return decode(proto);
  }

  static Slot slot(String field, long number) throws MalformedMessage {
    return new Slot(notNegative(field, number));
  }

  /** A slot that something can be accepted in: 1 or more. */
  static Slot votingSlot(String field, long number) throws MalformedMessage {
    if (number < 1) {
      throw new MalformedMessage(field + " " + number + ": the first slot is 1");
    }
    return new Slot(number);
  }

  static Digest digest(String field, ByteString bytes) throws MalformedMessage {
    if (bytes.size() != Digest.LENGTH) {
      throw new MalformedMessage(
          field + " has " + bytes.size() + " bytes: must be " + Digest.LENGTH);
    }
    return new Digest(bytes);
  }

  static long notNegative(String field, long value) throws MalformedMessage {
    if (value < 0) {
      throw new MalformedMessage(field + " " + value + ": must be 0 or more");
    }
    return value;
  }

  static IllegalStateException unhandled(Object value) {
    return new IllegalStateException("no protobuf form for " + value.getClass().getName());
  }
}
