package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.store.CountingStore;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.ReplicaStore;
import io.holdfast.sync.store.StoreAnswers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A replica with its store, driven one step at a time over a log that it may share with others. The
 * store answers at once unless it is told to wait, and every step checks that applying asked it
 * nothing.
 */
final class SteppedReplica {

  static final ReplicaSettings SETTINGS = ReplicaSettings.DEFAULTS;

  /** The same, serving otherwise. */
  static ReplicaSettings serving(ServingSettings serving) {
    ReplicaSettings d = SETTINGS;
    return new ReplicaSettings(
        d.gapPatience(),
        d.fetchTimeout(),
        d.fetchBackoff(),
        d.maxFetchBackoff(),
        d.fetchChunkBytes(),
        d.maxBufferedBytes(),
        d.maxTailBytes(),
        d.maxLogReads(),
        d.flushBytes(),
        d.flushInterval(),
        d.maxUnflushedBytes(),
        d.maxWaitingReads(),
        d.maxReadWait(),
        serving);
  }

  private static final MemberId SELF = new MemberId(new NodeId("a"), 1);
  private static final Ballot BALLOT = new Ballot(1, SELF);

  private final ReplicaStore durable;
  private final List<Batch> log;
  private final Deque<ReplicaEffect.AskStore> asked = new ArrayDeque<>();
  private final ReplicaSettings settings;
  private final ReplicaTranscript transcript = new ReplicaTranscript();
  private Optional<Membership> founders = Optional.empty();
  private CountingStore store;
  private ReplicaCore core;
  private List<ReplicaEffect> effects = new ArrayList<>();
  private boolean storeWaits;
  private long nowMillis = 1000;
  private long wallMillis;
  private long lastToken;

  SteppedReplica(ReplicaStore durable, List<Batch> log, ReplicaSettings settings) {
    this.durable = durable;
    this.store = new CountingStore(durable);
    this.log = log;
    this.settings = settings;
    this.core = restored();
  }

  /** One with a log and a store of its own. */
  static SteppedReplica of(StateTerms terms) {
    return new SteppedReplica(new InMemoryReplicaStore(terms), new ArrayList<>(), SETTINGS);
  }

  /** Terms under which the cache rotates after so many commands. */
  static StateTerms rotatingAfter(int commands) {
    return new StateTerms(100, commands, 64L << 20);
  }

  private ReplicaCore restored() {
    RestoredState stored = store.load();
    return ReplicaCore.restore(
        SELF, List.of(SELF), settings, founders.map(stored::foundedBy).orElse(stored));
  }

  /** It is known who takes part: this member alone. */
  void foundAlone() {
    founders = Optional.of(Membership.founded(4, Configuration.of(List.of(SELF), 1)));
    core = restored();
  }

  // ---- Steps

  /** One input; what came of it, with what the store's answers led to. */
  List<ReplicaEffect> on(ReplicaInput input) {
    effects = new ArrayList<>();
    take(input);
    assertThat(store.readsWhileApplying()).as("store reads while applying").isZero();
    return List.copyOf(effects);
  }

  private void take(ReplicaInput input) {
    Now now = new Now(nowMillis * 1_000_000, wallMillis);
    List<ReplicaEffect> step = new ArrayList<>();
    store.whileApplying(() -> step.addAll(core.on(input, now)));
    effects.addAll(step);
    transcript.step(input, step);
    if (step.stream().anyMatch(ReplicaEffect.Applied.class::isInstance)) {
      transcript.state(core);
    }
    for (ReplicaEffect effect : step) {
      if (effect instanceof ReplicaEffect.Flush flush) {
        store.flush(flush.delta());
        take(new ReplicaInput.Flushed(flush.delta().after().applied()));
      } else if (effect instanceof ReplicaEffect.AskStore ask) {
        asked.add(ask);
      }
    }
    if (!storeWaits) {
      answerWaiting();
    }
  }

  private void answerWaiting() {
    while (!asked.isEmpty()) {
      ReplicaEffect.AskStore ask = asked.remove();
      take(
          new ReplicaInput.StoreAnswered(ask.number(), StoreAnswers.answer(store, ask.question())));
    }
  }

  /** From now on the store answers no question. */
  void holdStore() {
    storeWaits = true;
  }

  /** The store answers what it was asked, and from now on at once; what that led to. */
  List<ReplicaEffect> releaseStore() {
    storeWaits = false;
    effects = new ArrayList<>();
    answerWaiting();
    return List.copyOf(effects);
  }

  int questionsWaiting() {
    return asked.size();
  }

  /** What admission says at last; nothing while the store is waited for. */
  Optional<ReplicaEffect> admission(WriteCommand write) {
    return admission(write, Caller.ANYBODY);
  }

  /** The same for a caller. */
  Optional<ReplicaEffect> admission(WriteCommand write, Caller caller) {
    return on(new ReplicaInput.Admit(++lastToken, write, caller)).stream()
        .filter(
            e ->
                e instanceof ReplicaEffect.Admitted
                    || e instanceof ReplicaEffect.AdmissionRecorded
                    || e instanceof ReplicaEffect.AdmissionRefused)
        .findAny();
  }

  /** The command as it is to be proposed. */
  ByteString admit(WriteCommand write) {
    return admit(write, Caller.ANYBODY);
  }

  /** The same for a caller. */
  ByteString admit(WriteCommand write, Caller caller) {
    ReplicaEffect answer = admission(write, caller).orElseThrow();
    assertThat(answer).isInstanceOf(ReplicaEffect.Admitted.class);
    return ((ReplicaEffect.Admitted) answer).entry();
  }

