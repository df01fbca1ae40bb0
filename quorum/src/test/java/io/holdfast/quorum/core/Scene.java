package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.CoordinatorEffect.AskAcceptor;
import io.holdfast.quorum.core.CoordinatorEffect.Conclude;
import io.holdfast.quorum.core.CoordinatorEffect.NoteSkew;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Say;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One coordinator on a stage: the test plays everyone else and the clock. */
final class Scene {

  static final MemberId A = member("a");
  static final MemberId B = member("b");
  static final MemberId C = member("c");
  static final MemberId D = member("d");

  static final CoordinatorTiming TIMING =
      new CoordinatorTiming(
          Duration.ofMillis(100),
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          Duration.ofMillis(100),
          Duration.ofMillis(400));

  static final CoordinatorLimits LIMITS = new CoordinatorLimits(4, 100, 3, 2, 6, 1000, 3);

  final CoordinatorCore core;
  final List<CoordinatorEffect> all = new ArrayList<>();
  private final List<String> transcript = new ArrayList<>();
  private long millis = 1000;
  private Digest chain = Digest.ZERO;

  Scene(Configuration configuration) {
    this(configuration, 64, Ballot.BOTTOM);
  }

  Scene(Configuration configuration, int alpha, Ballot promised) {
    core =
        new CoordinatorCore(
            new GroupId("g"),
            A,
            new ConfigurationLog(alpha, configuration),
            TIMING,
            LIMITS,
            new Random(1),
            promised,
            Slot.ZERO,
            Digest.ZERO,
            now());
  }

  static Scene of(int w, MemberId... members) {
    return new Scene(Configuration.of(List.of(members), w));
  }

