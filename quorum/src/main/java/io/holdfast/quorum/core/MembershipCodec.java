package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.ProtoValues;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.ChangeOutcome.Refused;
import io.holdfast.quorum.core.ChangeOutcome.Sealed;
import io.holdfast.quorum.core.MembershipChange.AddLearner;
import io.holdfast.quorum.core.MembershipChange.Promote;
import io.holdfast.quorum.core.MembershipChange.Remove;
import io.holdfast.quorum.core.MembershipChange.Replace;
import io.holdfast.quorum.core.MembershipChange.Seal;
import io.holdfast.quorum.core.MembershipChange.SetQuorums;
import io.holdfast.quorum.wire.ChangeOutcomeProto;
import io.holdfast.quorum.wire.ChangeRefusedProto;
import io.holdfast.quorum.wire.ChangedProto;
import io.holdfast.quorum.wire.GoverningProto;
import io.holdfast.quorum.wire.MembershipProto;
import io.holdfast.quorum.wire.PromoteProto;
import io.holdfast.quorum.wire.ProposedChangeProto;
import io.holdfast.quorum.wire.RemoveProto;
import io.holdfast.quorum.wire.ReplaceProto;
import io.holdfast.quorum.wire.SealProto;
import io.holdfast.quorum.wire.SealedProto;
import io.holdfast.quorum.wire.SetQuorumsProto;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Changes of membership, their outcomes, and who takes part, as protobuf. Reading is strict. */
public final class MembershipCodec {

  /**
   * The version of changes in the log; 1 was a bare configuration, which nothing released wrote.
   */
  public static final int CHANGE_VERSION = 2;

  /** The version of a seal: who does not know it must stop there, and not take it for damaged. */
  public static final int SEAL_VERSION = 3;

  /** The version of outcomes, and of what is stored. */
  public static final int VERSION = 1;

  /** The version of what is stored of a group that is sealed. */
  public static final int SEALED_VERSION = 2;

  private MembershipCodec() {}

  // ---- Changes

  /** A change as it stands in the log. */
  public static ByteString encode(ProposedChange proposed) {
    MembershipChange change = proposed.change();
    ProposedChangeProto.Builder proto =
        ProposedChangeProto.newBuilder()
            .setVersion(change instanceof Seal ? SEAL_VERSION : CHANGE_VERSION)
            .setBasis(proposed.basis());
    if (change instanceof AddLearner add) {
      proto.setAddLearner(ProtoValues.encode(add.joining()));
    } else if (change instanceof Promote promote) {
      PromoteProto.Builder with =
          proto.getPromoteBuilder().setLearner(ProtoValues.encode(promote.learner()));
      promote.w().ifPresent(with::setW);
    } else if (change instanceof Remove remove) {
      RemoveProto.Builder with =
          proto.getRemoveBuilder().setLeaving(ProtoValues.encode(remove.leaving()));
      remove.w().ifPresent(with::setW);
    } else if (change instanceof Replace replace) {
      proto.setReplace(
          ReplaceProto.newBuilder()
              .setLeaving(ProtoValues.encode(replace.leaving()))
              .setJoining(ProtoValues.encode(replace.joining())));
    } else if (change instanceof SetQuorums quorums) {
      proto.setSetQuorums(
          SetQuorumsProto.newBuilder().setW(quorums.w()).setPrepareQuorum(quorums.prepareQuorum()));
    } else if (change instanceof Seal) {
      proto.setSeal(SealProto.getDefaultInstance());
    }
    return proto.build().toByteString();
  }

  /**
   * Reads a change from the log.
   *
   * @throws UnreadableBatch when it is none, or of a version that is not known here
   */
  public static ProposedChange decodeChange(ByteString bytes) {
    try {
      ProposedChangeProto proto = ProposedChangeProto.parseFrom(bytes);
      int version = proto.getVersion();
      if (version != CHANGE_VERSION && version != SEAL_VERSION) {
        throw new UnreadableBatch(
            "change of membership of version " + Integer.toUnsignedString(version),
            Integer.compareUnsigned(version, SEAL_VERSION) > 0);
      }
      return new ProposedChange(change(proto), proto.getBasis());
    } catch (InvalidProtocolBufferException | MalformedMessage | IllegalArgumentException e) {
      throw new UnreadableBatch("not a change of membership: " + e.getMessage(), false);
    }
  }