  /** The recorded outcome that admission answers from. */
  CommandOutcome recorded(WriteCommand write) {
    ReplicaEffect answer = admission(write).orElseThrow();
    assertThat(answer).isInstanceOf(ReplicaEffect.AdmissionRecorded.class);
    return ((ReplicaEffect.AdmissionRecorded) answer).outcome();
  }

  static Batch batchOf(ByteString... entries) {
    List<BatchEntry> commands = new ArrayList<>();
    for (ByteString entry : entries) {
      commands.add(new BatchEntry.CommandEntry(entry));
    }
    return BatchFormat.encode(commands);
  }

  /** These are chosen as the next slot and applied here; what came of each. */
  List<CommandOutcome> choose(ByteString... entries) {
    log.add(batchOf(entries));
    return catchUp();
  }

  /** A command is admitted, chosen and applied; what came of it. */
  CommandResult run(WriteCommand write) {
    return choose(admit(write)).get(0).result();
  }

  /** What is chosen, by slot from 1. */
  List<Batch> log() {
    return log;
  }

  /** Applies what is chosen; all that came of it. */
  List<ReplicaEffect> catchUpEffects() {
    List<ReplicaEffect> all = new ArrayList<>();
    for (int at = (int) core.state().applied().number(); at < log.size(); at++) {
      Slot slot = new Slot(at + 1L);
      all.addAll(on(new ReplicaInput.LocallyAccepted(slot, BALLOT, log.get(at))));
      all.addAll(on(new ReplicaInput.Watermark(BALLOT, slot, SELF)));
    }
    return all;
  }

  /** Applies what is chosen; the outcomes of the last slot. */
  List<CommandOutcome> catchUp() {
    return catchUp(log.size());
  }

  /** Applies what is chosen, so many slots at most; the outcomes of the last slot. */
  List<CommandOutcome> catchUp(int slots) {
    List<CommandOutcome> last = List.of();
    long start = core.state().applied().number();
    for (int at = (int) start; at < Math.min(start + slots, log.size()); at++) {
      Slot slot = new Slot(at + 1L);
      on(new ReplicaInput.LocallyAccepted(slot, BALLOT, log.get(at)));
      last =
          on(new ReplicaInput.Watermark(BALLOT, slot, SELF)).stream()
              .filter(ReplicaEffect.Applied.class::isInstance)
              .map(ReplicaEffect.Applied.class::cast)
              .flatMap(applied -> applied.results().stream())
              .map(CommandCodec::decodeOutcome)
              .toList();
    }
    return last;
  }

  List<ReplicaEffect> pass(Duration time) {
    nowMillis += time.toMillis();
    return on(new ReplicaInput.Tick());
  }

  void wallClock(long millis) {
    wallMillis = millis;
  }

  /** This node leads, and hears this lowest clock. */
  void leads(long lowestClockMillis) {
    on(new ReplicaInput.Leads(OptionalLong.of(lowestClockMillis)));
  }

  /** What the leader's replica proposes of itself in a step's effects. */
  static List<Command> proposed(List<ReplicaEffect> effects) {
    return effects.stream()
        .filter(ReplicaEffect.Propose.class::isInstance)
        .map(e -> CommandCodec.decode(((ReplicaEffect.Propose) e).entry()).command())
        .toList();
  }

  /** All that is applied goes into the store. */
  void flush() {
    pass(settings.flushInterval());
    assertThat(core.durable()).isEqualTo(core.state().applied());
  }

  /** What was not flushed is lost; the log brings it again. */
  void crashAndRestart() {
    restart();
    catchUp();
  }

  /** The same, but the log has brought so many slots only. */
  void crashAndRestart(int slots) {
    restart();
    catchUp(slots);
  }

  private void restart() {
    store = new CountingStore(durable);
    storeWaits = false;
    asked.clear();
    core = restored();
    transcript.line("crash, and restart from the store at slot " + core.durable());
    transcript.state(core);
  }

  // ---- What is seen

  /** What came of the last input. */
  List<ReplicaEffect> lastEffects() {
    return List.copyOf(effects);
  }

  /** The steps as text, once that is begun. */
  ReplicaTranscript transcript() {
    return transcript;
  }

  ReplicaCore core() {
    return core;
  }

  long generation() {
    return core.state().generation();
  }

  CountingStore store() {
    return store;
  }

  /** A question that is answered in the same step. */
  <T extends ReplicaEffect> T ask(ReplicaInput question, Class<T> answer) {
    List<ReplicaEffect> found = on(question);
    assertThat(found).hasAtLeastOneElementOfType(answer);
    return found.stream().filter(answer::isInstance).map(answer::cast).findFirst().orElseThrow();
  }

  ReadResult query(ReadQuery query) {
    return ask(
            new ReplicaInput.Query(++lastToken, Slot.ZERO, query), ReplicaEffect.QueryAnswer.class)
        .result();
  }

  /** The newest value of a key, read as a client reads it. */
  Optional<String> read(String key) {
    ReadResult.Records records = (ReadResult.Records) query(ReadQuery.of(Commands.bytes(key)));
    return records.records().stream()
        .findFirst()
        .map(record -> record.value().value().toStringUtf8());
  }

  WriteLookup lookup(WriteId id) {
    return ask(
            new ReplicaInput.LookupWrite(++lastToken, Slot.ZERO, id),
            ReplicaEffect.LookupAnswer.class)
        .lookup();
  }
}
