package io.holdfast.acceptor.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.wire.AcceptProto;
import io.holdfast.acceptor.wire.AcceptedProto;
import io.holdfast.acceptor.wire.AcceptorReplyProto;
import io.holdfast.acceptor.wire.AcceptorRequestProto;
import io.holdfast.acceptor.wire.AlreadyChosenProto;
import io.holdfast.acceptor.wire.BallotProto;
import io.holdfast.acceptor.wire.PrepareProto;
import io.holdfast.acceptor.wire.ProbeProto;
import io.holdfast.acceptor.wire.PromisedProto;
import io.holdfast.acceptor.wire.RejectedProto;

/**
 * Between an acceptor's requests and replies and their protobuf forms on the wire ({@code
 * holdfast/acceptor.proto}). Reading is as strict as {@link ProtoValues} says.
 */
public final class AcceptorCodec {

  private AcceptorCodec() {}

  /** Reads the bytes of an {@link AcceptorRequestProto}. */
  public static AcceptorRequest request(ByteString bytes) throws MalformedMessage {
    return decode(ProtoValues.parse(AcceptorRequestProto.parser(), bytes));
  }

  /** Reads the bytes of an {@link AcceptorReplyProto}. */
  public static AcceptorReply reply(ByteString bytes) throws MalformedMessage {
    return decode(ProtoValues.parse(AcceptorReplyProto.parser(), bytes));
  }

  /** The wire form of {@code request}. */
  public static AcceptorRequestProto encode(AcceptorRequest request) {
    AcceptorRequestProto.Builder proto = AcceptorRequestProto.newBuilder();
    BallotProto ballot = ProtoValues.encode(request.ballot());
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
      throw ProtoValues.unhandled(request);
    }
    return proto.build();
  }

  /** Reads a request. */
  public static AcceptorRequest decode(AcceptorRequestProto proto) throws MalformedMessage {
    switch (proto.getRequestCase()) {
      case PREPARE:
        PrepareProto prepare = proto.getPrepare();
        return new AcceptorRequest.Prepare(
            ProtoValues.ballot("prepare ballot", prepare.hasBallot(), prepare.getBallot()),
            ProtoValues.votingSlot("prepare slot", prepare.getFromSlot()));
      case ACCEPT:
        AcceptProto accept = proto.getAccept();
        return new AcceptorRequest.Accept(
            ProtoValues.ballot("accept ballot", accept.hasBallot(), accept.getBallot()),
            ProtoValues.votingSlot("accept slot", accept.getSlot()),
            Batch.of(accept.getBatch()),
            ProtoValues.slot("chosen slot", accept.getChosenUpTo()));
      case PROBE:
        ProbeProto probe = proto.getProbe();
        return new AcceptorRequest.Probe(
            ProtoValues.ballot("probe ballot", probe.hasBallot(), probe.getBallot()),
            probe.getNonce());
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
              .setBallot(ProtoValues.encode(accepted.ballot()))
              .setSlot(accepted.slot().number())
              .setDigest(accepted.digest().bytes())
              .setApplied(accepted.applied().number())
              .setChainHash(accepted.chainHash().bytes()));
    } else if (reply instanceof AcceptorReply.Rejected rejected) {
      proto.setRejected(
          RejectedProto.newBuilder()
              .setRefused(ProtoValues.encode(rejected.refused()))
              .setSlot(rejected.slot().number())
              .setPromised(ProtoValues.encode(rejected.promised())));
    } else if (reply instanceof AcceptorReply.AlreadyChosen chosen) {
      proto.setAlreadyChosen(
          AlreadyChosenProto.newBuilder()
              .setBallot(ProtoValues.encode(chosen.ballot()))
              .setSlot(chosen.slot().number())
              .setUpTo(chosen.upTo().number()));
    } else if (reply instanceof AcceptorReply.ProbeConfirmed probe) {
      proto.setProbeConfirmed(
          ProbeProto.newBuilder()
              .setBallot(ProtoValues.encode(probe.ballot()))
              .setNonce(probe.nonce()));
    } else {
      throw ProtoValues.unhandled(reply);
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
            ProtoValues.ballot("accepted ballot", accepted.hasBallot(), accepted.getBallot()),
            ProtoValues.votingSlot("accepted slot", accepted.getSlot()),
            ProtoValues.digest("accepted digest", accepted.getDigest()),
            ProtoValues.slot("applied slot", accepted.getApplied()),
            ProtoValues.digest("chain hash", accepted.getChainHash()));
      case REJECTED:
        RejectedProto rejected = proto.getRejected();
        return new AcceptorReply.Rejected(
            ProtoValues.ballot("refused ballot", rejected.hasRefused(), rejected.getRefused()),
            ProtoValues.slot("refused slot", rejected.getSlot()),
            ProtoValues.ballot("promised ballot", rejected.hasPromised(), rejected.getPromised()));
      case ALREADY_CHOSEN:
        AlreadyChosenProto chosen = proto.getAlreadyChosen();
        return new AcceptorReply.AlreadyChosen(
            ProtoValues.ballot("chosen ballot", chosen.hasBallot(), chosen.getBallot()),
            ProtoValues.votingSlot("chosen slot", chosen.getSlot()),
            ProtoValues.slot("chosen up to", chosen.getUpTo()));
      case PROBE_CONFIRMED:
        ProbeProto probe = proto.getProbeConfirmed();
        return new AcceptorReply.ProbeConfirmed(
            ProtoValues.ballot("probe ballot", probe.hasBallot(), probe.getBallot()),
            probe.getNonce());
      case REPLY_NOT_SET:
        break;
    }
    throw new MalformedMessage("acceptor reply of no known kind");
  }

  private static PromisedProto promised(AcceptorReply.Promised promised) {
    PromisedProto.Builder proto =
        PromisedProto.newBuilder()
            .setBallot(ProtoValues.encode(promised.ballot()))
            .setFromSlot(promised.fromSlot().number())
            .setLearnedUpTo(promised.learnedUpTo().number())
            .setChunk(promised.chunk())
            .setLast(promised.last())
            .setBuiltAt(promised.builtAt());
    for (AcceptedPair pair : promised.accepted()) {
      proto.addAccepted(ProtoValues.pair(pair.slot(), pair.ballot(), pair.batch()));
    }
    return proto.build();
  }

  private static AcceptorReply.Promised promised(PromisedProto proto) throws MalformedMessage {
    return new AcceptorReply.Promised(
        ProtoValues.ballot("promised ballot", proto.hasBallot(), proto.getBallot()),
        ProtoValues.slot("promised slot", proto.getFromSlot()),
        ProtoValues.slot("learned slot", proto.getLearnedUpTo()),
        ProtoValues.pairs(proto.getAcceptedList()),
        (int) ProtoValues.notNegative("promise chunk", proto.getChunk()),
        proto.getLast(),
        ProtoValues.notNegative("promise built at", proto.getBuiltAt()));
  }
}
