package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import io.holdfast.quorum.core.CoordinatorMessage.AskChainHash;
import io.holdfast.quorum.core.CoordinatorMessage.ChainHashAt;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepared;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** One of everything that this module encodes, and generators of any of it. */
final class QuorumSamples {

  private static final MemberId MEMBER = new MemberId(new NodeId("node-1"), 0xFEDC_BA98_7654_3210L);
  private static final Ballot BALLOT = new Ballot(42, MEMBER);
  private static final MemberState STATE =
      new MemberState(
          new Slot(9),
          new Slot(8),
          Digest.of(ByteString.copyFromUtf8("chain")),
          new Slot(7),
          1_700_000_000_123L);

  private QuorumSamples() {}

  static Map<String, CoordinatorMessage> messages() {
    Map<String, CoordinatorMessage> samples = new LinkedHashMap<>();
    samples.put("pre-prepare", new PrePrepare(-5, new Slot(9)));
    samples.put("pre-prepared", new PrePrepared(-5, true, new Slot(9), BALLOT));
    samples.put("pre-prepared-bottom", new PrePrepared(1, false, Slot.ZERO, Ballot.BOTTOM));
    samples.put("heartbeat", new Heartbeat(BALLOT, new Slot(9), new Slot(3), STATE));
    samples.put(
        "heartbeat-bounded", new Heartbeat(BALLOT, new Slot(9), new Slot(3), new Slot(8), STATE));
    samples.put("alive", new Alive(STATE));
    samples.put("resigned", new Resigned(BALLOT, MEMBER));
    samples.put("ask-chain-hash", new AskChainHash(-7, new Slot(9)));
    samples.put("chain-hash-at", new ChainHashAt(-7, new Slot(9), Optional.of(STATE.chainHash())));
    samples.put("chain-hash-unknown", new ChainHashAt(-7, new Slot(9), Optional.empty()));
    return samples;
  }

  static Configuration configuration() {
    return new Configuration(
        new TreeSet<>(
            List.of(
                MEMBER, new MemberId(new NodeId("node-2"), 1), new MemberId(new NodeId("z"), 2))),
        2,
        3);
  }

  static List<BatchEntry> entries() {
    return List.of(
        new CommandEntry(ByteString.copyFromUtf8("a command")),
        new ConfigurationEntry(QuorumCodec.encode(configuration())),
        new CommandEntry(ByteString.EMPTY));
  }

  // ---- Any

  static Arbitrary<CoordinatorMessage> anyMessage() {
    return Arbitraries.oneOf(
        Combinators.combine(Arbitraries.longs(), anySlot()).as(PrePrepare::new),
        Combinators.combine(
                Arbitraries.longs(), Arbitraries.of(true, false), anySlot(), anyBallotOrBottom())
            .as(PrePrepared::new),
        Combinators.combine(anyBallot(), anySlot(), anySlot(), anyState()).as(Heartbeat::new),
        anyState().map(Alive::new),
        Combinators.combine(anyBallot(), anyMember()).as(Resigned::new),
        Combinators.combine(Arbitraries.longs(), anySlot()).as(AskChainHash::new),
        Combinators.combine(
                Arbitraries.longs(),
                anySlot(),
                anyState().map(MemberState::chainHash).optional(0.5))
            .as(ChainHashAt::new));
  }

  static Arbitrary<Configuration> anyConfiguration() {
    return Combinators.combine(
            anyMember().set().ofMinSize(1).ofMaxSize(7),
            Arbitraries.integers().between(0, 6),
            Arbitraries.integers().between(0, 6))
        .as(
            (members, w, more) -> {
              int n = members.size();
              int accept = 1 + w % n;
              int least = n - accept + 1;
              TreeSet<MemberId> learners = new TreeSet<>();
              if (more % 2 == 1) {
                learners.add(new MemberId(new NodeId("learner"), w));
              }
              return new Configuration(
                  new TreeSet<>(members), learners, accept, least + more % (n - least + 1));
            });
  }

  static Arbitrary<List<BatchEntry>> anyEntries() {
    Arbitrary<ByteString> bytes =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(ByteString::copyFrom);
    return Arbitraries.<BatchEntry>oneOf(
            bytes.map(CommandEntry::new), bytes.map(ConfigurationEntry::new))
        .list()
        .ofMaxSize(5);
  }

  private static Arbitrary<MemberState> anyState() {
    return Combinators.combine(anySlot(), anySlot(), anyDigest(), anySlot(), Arbitraries.longs())
        .as(MemberState::new);
  }

  private static Arbitrary<Ballot> anyBallotOrBottom() {
    return Arbitraries.oneOf(anyBallot(), Arbitraries.just(Ballot.BOTTOM));
  }

  private static Arbitrary<Ballot> anyBallot() {
    return Combinators.combine(Arbitraries.longs().between(1, Long.MAX_VALUE), anyMember())
        .as(Ballot::new);
  }

  private static Arbitrary<MemberId> anyMember() {
    return Combinators.combine(
            Arbitraries.of("a", "node-1", "node-2", "z".repeat(63)), Arbitraries.longs())
        .as((node, life) -> new MemberId(new NodeId(node), life));
  }

  private static Arbitrary<Slot> anySlot() {
    return Arbitraries.longs().between(0, Long.MAX_VALUE).map(Slot::new);
  }

  private static Arbitrary<Digest> anyDigest() {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofSize(Digest.LENGTH)
        .map(bytes -> new Digest(ByteString.copyFrom(bytes)));
  }
}
