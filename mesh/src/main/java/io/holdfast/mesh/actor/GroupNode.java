package io.holdfast.mesh.actor;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import com.google.protobuf.ByteString;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.actor.AcceptorNeighbours;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.acceptor.store.JournalPairLog;
import io.holdfast.config.core.AcceptorSettings;
import io.holdfast.config.core.CoordinatorSettings;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.actor.NodeDoor.Heard;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.core.RequestRouter;
import io.holdfast.mesh.core.RouterLimits;
import io.holdfast.quorum.actor.CoordinatorActor;
import io.holdfast.quorum.actor.CoordinatorNeighbours;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.ConfigurationLog;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorLimits;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.quorum.core.CoordinatorTiming;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.QuorumCodec;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.actor.AcceptorPort;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.actor.CacheOwnerStatus;
import io.holdfast.sync.actor.CoordinatorPort;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaSettings;
import io.holdfast.sync.core.StoredState;
import io.holdfast.sync.store.JdbcRecordStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One group on this node: its acceptor, coordinator and cache-owner, and the ways between them and
 * to their peers.
 */
final class GroupNode {

  private static final Logger LOG = LoggerFactory.getLogger(GroupNode.class);

  /** How often the cache-owner looks at its waits. */
  private static final Duration REPLICA_TICK = Duration.ofMillis(25);

  /**
   * How often the router looks at its waits: a client that leaves leaves this much late at most.
   */
  private static final Duration ROUTER_TICK = Duration.ofMillis(20);

  /** Beyond the verdict's deadline, for the way to the leader and back. */
  private static final Duration FORWARD_MARGIN = Duration.ofSeconds(1);

  /** Repeated complaints about a member's drift are logged this far apart. */
  private static final long DRIFT_LOG_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final HoldfastSettings settings;
  private final GroupSettings group;
  private final MemberId self;
  private final PeerLinks links;
  private final NodeFailure failure;
  private final Supplier<Now> clock;
  private final GroupCounters counters = new GroupCounters();
  private final Configuration configuration;
  private final JdbcRecordStore store;
  private final akka.actor.ActorRef acceptor;
  private final ActorRef<CoordinatorActor.Command> coordinator;
  private final ActorRef<CacheOwner.Command> replica;
  private final GroupService service;
  private final Cancellable ticking;

  private volatile Slot applied;
  private volatile long caughtUpNanos = Long.MIN_VALUE;
  private volatile long driftLoggedNanos;
  private volatile boolean drifting;

  /** Starts the group's actors; blocks while the store is loaded and the journal is replayed. */
  GroupNode(
      akka.actor.ActorSystem system,
      HoldfastSettings settings,
      GroupSettings group,
      MemberId self,
      List<MemberId> founders,
      Path storeFile,
      PeerLinks links,
      NodeFailure failure,
      Supplier<Now> clock) {
    this.settings = settings;
    this.group = group;
    this.self = self;
    this.links = links;
    this.failure = failure;
    this.clock = clock;
    Set<MemberId> members = new TreeSet<>();
    for (MemberId founder : founders) {
      if (group.members().contains(founder.node())) {
        members.add(founder);
      }
    }
    this.configuration =
        new Configuration(
            new TreeSet<>(members), group.acceptQuorum(), group.effectivePrepareQuorum());
    this.store = JdbcRecordStore.open(storeFile, settings.replica().writeIdWindow());
    StoredState stored = store.load();
    Slot durable = stored.state().applied();
    Digest chainHash = stored.state().chainHash();
    this.applied = durable;

    JournalDatabase journal = JournalDatabase.get(system);
    Wiring wiring = new Wiring();
    this.acceptor =
        system.actorOf(
            AcceptorActor.create(
                group.name(),
                limits(settings.acceptor()),
                durable,
                members,
                new JournalPairLog(journal.journal(), journal.blockingExecutor()),
                wiring),
            "acceptor-" + group.name());
    AcceptorView recovered = wiring.started.join();
    long seed = new SecureRandom().nextLong();
    this.coordinator =
        Adapter.spawn(
            system,
            CoordinatorActor.create(
                now ->
                    new CoordinatorCore(
                        group.name(),
                        self,
                        new ConfigurationLog(settings.coordinator().alpha(), configuration),
                        timing(settings),
                        limits(settings.coordinator()),
                        new SplittableRandom(seed),
                        recovered.promised(),
                        durable,
                        chainHash,
                        now),
                wiring,
                clock),
            "coordinator-" + group.name());
    this.replica =
        Adapter.spawn(
            system,
            CacheOwner.create(
                self,
                List.copyOf(members),
                store,
                stored,
                new CacheOwner.Neighbours(
                    wiring,
                    wiring,
                    (to, message) ->
                        links.send(to.node(), new BetweenReplicas(group.name(), message)),
                    cause -> failure.storage(cause)),
                new CacheOwner.Environment(
                    settings(settings.replica(), settings.coordinator()),
                    REPLICA_TICK,
                    clock,
                    DispatcherSelector.fromConfig("holdfast-persistence.blocking-dispatcher"))),
            "cache-owner-" + group.name());
    this.service =
        new GroupService(
            new RequestRouter(
                group.name(), self, routerLimits(settings), new SecureRandom().nextLong()),
            links,
            coordinator,
            replica,
            counters,
            failure,
            clock);
    this.ticking =
        system
            .scheduler()
            .scheduleWithFixedDelay(ROUTER_TICK, ROUTER_TICK, service::tick, system.dispatcher());
    wiring.begin();
  }

