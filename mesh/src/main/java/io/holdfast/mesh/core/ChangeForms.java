package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedChange;
import io.holdfast.mesh.core.Envelope.ForwardedChangeAnswer;
import io.holdfast.mesh.wire.ChangeAnswerProto;
import io.holdfast.mesh.wire.ChangeDoneProto;
import io.holdfast.mesh.wire.ChangeSealedProto;
import io.holdfast.mesh.wire.ChangeUndecidedProto;
import io.holdfast.mesh.wire.ForwardChangeProto;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.ProposedChange;
import io.holdfast.quorum.core.UnreadableBatch;
import io.holdfast.quorum.wire.ChangeRefusedProto;
import java.util.OptionalLong;

/** Changes of members as protobuf, on their way to the leader and back. */
final class ChangeForms {

  private ChangeForms() {}

  static ForwardChangeProto encode(ForwardedChange forward) {
    ForwardChangeProto.Builder proto =
        ForwardChangeProto.newBuilder()
            .setToken(forward.token())
            .setHops(forward.hops())
            .setChange(MembershipCodec.encode(new ProposedChange(forward.change(), 0)));
    forward.expected().ifPresent(proto::setExpected);
    return proto.build();
  }

  static ForwardedChange decode(GroupId group, ForwardChangeProto proto) throws MalformedMessage {
    MembershipChange change;
    try {
      change = MembershipCodec.decodeChange(proto.getChange()).change();
    } catch (UnreadableBatch e) {
      throw new MalformedMessage("a forwarded change", e);
    }
    return new ForwardedChange(
        group,
        proto.getToken(),
        EnvelopeCodec.hops(proto.getHops()),
        change,
        proto.hasExpected() ? OptionalLong.of(proto.getExpected()) : OptionalLong.empty());
  }

  static ChangeAnswerProto encode(ForwardedChangeAnswer forwarded) {
    ChangeAnswerProto.Builder proto = ChangeAnswerProto.newBuilder().setToken(forwarded.token());
    if (forwarded.answer() instanceof ChangeAnswer.Changed changed) {
      proto.setChanged(
          ChangeDoneProto.newBuilder()
              .setConfiguration(changed.configuration())
              .setGovernsFrom(changed.governsFrom()));
    } else if (forwarded.answer() instanceof ChangeAnswer.Refused refused) {
      proto.setRefused(
          ChangeRefusedProto.newBuilder()
              .setCode(refused.refusal().code().code())
              .setReason(refused.refusal().reason()));
    } else if (forwarded.answer() instanceof ChangeAnswer.Sealed) {
      proto.setSealed(ChangeSealedProto.getDefaultInstance());
    } else if (forwarded.answer() instanceof ChangeAnswer.Undecided undecided) {
      proto.setUndecided(
          ChangeUndecidedProto.newBuilder()
              .setCode(undecided.code().code())
              .setDetail(undecided.detail())
              .setRetryAfterMillis(AnswerCodec.millis(undecided.retryAfter())));
    }
    return proto.build();
  }

  static ForwardedChangeAnswer decode(GroupId group, ChangeAnswerProto proto)
      throws MalformedMessage {
    return new ForwardedChangeAnswer(group, proto.getToken(), answer(proto));
  }

  private static ChangeAnswer answer(ChangeAnswerProto proto) throws MalformedMessage {
    return switch (proto.getAnswerCase()) {
      case CHANGED ->
          new ChangeAnswer.Changed(
              proto.getChanged().getConfiguration(), proto.getChanged().getGovernsFrom());
      case SEALED -> new ChangeAnswer.Sealed();
      case REFUSED -> new ChangeAnswer.Refused(refusal(proto.getRefused()));
      case UNDECIDED ->
          new ChangeAnswer.Undecided(
              AnswerCodec.code(proto.getUndecided().getCode()),
              EnvelopeCodec.text("detail", proto.getUndecided().getDetail()),
              AnswerCodec.duration(proto.getUndecided().getRetryAfterMillis()));
      case ANSWER_NOT_SET -> throw new MalformedMessage("an answer to a change of unknown kind");
    };
  }

  private static ChangeRefusal refusal(ChangeRefusedProto proto) throws MalformedMessage {
    String reason = EnvelopeCodec.text("reason", proto.getReason());
    try {
      return new ChangeRefusal(ChangeRefusal.Code.ofCode(proto.getCode()), reason);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("refusal of a change", e);
    }
  }
}
