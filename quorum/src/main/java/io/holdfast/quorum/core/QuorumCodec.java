package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.ProtoValues;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.wire.MemberIdProto;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import io.holdfast.quorum.core.CoordinatorMessage.AskChainHash;
import io.holdfast.quorum.core.CoordinatorMessage.ChainHashAt;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepared;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import io.holdfast.quorum.wire.AskChainHashProto;
import io.holdfast.quorum.wire.ChainHashAtProto;
import io.holdfast.quorum.wire.ConfigurationProto;
import io.holdfast.quorum.wire.CoordinatorMessageProto;
import io.holdfast.quorum.wire.HeartbeatProto;
import io.holdfast.quorum.wire.MemberStateProto;
import io.holdfast.quorum.wire.PrePrepareProto;
import io.holdfast.quorum.wire.PrePreparedProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What coordinators say to each other, and configurations, as protobuf. Reading is strict. */
public final class QuorumCodec {

  /** The newest version of encoded configurations that is read; 1 where there are no learners. */
  public static final int CONFIGURATION_VERSION = 2;

  private QuorumCodec() {}

  /** The wire form of a message. */
  public static CoordinatorMessageProto encode(CoordinatorMessage message) {
    CoordinatorMessageProto.Builder proto = CoordinatorMessageProto.newBuilder();
    if (message instanceof PrePrepare ask) {
      proto.setPrePrepare(
          PrePrepareProto.newBuilder()
              .setNonce(ask.nonce())
              .setLearnedUpTo(ask.learnedUpTo().number()));
    } else if (message instanceof PrePrepared answer) {
      proto.setPrePrepared(
          PrePreparedProto.newBuilder()
              .setNonce(answer.nonce())
              .setHearsNoLeader(answer.hearsNoLeader())
              .setLearnedUpTo(answer.learnedUpTo().number())
              .setHighest(ProtoValues.encode(answer.highest())));
    } else if (message instanceof Heartbeat heartbeat) {
      proto.setHeartbeat(
          HeartbeatProto.newBuilder()
              .setBallot(ProtoValues.encode(heartbeat.ballot()))
              .setChosenUpTo(heartbeat.chosenUpTo().number())
              .setTrimUpTo(heartbeat.trimUpTo().number())
              .setTrimAtMost(heartbeat.trimAtMost().number())
              .setState(encode(heartbeat.state())));
    } else if (message instanceof Alive alive) {
      proto.setAlive(encode(alive.state()));
    } else if (message instanceof Resigned resigned) {
      proto
          .setResigned(ProtoValues.encode(resigned.ballot()))
          .setSuccessor(ProtoValues.encode(resigned.successor()));
    } else if (message instanceof AskChainHash ask) {
      proto.setAskChainHash(
          AskChainHashProto.newBuilder().setNonce(ask.nonce()).setSlot(ask.slot().number()));
    } else if (message instanceof ChainHashAt answer) {
      proto.setChainHashAt(
          ChainHashAtProto.newBuilder()
              .setNonce(answer.nonce())
              .setSlot(answer.slot().number())
              .setChainHash(answer.chainHash().map(Digest::bytes).orElse(ByteString.EMPTY)));
    }
    return proto.build();
  }

  /**
   * Reads a message.
   *
   * @throws MalformedMessage naming what is wrong
   */
  public static CoordinatorMessage decode(CoordinatorMessageProto proto) throws MalformedMessage {
    return switch (proto.getMessageCase()) {
      case PRE_PREPARE ->
          new PrePrepare(
              proto.getPrePrepare().getNonce(), slot(proto.getPrePrepare().getLearnedUpTo()));
      case PRE_PREPARED -> {
        PrePreparedProto answer = proto.getPrePrepared();
        yield new PrePrepared(
            answer.getNonce(),
            answer.getHearsNoLeader(),
            slot(answer.getLearnedUpTo()),
            ProtoValues.decode(answer.getHighest()));
      }
      case HEARTBEAT -> {
        HeartbeatProto heartbeat = proto.getHeartbeat();
        yield new Heartbeat(
            ProtoValues.decode(heartbeat.getBallot()),
            slot(heartbeat.getChosenUpTo()),
            slot(heartbeat.getTrimUpTo()),
            slot(heartbeat.getTrimAtMost()),
            decode(heartbeat.getState()));
      }
      case ALIVE -> new Alive(decode(proto.getAlive()));
      case RESIGNED ->
          new Resigned(
              ProtoValues.decode(proto.getResigned()), ProtoValues.decode(proto.getSuccessor()));
      case ASK_CHAIN_HASH ->
          new AskChainHash(
              proto.getAskChainHash().getNonce(), slot(proto.getAskChainHash().getSlot()));
      case CHAIN_HASH_AT -> {
        ChainHashAtProto answer = proto.getChainHashAt();
        Optional<Digest> hash =
            answer.getChainHash().isEmpty()
                ? Optional.empty()
                : Optional.of(chainHash(answer.getChainHash()));
        yield new ChainHashAt(answer.getNonce(), slot(answer.getSlot()), hash);
      }
      case MESSAGE_NOT_SET -> throw new MalformedMessage("a coordinator message of unknown kind");
    };
  }