  GroupService service() {
    return service;
  }

  /** A greeted peer said something about this group. */
  void heard(Heard heard) {
    MemberId from = heard.from();
    OfGroup body = heard.body();
    if (body instanceof ToAcceptor message) {
      tellAcceptor(new AcceptorInput.Asked(from, message.request()));
    } else if (body instanceof ToCoordinator message) {
      tellCoordinator(new CoordinatorInput.Replied(from, message.reply()));
    } else if (body instanceof BetweenCoordinators message) {
      tellCoordinator(new CoordinatorInput.Said(from, message.message()));
    } else if (body instanceof BetweenReplicas message) {
      replica.tell(new CacheOwner.PeerSaid(from, message.message()));
    } else if (body instanceof Forward forward) {
      service.forwarded(from, forward);
    } else if (body instanceof ForwardedWriteAnswer answer) {
      service.answered(from, answer);
    } else if (body instanceof ForwardedReadAnswer answer) {
      service.answered(from, answer);
    }
  }

  /** The journal failed: callers are told so before the node ends. */
  void localWriteFailed() {
    tellCoordinator(new CoordinatorInput.LocalWriteFailed());
  }

  /** Finishes what is under way and hands leadership over. */
  CompletionStage<Void> resign() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    coordinator.tell(new CoordinatorActor.Resign(() -> done.complete(null)));
    return done;
  }

  /** Answers whoever still waits; before the actors end. */
  void closeService() {
    ticking.cancel();
    service.close();
  }

  /** After the actors have ended. */
  void closeStore() {
    store.close();
  }

  /** Time since this node last knew itself to have executed all that a leader called chosen. */
  Optional<Duration> staleness() {
    long since = caughtUpNanos;
    return since == Long.MIN_VALUE
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(clock.get().monotonicNanos() - since));
  }

  CompletionStage<GroupStatus> status() {
    CompletableFuture<CoordinatorView> coordinating = new CompletableFuture<>();
    CompletableFuture<CacheOwnerStatus> replicating = new CompletableFuture<>();
    CompletableFuture<AcceptorView> accepting = new CompletableFuture<>();
    coordinator.tell(new CoordinatorActor.View(coordinating::complete));
    replica.tell(new CacheOwner.Observe(replicating));
    acceptor.tell(new AcceptorActor.View(accepting::complete), akka.actor.ActorRef.noSender());
    return coordinating.thenCombine(
        replicating.thenCombine(accepting, Both::new),
        (view, both) -> status(view, both.replica(), both.acceptor()));
  }

  private record Both(CacheOwnerStatus replica, AcceptorView acceptor) {}

  /** What this group's coordinator knows of its peers. */
  CompletionStage<CoordinatorView> view() {
    CompletableFuture<CoordinatorView> view = new CompletableFuture<>();
    coordinator.tell(new CoordinatorActor.View(view::complete));
    return view;
  }

  private GroupStatus status(
      CoordinatorView view, CacheOwnerStatus replicated, AcceptorView accepted) {
    List<String> problems = new ArrayList<>();
    if (view.leader().isEmpty()) {
      problems.add("No leader is heard: writes and linearizable reads wait.");
    }
    replicated.stuck().ifPresent(problems::add);
    if (drifting) {
      problems.add("A member's state or stored batch differs from this node's.");
    }
    long chosen = Math.max(view.chosenUpTo().number(), replicated.learned().number());
    long executed = replicated.state().applied().number();
    return new GroupStatus(
        group.name().value(),
        view.configuration().n(),
        view.configuration().w(),
        view.configuration().prepareQuorum(),
        view.configuration().members().stream().map(MemberId::node).toList(),
        view.role().code(),
        view.leader().map(MemberId::node),
        accepted.promised().toString(),
        chosen,
        executed,
        replicated.durable().number(),
        accepted.trimmedTo().number(),
        chosen - executed,
        replicated.state().revision(),
        replicated.state().recordCount(),
        replicated.state().chainHash().toString(),
        view.callersInFlight(),
        view.queued(),
        counters.outcomes(),
        problems);
  }

  private void tellAcceptor(AcceptorInput input) {
    acceptor.tell(new AcceptorActor.Input(input), akka.actor.ActorRef.noSender());
  }

  private void tellCoordinator(CoordinatorInput input) {
    coordinator.tell(new CoordinatorActor.Input(input));
  }

  private static AcceptorLimits limits(AcceptorSettings settings) {
    return new AcceptorLimits(
        settings.snapshotEveryEvents(),
        settings.tailBytes(),
        settings.tailHardBytes(),
        settings.chunkBytes());
  }

  private static CoordinatorTiming timing(HoldfastSettings settings) {
    CoordinatorSettings coordinator = settings.coordinator();
    return new CoordinatorTiming(
        coordinator.heartbeatInterval(),
        coordinator.aliveInterval(),
        coordinator.electionTimeout(),
        coordinator.electionStagger(),
        settings.quorum().ackTimeout(),
        coordinator.resendInitial(),
        coordinator.resendMax());
  }

  private static CoordinatorLimits limits(CoordinatorSettings settings) {
    return new CoordinatorLimits(
        settings.window(),
        settings.batchMaxBytes(),
        settings.batchMaxCommands(),
        settings.pipelineMinCommands(),
        settings.maxQueuedCommands(),
        settings.maxQueuedBytes(),
        settings.maxWaitingReads());
  }

  private static RouterLimits routerLimits(HoldfastSettings settings) {
    CoordinatorSettings coordinator = settings.coordinator();
    return new RouterLimits(
        settings.quorum().ackTimeout().plus(FORWARD_MARGIN),
        coordinator.maxQueuedCommands(),
        coordinator.maxQueuedCommands() + coordinator.maxWaitingReads(),
        settings.quorum().clockSkewWarn());
  }

  private static ReplicaSettings settings(
      io.holdfast.config.core.ReplicaSettings replica, CoordinatorSettings coordinator) {
    ReplicaSettings defaults = ReplicaSettings.DEFAULTS;
    return new ReplicaSettings(
        replica.gapPatience(),
        defaults.fetchTimeout(),
        defaults.fetchBackoff(),
        defaults.maxFetchBackoff(),
        replica.fetchChunkBytes(),
        defaults.maxBufferedBytes(),
        defaults.maxTailBytes(),
        defaults.maxLogReads(),
        replica.flushBytes(),
        replica.flushInterval(),
        replica.maxUnflushedBytes(),
        coordinator.maxWaitingReads(),
        defaults.maxReadWait());
  }

  /**
   * The ways between the actors. What comes before {@link #begin} is only the acceptor's recovery.
   */
  private final class Wiring
      implements AcceptorNeighbours, CoordinatorNeighbours, AcceptorPort, CoordinatorPort {

    private final CompletableFuture<AcceptorView> started = new CompletableFuture<>();
    private final CompletableFuture<Void> complete = new CompletableFuture<>();

    void begin() {
      complete.complete(null);
    }

    // ---- What the acceptor says

    @Override
    public void started(AcceptorView view) {
      started.complete(view);
    }

    @Override
    public void answer(MemberId to, AcceptorReply reply) {
      if (to.equals(self)) {
        tellCoordinator(new CoordinatorInput.Replied(self, reply));
      } else {
        links.send(to.node(), new ToCoordinator(group.name(), reply));
      }
    }

    @Override
    public void accepted(AcceptedPair pair) {
      replica.tell(new CacheOwner.LocallyAccepted(pair.slot(), pair.ballot(), pair.batch()));
    }

    @Override
    public void chosenRecorded(Slot slot) {
      replica.tell(new CacheOwner.ChosenRecorded(slot));
    }

    @Override
    public void watermark(Ballot ballot, Slot chosenUpTo) {
      if (chosenUpTo.isAtMost(applied)) {
        caughtUpNanos = clock.get().monotonicNanos();
      }
      replica.tell(new CacheOwner.Watermark(ballot, chosenUpTo, ballot.proposer()));
    }

    @Override
    public void violation(String invariant, String facts) {
      counters.violations.increment();
      LOG.error("{}: {}: {}", group.name(), invariant, facts);
    }

    @Override
    public void dropped(String reason) {
      counters.droppedMessages.increment();
    }

    @Override
    public void failed(Throwable cause) {
      started.completeExceptionally(cause);
      if (cause instanceof InvariantViolation) {
        failure.bug(cause);
      } else {
        failure.storage(cause);
      }
    }

    // ---- What the coordinator says

    @Override
    public void ask(MemberId to, AcceptorRequest request) {
      if (to.equals(self)) {
        tellAcceptor(new AcceptorInput.Asked(self, request));
      } else {
        links.send(to.node(), new ToAcceptor(group.name(), request));
      }
    }

    @Override
    public void say(MemberId to, CoordinatorMessage message) {
      links.send(to.node(), new BetweenCoordinators(group.name(), message));
    }

    @Override
    public void catchUp(Slot upTo, MemberId from) {
      replica.tell(new CacheOwner.CatchUp(upTo, from));
    }

    @Override
    public void trimUpTo(Slot slot) {
      tellAcceptor(new AcceptorInput.TrimUpTo(slot));
    }

    @Override
    public void membersAre(Set<MemberId> members) {
      tellAcceptor(new AcceptorInput.MembersAre(members));
      replica.tell(new CacheOwner.MembersChanged(List.copyOf(members)));
    }

    @Override
    public void role(Role role, Optional<MemberId> leader, String why) {
      LOG.info(
          "{}: {} {}: {}",
          group.name(),
          role.code(),
          leader.map(member -> "under " + member.node()).orElse("without a leader"),
          why);
      var unused = complete.thenRun(() -> service.leaderIs(leader));
    }

    @Override
    public void verdict(Slot slot, Verdict verdict, AckReport acks) {
      if (verdict instanceof Verdict.NotMet notMet) {
        LOG.warn(
            "{}: slot {}: quorum not met: {}: {}",
            group.name(),
            slot,
            notMet.reason().code(),
            acks);
      }
    }

    @Override
    public void skew(MemberId member, long millis) {
      counters.largestSkewMillis.set(millis);
      if (Math.abs(millis) > settings.quorum().clockSkewWarn().toMillis()) {
        logRarely("clock of " + member.node() + " is " + millis + " ms from ours");
      }
    }

    @Override
    public void drift(MemberId member, Slot slot, String what) {
      counters.drifts.increment();
      drifting = true;
      logRarely("id_drift: " + member + " at slot " + slot + ": " + what);
    }

    private void logRarely(String what) {
      long now = clock.get().monotonicNanos();
      if (driftLoggedNanos == 0 || now - driftLoggedNanos > DRIFT_LOG_NANOS) {
        driftLoggedNanos = now;
        LOG.warn("{}: {}", group.name(), what);
      }
    }

    // ---- What the cache-owner says

    @Override
    public void resumed(Slot slot, Digest chainHash) {
      applied = slot;
      learned(slot);
    }

    @Override
    public void learned(Slot slot) {
      tellAcceptor(new AcceptorInput.LearnedUpTo(slot));
      tellCoordinator(new CoordinatorInput.Learned(slot));
    }

    @Override
    public void applied(Slot slot, Digest chainHash) {
      tellAcceptor(new AcceptorInput.AppliedUpTo(slot, chainHash));
    }

    @Override
    public void applied(ReplicaEffect.Applied executed) {
      applied = executed.slot();
      List<ByteString> results = new ArrayList<>(executed.results());
      for (ReplicaEffect.ConfigurationApplied change : executed.configurations()) {
        results.add(ByteString.EMPTY);
        tellCoordinator(changed(change));
      }
      tellCoordinator(
          new CoordinatorInput.Executed(
              executed.slot(), executed.batch(), executed.chainHash(), results));
    }

    private CoordinatorInput changed(ReplicaEffect.ConfigurationApplied change) {
      try {
        return new CoordinatorInput.ConfigurationExecuted(
            change.slot(), QuorumCodec.decodeConfiguration(change.change()));
      } catch (MalformedMessage e) {
        throw new InvariantViolation("ConfigurationBySlot", String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void durable(Slot slot) {
      tellAcceptor(new AcceptorInput.DurableUpTo(slot));
      tellCoordinator(new CoordinatorInput.Durable(slot));
    }

    @Override
    public void recordChosen(AcceptedPair pair) {
      tellAcceptor(new AcceptorInput.ChosenFetched(pair));
    }

    @Override
    public void readLog(long token, Slot fromSlot, int maxBytes) {
      acceptor.tell(
          new AcceptorActor.ReadLog(
              fromSlot, maxBytes, pairs -> replica.tell(new CacheOwner.LogRead(token, pairs))),
          akka.actor.ActorRef.noSender());
    }
  }
}
