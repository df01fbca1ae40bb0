package io.holdfast.sync.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.holdfast.acceptor.actor.FailStop;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.acceptor.store.StorageFailureListener;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaInput;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.ReplicaSettings;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.SnapshotResult;
import io.holdfast.sync.core.SnapshotWork;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StoreAnswer;
import io.holdfast.sync.core.SyncMessage;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.reservation.PoolUsage;
import io.holdfast.sync.store.CountingStore;
import io.holdfast.sync.store.ReplicaStore;
import io.holdfast.sync.store.SnapshotDesk;
import io.holdfast.sync.store.StoreAnswers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Interprets a {@link ReplicaCore}: turns messages into inputs and effects into calls. Flushes run
 * on a dispatcher for blocking work. The first flush that fails tells the listener and stops this
 * actor, so that nothing is acknowledged afterwards; what waits for an answer then fails. So does
 * an exception of any kind, which is a bug or damage ({@link FailStop}).
 *
 * <p>Futures given in messages are completed on this actor's thread: what hangs on them must be
 * short or run elsewhere.
 */
public final class CacheOwner extends AbstractBehavior<CacheOwner.Command> {

  /** What a cache-owner is told. */
  public sealed interface Command {}

  /** The local acceptor holds this pair durably. */
  public record LocallyAccepted(Slot slot, Ballot ballot, Batch batch) implements Command {}

  /** A leader says that every slot up to {@code chosenUpTo} is chosen. */
  public record Watermark(Ballot ballot, Slot chosenUpTo, MemberId leader) implements Command {}

  /** A peer's cache-owner says something. */
  public record PeerSaid(MemberId from, SyncMessage message) implements Command {}

  /** Answers {@link AcceptorPort#readLog}. */
  public record LogRead(long token, List<AcceptedPair> pairs) implements Command {
    public LogRead {
      pairs = List.copyOf(pairs);
    }
  }

  /** Answers {@link AcceptorPort#recordChosen}. */
  public record ChosenRecorded(Slot slot) implements Command {}

  /** The local candidate must have learned this far before it leads. */
  public record CatchUp(Slot upTo, MemberId from) implements Command {}

  /** The group's members changed. */
  public record MembersChanged(List<MemberId> members) implements Command {
    public MembersChanged {
      members = List.copyOf(members);
    }
  }

  /** Looks a write id up once {@code readIndex} is applied; {@link Slot#ZERO} looks at once. */
  public record LookupWrite(
      Slot readIndex, WriteId id, Credentials shown, CompletableFuture<LookupReply> reply)
      implements Command {}

  /** This replica differs from a majority of the others. */
  public record Diverged(Divergence divergence) implements Command {}

  /**
   * Another replica differs from this one, and nobody knows which one is right; or that is over.
   */
  public record Undecided(boolean is) implements Command {}

  /** The local coordinator leads, and hears no clock lower than this of at least w members. */
  public record Leads(OptionalLong lowestClockMillis) implements Command {}

  /** The local coordinator does not lead any more. */
  public record LeadsNoMore() implements Command {}

  /** Prepares a command for being proposed: gives it a plan, or says why it cannot be. */
  public record Admit(WriteCommand write, Caller caller, CompletableFuture<AdmitReply> reply)
      implements Command {}

  /** Reads keys once {@code readIndex} is applied; {@link Slot#ZERO} reads at once. */
  public record Query(
      Slot readIndex, ReplicaQuery query, Credentials shown, CompletableFuture<QueryReply> reply)
      implements Command {}

  /**
   * Asks for the changes from a place on; waits a while for one where there is none yet.
   *
   * @param fromPlace the first place wanted
   * @param keys of which keys
   * @param patience how long to wait
   * @param shown what whoever asks shows of itself
   * @param reply the answer
   */
  public record NextChanges(
      long fromPlace,
      KeyRange keys,
      Duration patience,
      Credentials shown,
      CompletableFuture<ChangesReply> reply)
      implements Command {}