  static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }

  static Slot slot(long number) {
    return new Slot(number);
  }

  static CommandEntry command(String text) {
    return new CommandEntry(ByteString.copyFromUtf8(text));
  }

  static Batch batch(String... commands) {
    List<BatchEntry> entries = new ArrayList<>();
    for (String command : commands) {
      entries.add(command(command));
    }
    return BatchFormat.encode(entries);
  }

  Now now() {
    return new Now(millis * 1_000_000, 10_000 + millis);
  }

  List<CoordinatorEffect> on(CoordinatorInput input) {
    List<CoordinatorEffect> effects = core.on(input, now());
    all.addAll(effects);
    if (!(input instanceof CoordinatorInput.Tick) || !effects.isEmpty()) {
      transcript.add(millis + "ms < " + input);
      for (CoordinatorEffect effect : effects) {
        if (!(effect instanceof NoteSkew)) {
          transcript.add("    > " + effect);
        }
      }
    }
    return effects;
  }

  /** Inputs and effects so far, as text; digests are cut short. */
  String transcript() {
    String text = String.join("\n", transcript) + "\n";
    return text.replaceAll("([0-9a-f]{12})[0-9a-f]{52}", "$1")
        .replaceAll("<ByteString@\\w+ size=\\d+ contents=(\"[^\"]*\")>", "$1");
  }

  /** Time passes, with a tick every 10 ms. */
  List<CoordinatorEffect> pass(long forMillis) {
    List<CoordinatorEffect> effects = new ArrayList<>();
    for (long end = millis + forMillis; millis < end; ) {
      millis += 10;
      effects.addAll(on(new CoordinatorInput.Tick()));
    }
    return effects;
  }

  /** Time passes and no tick tells. */
  void passUntold(long forMillis) {
    millis += forMillis;
  }

  List<CoordinatorEffect> said(MemberId from, CoordinatorMessage message) {
    return on(new CoordinatorInput.Said(from, message));
  }

  List<CoordinatorEffect> replied(MemberId from, AcceptorReply reply) {
    return on(new CoordinatorInput.Replied(from, reply));
  }

  List<CoordinatorEffect> propose(long token, String command) {
    return on(new CoordinatorInput.Propose(token, command(command)));
  }

  List<CoordinatorEffect> read(long token) {
    return on(new CoordinatorInput.Read(token));
  }

  static MemberState state(long learned) {
    return new MemberState(slot(learned), Slot.ZERO, Digest.ZERO, Slot.ZERO, 0);
  }

  List<CoordinatorEffect> alive(MemberId from) {
    return said(from, new Alive(state(0)));
  }

  List<CoordinatorEffect> heartbeat(Ballot ballot, long chosenUpTo) {
    return said(
        ballot.proposer(), new Heartbeat(ballot, slot(chosenUpTo), Slot.ZERO, state(chosenUpTo)));
  }

  /** Waits until this member asks whether a leader is heard; returns the nonce. */
  long campaign() {
    for (int i = 0; i < 1000; i++) {
      for (CoordinatorEffect effect : pass(10)) {
        if (effect instanceof Say say && say.message() instanceof PrePrepare ask) {
          return ask.nonce();
        }
      }
    }
    throw new AssertionError("it never tries to lead: " + transcript());
  }

  List<CoordinatorEffect> grant(MemberId from, long nonce) {
    return said(from, new PrePrepared(nonce, true, Slot.ZERO, Ballot.BOTTOM));
  }

  static Promised promised(Prepare prepare, long learned, AcceptedPair... pairs) {
    return new Promised(
        prepare.ballot(), prepare.fromSlot(), slot(learned), List.of(pairs), 0, true, 1);
  }

  /** The prepare among {@code effects} for {@code to}. */
  static Prepare prepareFor(MemberId to, List<CoordinatorEffect> effects) {
    return asks(effects, to, Prepare.class).get(0);
  }

  static <T> List<T> asks(List<CoordinatorEffect> effects, MemberId to, Class<T> kind) {
    List<T> asks = new ArrayList<>();
    for (CoordinatorEffect effect : effects) {
      if (effect instanceof AskAcceptor ask
          && ask.to().equals(to)
          && kind.isInstance(ask.request())) {
        asks.add(kind.cast(ask.request()));
      }
    }
    return asks;
  }

  static List<Accept> accepts(List<CoordinatorEffect> effects, MemberId to) {
    return asks(effects, to, Accept.class);
  }

  static List<Probe> probes(List<CoordinatorEffect> effects, MemberId to) {
    return asks(effects, to, Probe.class);
  }

  /** Elects this member with {@code voters}; nothing is open. Returns the ballot. */
  Ballot lead(MemberId... voters) {
    long nonce = campaign();
    List<CoordinatorEffect> effects = new ArrayList<>();
    for (MemberId voter : voters) {
      effects.addAll(grant(voter, nonce));
    }
    Prepare prepare = prepareFor(A, effects);
    replied(A, promised(prepare, 0));
    for (MemberId voter : voters) {
      replied(voter, promised(prepare, 0));
    }
    return prepare.ballot();
  }

  List<CoordinatorEffect> accepted(MemberId from, Accept accept) {
    return replied(
        from,
        new Accepted(
            accept.ballot(), accept.slot(), accept.batch().digest(), Slot.ZERO, Digest.ZERO));
  }

  List<CoordinatorEffect> confirm(MemberId from, Probe probe) {
    return replied(from, new ProbeConfirmed(probe.ballot(), probe.nonce()));
  }

  /** This node's replica executes the next slot. */
  List<CoordinatorEffect> executed(long slot, Batch batch) {
    chain = Digest.of(chain.bytes(), batch.digest().bytes());
    List<ByteString> results = new ArrayList<>();
    for (int i = 0; i < BatchFormat.decode(batch).size(); i++) {
      results.add(ByteString.copyFromUtf8("result " + i));
    }
    return on(new CoordinatorInput.Executed(slot(slot), batch.digest(), chain, results));
  }

  /** How the proposal of {@code token} ended; fails where it did not, or twice. */
  Outcome outcome(long token) {
    List<Outcome> outcomes = outcomes(token);
    if (outcomes.size() != 1) {
      throw new AssertionError("token " + token + " was concluded with " + outcomes);
    }
    return outcomes.get(0);
  }

  List<Outcome> outcomes(long token) {
    List<Outcome> outcomes = new ArrayList<>();
    for (CoordinatorEffect effect : all) {
      if (effect instanceof Conclude conclude && conclude.token() == token) {
        outcomes.add(conclude.outcome());
      }
    }
    return outcomes;
  }
}