  private static MemberStateProto encode(MemberState state) {
    return MemberStateProto.newBuilder()
        .setLearnedUpTo(state.learnedUpTo().number())
        .setApplied(state.applied().number())
        .setChainHash(state.chainHash().bytes())
        .setDurableUpTo(state.durableUpTo().number())
        .setWallMillis(state.wallMillis())
        .build();
  }

  private static MemberState decode(MemberStateProto proto) throws MalformedMessage {
    return new MemberState(
        slot(proto.getLearnedUpTo()),
        slot(proto.getApplied()),
        chainHash(proto.getChainHash()),
        slot(proto.getDurableUpTo()),
        proto.getWallMillis());
  }

  private static Digest chainHash(ByteString bytes) throws MalformedMessage {
    if (bytes.size() != Digest.LENGTH) {
      throw new MalformedMessage("chain hash of " + bytes.size() + " bytes");
    }
    return new Digest(bytes);
  }

  private static Slot slot(long number) throws MalformedMessage {
    if (number < 0) {
      throw new MalformedMessage("slot " + number);
    }
    return new Slot(number);
  }

  /** A configuration as it is stored. */
  public static ByteString encode(Configuration configuration) {
    return toProto(configuration).toByteString();
  }

  static ConfigurationProto toProto(Configuration configuration) {
    ConfigurationProto.Builder proto =
        ConfigurationProto.newBuilder()
            .setVersion(configuration.learners().isEmpty() ? 1 : CONFIGURATION_VERSION)
            .setW(configuration.w())
            .setPrepareQuorum(configuration.prepareQuorum());
    configuration.members().forEach(member -> proto.addMembers(ProtoValues.encode(member)));
    configuration.learners().forEach(member -> proto.addLearners(ProtoValues.encode(member)));
    return proto.build();
  }

  /**
   * Reads a stored configuration.
   *
   * @throws MalformedMessage when this is none, or one whose quorums do not intersect
   */
  public static Configuration decodeConfiguration(ByteString bytes) throws MalformedMessage {
    try {
      return fromProto(ConfigurationProto.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessage("not a configuration: " + e.getMessage(), e);
    }
  }

  static Configuration fromProto(ConfigurationProto proto) throws MalformedMessage {
    int version = proto.getVersion();
    if (version < 1 || version > CONFIGURATION_VERSION) {
      throw new MalformedMessage(
          "configuration version "
              + Integer.toUnsignedString(version)
              + ": this software reads 1 to "
              + CONFIGURATION_VERSION);
    }
    TreeSet<MemberId> seen = new TreeSet<>();
    SortedSet<MemberId> members = memberSet(proto.getMembersList(), seen);
    SortedSet<MemberId> learners = memberSet(proto.getLearnersList(), seen);
    try {
      return new Configuration(members, learners, proto.getW(), proto.getPrepareQuorum());
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("not a configuration: " + e.getMessage(), e);
    }
  }

  private static SortedSet<MemberId> memberSet(List<MemberIdProto> protos, Set<MemberId> seen)
      throws MalformedMessage {
    TreeSet<MemberId> members = new TreeSet<>();
    for (MemberIdProto member : protos) {
      MemberId read = ProtoValues.decode(member);
      if (!seen.add(read)) {
        throw new MalformedMessage("configuration names " + read + " twice");
      }
      members.add(read);
    }
    return members;
  }
}