  /** Asks how it is. */
  public record Observe(CompletableFuture<CacheOwnerStatus> reply) implements Command {}

  /**
   * Asks how much of each active pool is given; of none while the replica is known to differ.
   *
   * @param reply gets it; must not be blocked on
   */
  public record ObservePools(CompletableFuture<List<PoolUsage>> reply) implements Command {}

  /** Asks what is active; absent while this replica is known to differ from the others. */
  public record ObserveControl(CompletableFuture<Optional<ControlReply>> reply)
      implements Command {}

  private record FlushDone(Slot durable) implements Command {}

  private record Collected(boolean more) implements Command {}

  private record StoreFailed(Throwable cause) implements Command {}

  private record SnapshotWorked(SnapshotResult result) implements Command {}

  private record SnapshotLetGo(ReplicaEffect.SnapshotComplete complete) implements Command {}

  private record StoreAnswered(long question, StoreAnswer answer) implements Command {}

  private enum Tick implements Command {
    TICK
  }

  /**
   * Whom a cache-owner talks to.
   *
   * @param acceptor the local acceptor
   * @param coordinator the local coordinator
   * @param peers the way to the other members
   * @param snapshots where snapshots are received, and who puts them in place
   * @param storageFailure is told of the first failed flush; stops the node
   * @param failed is told of a bug, or of damage that the core found; stops the node
   */
  public record Neighbours(
      AcceptorPort acceptor,
      CoordinatorPort coordinator,
      PeerPort peers,
      SnapshotPort snapshots,
      StorageFailureListener storageFailure,
      Consumer<Throwable> failed) {

    /** Of a node that cannot put a snapshot in place. */
    public Neighbours(
        AcceptorPort acceptor,
        CoordinatorPort coordinator,
        PeerPort peers,
        StorageFailureListener storageFailure,
        Consumer<Throwable> failed) {
      this(acceptor, coordinator, peers, SnapshotPort.NONE, storageFailure, failed);
    }
  }

  /**
   * What a cache-owner runs on.
   *
   * @param settings bounds and waits
   * @param tickInterval how often waits are looked at; well below the shortest of them
   * @param clock reads the time
   * @param flushDispatcher where flushes block
   * @param readDispatcher where reads of the store block
   */
  public record Environment(
      ReplicaSettings settings,
      Duration tickInterval,
      Supplier<Now> clock,
      DispatcherSelector flushDispatcher,
      DispatcherSelector readDispatcher) {}

  private final ReplicaCore core;
  private final CountingStore store;
  private final Neighbours neighbours;
  private final Supplier<Now> clock;
  private final Executor flusher;
  private final Executor reader;
  private final WaitingCallers callers = new WaitingCallers();
  // Flushes and collecting take turns: the store is written by one thread at a time.
  private CompletableFuture<Void> storeWork = CompletableFuture.completedFuture(null);
  private final SnapshotDesk snapshots;
  // So is work on snapshots, beside the other two.
  private CompletableFuture<Void> snapshotWork = CompletableFuture.completedFuture(null);
  private boolean collecting;
  private boolean moreToCollect;
  private boolean replaced;
  private final SnapshotLog snapshotLog = new SnapshotLog(getContext().getLog());

  private CacheOwner(
      ActorContext<Command> context,
      ReplicaCore core,
      ReplicaStore store,
      Optional<Divergence> known,
      Neighbours neighbours,
      Environment environment) {
    super(context);
    this.core = core;
    this.store = new CountingStore(store);
    this.neighbours = neighbours;
    this.snapshots = new SnapshotDesk(this.store::snapshot, neighbours.snapshots()::receive);
    this.clock = environment.clock();
    this.flusher = context.getSystem().dispatchers().lookup(environment.flushDispatcher());
    this.reader = context.getSystem().dispatchers().lookup(environment.readDispatcher());
    known.map(core::startDiverged).orElseGet(core::start).forEach(this::interpret);
  }