  private static MembershipChange change(ProposedChangeProto proto) throws MalformedMessage {
    return switch (proto.getChangeCase()) {
      case ADD_LEARNER -> new AddLearner(ProtoValues.decode(proto.getAddLearner()));
      case PROMOTE -> {
        PromoteProto promote = proto.getPromote();
        yield new Promote(
            ProtoValues.decode(promote.getLearner()), given(promote.hasW(), promote.getW()));
      }
      case REMOVE -> {
        RemoveProto remove = proto.getRemove();
        yield new Remove(
            ProtoValues.decode(remove.getLeaving()), given(remove.hasW(), remove.getW()));
      }
      case REPLACE ->
          new Replace(
              ProtoValues.decode(proto.getReplace().getLeaving()),
              ProtoValues.decode(proto.getReplace().getJoining()));
      case SET_QUORUMS ->
          new SetQuorums(proto.getSetQuorums().getW(), proto.getSetQuorums().getPrepareQuorum());
      case SEAL -> new Seal();
      case CHANGE_NOT_SET -> throw new MalformedMessage("nothing is to be changed");
    };
  }

  private static OptionalInt given(boolean present, int value) {
    return present ? OptionalInt.of(value) : OptionalInt.empty();
  }

  // ---- Outcomes

  /** The canonical form of an outcome, which is part of the chain hash. */
  public static ByteString encode(ChangeOutcome outcome) {
    ChangeOutcomeProto.Builder proto = ChangeOutcomeProto.newBuilder().setVersion(VERSION);
    if (outcome instanceof Changed changed) {
      proto.setChanged(
          ChangedProto.newBuilder()
              .setNumber(changed.number())
              .setConfiguration(QuorumCodec.toProto(changed.configuration()))
              .setEffectSlot(changed.effect().number()));
    } else if (outcome instanceof Refused refused) {
      proto.setRefused(ChangeRefusedProto.newBuilder().setCode(refused.refusal().code().code()));
    } else if (outcome instanceof Sealed) {
      proto.setSealed(SealedProto.getDefaultInstance());
    }
    return proto.build().toByteString();
  }

  /**
   * Reads an outcome.
   *
   * @throws MalformedMessage when it is none
   */
  public static ChangeOutcome decodeOutcome(ByteString bytes) throws MalformedMessage {
    try {
      ChangeOutcomeProto proto = ChangeOutcomeProto.parseFrom(bytes);
      checkVersion("outcome of a change", proto.getVersion(), VERSION);
      return switch (proto.getOutcomeCase()) {
        case CHANGED ->
            new Changed(
                proto.getChanged().getNumber(),
                QuorumCodec.fromProto(proto.getChanged().getConfiguration()),
                new Slot(proto.getChanged().getEffectSlot()));
        case REFUSED -> {
          ChangeRefusal.Code code = ChangeRefusal.Code.ofCode(proto.getRefused().getCode());
          yield new Refused(new ChangeRefusal(code, code.sentence()));
        }
        case SEALED -> new Sealed();
        case OUTCOME_NOT_SET -> throw new MalformedMessage("a change without an outcome");
      };
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new MalformedMessage("not the outcome of a change: " + e.getMessage(), e);
    }
  }

  // ---- State

  /** What a store keeps of who takes part. */
  public static MembershipProto toProto(Membership membership) {
    MembershipProto.Builder proto =
        MembershipProto.newBuilder()
            .setVersion(membership.sealed() ? SEALED_VERSION : VERSION)
            .setAlpha(membership.alpha())
            .setNumber(membership.number());
    if (membership.sealed()) {
      proto.setSealed(true);
    }
    for (Map.Entry<Slot, Configuration> governing : membership.governsFrom().entrySet()) {
      proto.addGoverning(
          GoverningProto.newBuilder()
              .setFromSlot(governing.getKey().number())
              .setConfiguration(QuorumCodec.toProto(governing.getValue())));
    }
    return proto.build();
  }

  /**
   * Reads it.
   *
   * @throws MalformedMessage when it cannot be
   */
  public static Membership fromProto(MembershipProto proto) throws MalformedMessage {
    checkVersion("membership", proto.getVersion(), SEALED_VERSION);
    TreeMap<Slot, Configuration> governsFrom = new TreeMap<>();
    try {
      for (GoverningProto governing : proto.getGoverningList()) {
        Slot from = new Slot(governing.getFromSlot());
        if (governsFrom.put(from, QuorumCodec.fromProto(governing.getConfiguration())) != null) {
          throw new MalformedMessage("not a membership: two configurations from slot " + from);
        }
      }
      return new Membership(proto.getAlpha(), proto.getNumber(), governsFrom, proto.getSealed());
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("not a membership: " + e.getMessage(), e);
    }
  }

  private static void checkVersion(String what, int version, int newest) throws MalformedMessage {
    if (version < VERSION || version > newest) {
      throw new MalformedMessage(
          "%s of version %s: this software reads %d"
              .formatted(what, Integer.toUnsignedString(version), newest));
    }
  }
}