  /**
   * A cache-owner that goes on from {@code stored}.
   *
   * @param self this member
   * @param members the group's members
   * @param store where it flushes to; no one else may write there
   * @param stored what {@code store} holds, just loaded; used up by this
   * @param known that the store has diverged, where that is known already
   * @param neighbours whom it talks to
   * @param environment what it runs on
   */
  public static Behavior<Command> create(
      MemberId self,
      List<MemberId> members,
      ReplicaStore store,
      RestoredState stored,
      Optional<Divergence> known,
      Neighbours neighbours,
      Environment environment) {
    return FailStop.around(
        Command.class,
        neighbours.failed(),
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      timers.startTimerWithFixedDelay(Tick.TICK, environment.tickInterval());
                      return new CacheOwner(
                          context,
                          ReplicaCore.restore(self, members, environment.settings(), stored),
                          store,
                          known,
                          neighbours,
                          environment);
                    })));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(
            LocallyAccepted.class,
            m -> take(new ReplicaInput.LocallyAccepted(m.slot(), m.ballot(), m.batch())))
        .onMessage(
            Watermark.class,
            m -> take(new ReplicaInput.Watermark(m.ballot(), m.chosenUpTo(), m.leader())))
        .onMessage(PeerSaid.class, m -> take(m.message().from(m.from())))
        .onMessage(LogRead.class, m -> take(new ReplicaInput.LogRead(m.token(), m.pairs())))
        .onMessage(ChosenRecorded.class, m -> take(new ReplicaInput.ChosenRecorded(m.slot())))
        .onMessage(CatchUp.class, m -> take(new ReplicaInput.CatchUp(m.upTo(), m.from())))
        .onMessage(MembersChanged.class, m -> take(new ReplicaInput.MembersChanged(m.members())))
        .onMessage(Admit.class, this::onAdmit)
        .onMessage(Query.class, this::onQuery)
        .onMessage(NextChanges.class, this::onNextChanges)
        .onMessage(
            StoreAnswered.class,
            m -> take(new ReplicaInput.StoreAnswered(m.question(), m.answer())))
        .onMessage(SnapshotWorked.class, m -> take(new ReplicaInput.SnapshotWorked(m.result())))
        .onMessage(SnapshotLetGo.class, this::onSnapshotLetGo)
        .onMessage(Leads.class, m -> take(new ReplicaInput.Leads(m.lowestClockMillis())))
        .onMessage(LeadsNoMore.class, m -> take(new ReplicaInput.LeadsNoMore()))
        .onMessage(LookupWrite.class, this::onLookupWrite)
        .onMessage(Diverged.class, m -> take(new ReplicaInput.Diverged(m.divergence())))
        .onMessage(Undecided.class, m -> take(new ReplicaInput.Undecided(m.is())))
        .onMessage(Observe.class, this::onObserve)
        .onMessage(ObserveControl.class, this::onObserveControl)
        .onMessage(ObservePools.class, this::onObservePools)
        .onMessage(FlushDone.class, this::onFlushDone)
        .onMessage(Collected.class, this::onCollected)
        .onMessage(StoreFailed.class, this::onStoreFailed)
        .onMessage(Tick.class, m -> onTick())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> take(ReplicaInput input) {
    List<ReplicaEffect> effects = new ArrayList<>();
    store.whileApplying(() -> effects.addAll(core.on(input, clock.get())));
    effects.forEach(this::interpret);
    return this;
  }

  private Behavior<Command> onAdmit(Admit admit) {
    return take(
        new ReplicaInput.Admit(callers.admission(admit.reply()), admit.write(), admit.caller()));
  }

  private Behavior<Command> onQuery(Query query) {
    long token = callers.query(query.reply());
    return take(new ReplicaInput.Query(token, query.readIndex(), query.query(), query.shown()));
  }

  private Behavior<Command> onNextChanges(NextChanges next) {
    long token = callers.watch(next.reply());
    return take(
        new ReplicaInput.NextChanges(
            token, next.fromPlace(), next.keys(), next.patience(), next.shown()));
  }

  private Behavior<Command> onLookupWrite(LookupWrite lookup) {
    long token = callers.lookup(lookup.reply());
    return take(
        new ReplicaInput.LookupWrite(token, lookup.readIndex(), lookup.id(), lookup.shown()));
  }

  private Behavior<Command> onFlushDone(FlushDone done) {
    moreToCollect = true;
    return take(new ReplicaInput.Flushed(done.durable()));
  }

  private Behavior<Command> onTick() {
    if (moreToCollect && !collecting && !replaced) {
      collect();
    }
    Now now = clock.get();
    snapshotLog.note(core.lag(now).snapshot(), now);
    return take(new ReplicaInput.Tick());
  }

  private Behavior<Command> onCollected(Collected collected) {
    collecting = false;
    moreToCollect = collected.more();
    return this;
  }

  private Behavior<Command> onObserve(Observe observe) {
    observe
        .reply()
        .complete(
            new CacheOwnerStatus(
                core.state(),
                core.counts(),
                store.reads(),
                store.readsWhileApplying(),
                core.learned(),
                core.durable(),
                core.lag(clock.get()),
                core.stuck()));
    return this;
  }

  private Behavior<Command> onObservePools(ObservePools observe) {
    observe.reply().complete(core.divergence().isPresent() ? List.of() : core.poolUsage());
    return this;
  }

  private Behavior<Command> onObserveControl(ObserveControl observe) {
    StateHeader state = core.state();
    observe
        .reply()
        .complete(
            core.divergence().isPresent()
                ? Optional.empty()
                : Optional.of(
                    new ControlReply(
                        core.control(),
                        state.applied(),
                        state.membership().map(Membership::newest),
                        clock.get().wallMillis(),
                        core.poolsInUse())));
    return this;
  }

  private Behavior<Command> onStoreFailed(StoreFailed failed) {
    Throwable wrapped = failed.cause();
    Throwable cause =
        wrapped instanceof CompletionException && wrapped.getCause() != null
            ? wrapped.getCause()
            : wrapped;
    getContext().getLog().error("the store failed; this replica stops", cause);
    if (cause instanceof InvariantViolation) {
      neighbours.failed().accept(cause);
      return Behaviors.stopped();
    }
    neighbours
        .storageFailure()
        .onStorageFailure(
            cause instanceof StorageFailure failure
                ? failure
                : new StorageFailure("using the store", cause));
    return Behaviors.stopped();
  }

  private Behavior<Command> onPostStop() {
    IllegalStateException stopped = new IllegalStateException("the cache-owner has stopped");
    callers.fail(stopped);
    snapshotWork = snapshotWork.whenCompleteAsync((done, failure) -> snapshots.close(), reader);
    return this;
  }

  private void interpret(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.Applied applied) {
      neighbours.acceptor().applied(applied.slot(), applied.chainHash());
      neighbours.coordinator().applied(applied);
    } else if (effect instanceof ReplicaEffect.LearnedUpTo learned) {
      neighbours.acceptor().learned(learned.slot());
      neighbours.coordinator().learned(learned.slot());
    } else if (effect instanceof ReplicaEffect.DurableUpTo durable) {
      neighbours.acceptor().durable(durable.slot());
    } else if (effect instanceof ReplicaEffect.RecordChosen record) {
      neighbours.acceptor().recordChosen(record.pair());
    } else if (effect instanceof ReplicaEffect.ReadLog read) {
      neighbours.acceptor().readLog(read.token(), read.fromSlot(), read.maxBytes());
    } else if (effect instanceof ReplicaEffect.Send send) {
      neighbours.peers().send(send.to(), send.message());
    } else if (effect instanceof ReplicaEffect.Flush flush) {
      flush(flush.delta());
    } else if (effect instanceof ReplicaEffect.WorkOnSnapshot wanted) {
      workOnSnapshot(wanted.work());
    } else if (effect instanceof ReplicaEffect.MarkDiverged mark) {
      markDiverged(mark.divergence());
    } else if (effect instanceof ReplicaEffect.SnapshotComplete complete) {
      letGoOfSnapshot(complete);
    } else if (effect instanceof ReplicaEffect.AskStore ask) {
      askStore(ask);
    } else if (effect instanceof ReplicaEffect.Propose propose) {
      neighbours.coordinator().propose(propose.entry());
    } else if (effect instanceof ReplicaEffect.Resumed resumed) {
      neighbours.acceptor().applied(resumed.durable(), resumed.chainHash());
      neighbours.acceptor().learned(resumed.durable());
      neighbours.acceptor().durable(resumed.durable());
      neighbours.coordinator().resumed(resumed.durable(), resumed.chainHash());
    } else if (effect instanceof ReplicaEffect.AckTimeoutIs timeout) {
      neighbours.coordinator().ackTimeoutIs(timeout.byPolicy());
    } else if (!callers.answer(effect)) {
      note(effect);
    }
  }

  private void note(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.Stuck stuck) {
      getContext().getLog().warn("cannot catch up: {}", stuck.reason());
    } else if (effect instanceof ReplicaEffect.Unstuck) {
      getContext().getLog().info("catching up again, at slot {}", core.learned());
    }
  }

  // ---- The store

  private void askStore(ReplicaEffect.AskStore ask) {
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> StoreAnswers.answer(store, ask.question()), reader),
            (answer, failure) ->
                failure == null
                    ? new StoreAnswered(ask.number(), answer)
                    : new StoreFailed(failure));
  }

  private void flush(ReplicaDelta delta) {
    storeWork = storeWork.thenRunAsync(() -> store.flush(delta), flusher);
    getContext()
        .pipeToSelf(
            storeWork,
            (done, failure) ->
                failure == null
                    ? new FlushDone(delta.after().applied())
                    : new StoreFailed(failure));
  }

  private void markDiverged(Divergence divergence) {
    getContext()
        .getLog()
        .error(
            "differs from a majority at slot {}: serves nothing until it has the state of one of {}",
            divergence.slot(),
            divergence.agreeing());
    storeWork =
        storeWork.thenRunAsync(() -> neighbours.snapshots().markDiverged(divergence), flusher);
    ActorRef<Command> self = getContext().getSelf();
    var unused =
        storeWork.exceptionally(
            failure -> {
              self.tell(new StoreFailed(failure));
              return null;
            });
  }

  private void workOnSnapshot(SnapshotWork work) {
    ActorRef<Command> self = getContext().getSelf();
    snapshotWork =
        snapshotWork
            .thenApplyAsync(done -> snapshots.work(work), reader)
            .whenComplete(
                (result, failure) -> {
                  if (failure != null) {
                    self.tell(new StoreFailed(failure));
                  } else {
                    result.ifPresent(answer -> self.tell(new SnapshotWorked(answer)));
                  }
                })
            .thenAccept(result -> {});
  }

  /** Flushes under way end first: nobody may use the store that is replaced. */
  private void letGoOfSnapshot(ReplicaEffect.SnapshotComplete complete) {
    getContext().getLog().info("received a snapshot of slot {}", complete.head().slot());
    replaced = true;
    snapshotWork = snapshotWork.thenRunAsync(snapshots::close, reader);
    getContext()
        .pipeToSelf(
            CompletableFuture.allOf(snapshotWork, storeWork),
            (done, failure) ->
                failure == null ? new SnapshotLetGo(complete) : new StoreFailed(failure));
  }

  private Behavior<Command> onSnapshotLetGo(SnapshotLetGo letGo) {
    neighbours.snapshots().complete(letGo.complete().head(), letGo.complete().diverged());
    return this;
  }

  /** Takes a part of what compaction has made unreadable away. */
  private void collect() {
    collecting = true;
    CompletableFuture<Boolean> collected =
        storeWork.thenApplyAsync(done -> store.collect(), flusher);
    storeWork = collected.thenAccept(more -> {});
    getContext()
        .pipeToSelf(
            collected,
            (more, failure) -> failure == null ? new Collected(more) : new StoreFailed(failure));
  }
}
