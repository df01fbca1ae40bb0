package io.holdfast.mesh.actor;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import akka.pattern.Patterns;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.acceptor.store.JournalPairLog;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupTable.Known;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.PoolStatus;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.actor.NodeDoor.Heard;
import io.holdfast.mesh.core.ChangeRouter;
import io.holdfast.mesh.core.Envelope.AskStory;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedChange;
import io.holdfast.mesh.core.Envelope.ForwardedChangeAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.TellStory;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.core.RequestRouter;
import io.holdfast.mesh.core.TakingPart;
import io.holdfast.mesh.core.TakingPart.Part;
import io.holdfast.quorum.actor.CoordinatorActor;
import io.holdfast.quorum.core.ConfigurationLog;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipView;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.actor.CacheOwnerStatus;
import io.holdfast.sync.actor.ControlReply;
import io.holdfast.sync.actor.SnapshotPort;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.SyncMessage;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.reservation.PoolUsage;
import io.holdfast.sync.store.JdbcReplicaStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * One run of a group on this node: its acceptor, coordinator and cache-owner, and the service that
 * takes clients' requests to them. It ends with the node, or when a snapshot takes the place of its
 * store; then the next run follows, as after a restart of the process.
 */
final class GroupRun {

  /** How often the cache-owner looks at its waits. */
  private static final Duration REPLICA_TICK = Duration.ofMillis(25);

  /** How often the service does: a client that leaves is told so this much late at most. */
  private static final Duration SERVICE_TICK = Duration.ofMillis(20);

  /** Ending takes as long as the journal takes for what it is writing. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);

  private final NodeParts node;
  private final GroupId name;

  /** What it is called in journals, stores and messages. */
  private final GroupId group;

  private final GroupActors actors = new GroupActors();
  private final OpenAnswers answers = new OpenAnswers();
  private final List<ActorRef<?>> typedActors = new ArrayList<>();
  private final akka.actor.ActorRef acceptor;
  private final GroupObservations observations;
  private final String runName;
  private final JdbcReplicaStore store;
  private final CoordinatorLinks coordinating;
  private final GroupService service;
  private final ChangeService changes;
  private final StoryExchange stories;
  private final Cancellable ticking;

  /**
   * Starts the group's actors.
   *
   * <p>Blocks while the store is loaded and until the acceptor has recovered from the journal, for
   * seconds where much was left to replay: the coordinator's core is made from what the acceptor
   * has promised, and until then nothing may be served. So this is for a thread that may block, as
   * the journal's executor has, never for a dispatcher's or an event loop's.
   *
   * @param known the group, of which all founders are known
   * @param storePlace where the records lie
   * @param observations what is seen of all runs
   * @param snapshots receives what takes the place of the store
   * @param number which run of the group it is since the node started, from 1
   * @throws RuntimeException the store's or the journal's, where one of them cannot be read
   */
  GroupRun(
      NodeParts node,
      Known known,
      DatabasePlace storePlace,
      GroupObservations observations,
      SnapshotPort snapshots,
      int number) {
    this.node = node;
    this.name = known.name();
    this.group = known.log();
    this.observations = observations;
    // The name of an actor that has just ended may not be free yet.
    this.runName = group + (number == 1 ? "" : "-" + number);
    Membership founded =
        Membership.founded(
            node.settings().coordinator().alpha(), CoreSettings.configuration(known));
    this.store = JdbcReplicaStore.open(storePlace, CoreSettings.terms(node.settings().replica()));
    RestoredState stored = load().foundedBy(founded);
    ConfigurationLog configurations =
        new ConfigurationLog(stored.header().membership().orElse(founded));
    Slot durable = stored.header().applied();
    Digest chainHash = stored.header().chainHash();
    observations.takes(
        TakingPart.of(node.self(), stored.header().membership().orElse(founded), durable));
    observations.applied(durable);

    Optional<Divergence> diverged = node.divergenceMark(storePlace).read();
    AcceptorLinks links =
        new AcceptorLinks(group, node, actors, observations, placesOf(storePlace));
    this.acceptor = startAcceptor(configurations.votersFrom(durable), durable, links);
    AcceptorView recovered = links.recovered().join();
    this.coordinating = new CoordinatorLinks(group, node, actors, observations, diverged);
    ActorRef<CoordinatorActor.Command> coordinator =
        startCoordinator(configurations, recovered, durable, chainHash, diverged);
    ActorRef<CacheOwner.Command> replica =
        startReplica(configurations.membersFrom(durable), stored, diverged, snapshots);
    this.service =
        new GroupService(
            name,
            new RequestRouter(
                group,
                node.self(),
                CoreSettings.router(node.settings()),
                new SecureRandom().nextLong()),
            node,
            coordinator,
            replica,
            observations);
    this.stories =
        new StoryExchange(
            group,
            node.self().node(),
            service::story,
            node.links()::send,
            StoryExchange.PATIENCE,
            new SecureRandom().nextLong());
    this.changes =
        new ChangeService(
            new ChangeRouter(
                group,
                node.self(),
                CoreSettings.router(node.settings()).forwardTimeout(),
                new SecureRandom().nextLong()),
            node,
            coordinator,
            observations.counters());
    actors.ackTimeoutIsToldTo(service::ackTimeoutIs);
    actors.leaderIsToldTo(
        leader -> {
          service.leaderIs(leader);
          changes.leaderIs(leader);
        });
    this.ticking =
        node.system()
            .scheduler()
            .scheduleWithFixedDelay(
                SERVICE_TICK, SERVICE_TICK, this::tick, node.system().dispatcher());
  }

  /** A store that cannot be loaded is not left open: the node may go on without it. */
  private RestoredState load() {
    boolean loaded = false;
    try {
      RestoredState stored = store.load();
      loaded = true;
      return stored;
    } finally {
      if (!loaded) {
        store.close();
      }
    }
  }

  private String placesOf(DatabasePlace storePlace) {
    JournalDatabase journal = JournalDatabase.get(node.system());
    return "journal %s, record store %s".formatted(journal.database().place(), storePlace);
  }

  private akka.actor.ActorRef startAcceptor(
      Set<MemberId> voters, Slot durable, AcceptorLinks links) {
    akka.actor.ActorRef started =
        node.system()
            .actorOf(
                AcceptorActor.create(
                    group,
                    CoreSettings.acceptor(node.settings().acceptor()),
                    durable,
                    store.installedAt(),
                    voters,
                    new JournalPairLog(JournalDatabase.get(node.system()).reader()),
                    links),
                "acceptor-" + runName);
    actors.acceptorIs(started);
    return started;
  }

  private ActorRef<CoordinatorActor.Command> startCoordinator(
      ConfigurationLog configurations,
      AcceptorView recovered,
      Slot durable,
      Digest chainHash,
      Optional<Divergence> diverged) {
    HoldfastSettings settings = node.settings();
    long seed = new SecureRandom().nextLong();
    ActorRef<CoordinatorActor.Command> coordinator =
        Adapter.spawn(
            node.system(),
            CoordinatorActor.create(
                now -> {
                  CoordinatorCore core =
                      new CoordinatorCore(
                          group,
                          node.self(),
                          configurations,
                          CoreSettings.coordinatorTiming(settings),
                          CoreSettings.coordinatorLimits(settings.coordinator()),
                          new SplittableRandom(seed),
                          recovered.promised(),
                          durable,
                          chainHash,
                          now);
                  diverged.ifPresent(
                      known -> core.startDiverged(known.slot(), Set.copyOf(known.agreeing())));
                  return core;
                },
                coordinating,
                node.clock()),
            "coordinator-" + runName);
    typedActors.add(coordinator);
    actors.coordinatorIs(coordinator);
    return coordinator;
  }

  private ActorRef<CacheOwner.Command> startReplica(
      Set<MemberId> members,
      RestoredState stored,
      Optional<Divergence> diverged,
      SnapshotPort snapshots) {
    ActorRef<CacheOwner.Command> replica =
        Adapter.spawn(
            node.system(),
            CacheOwner.create(
                node.self(),
                List.copyOf(members),
                store,
                stored,
                diverged,
                new CacheOwner.Neighbours(
                    new ReplicaToAcceptor(actors),
                    new ReplicaToCoordinator(actors, observations),
                    (to, message) -> {
                      observations.meters().helped(bytesOf(message));
                      node.links().send(to.node(), new BetweenReplicas(group, message));
                    },
                    snapshots,
                    cause -> node.failure().storage(cause),
                    cause -> node.failure().bug(cause)),
                new CacheOwner.Environment(
                    CoreSettings.replica(node.settings()),
                    REPLICA_TICK,
                    node.clock(),
                    DispatcherSelector.fromConfig("holdfast-persistence.blocking-dispatcher"),
                    DispatcherSelector.fromConfig("holdfast-persistence.reading-dispatcher"))),
            "cache-owner-" + runName);
    typedActors.add(replica);
    actors.replicaIs(replica);
    return replica;
  }

  // ---- While it runs

  private void tick() {
    service.tick();
    changes.tick();
  }

  GroupService service() {
    return service;
  }

  /** What all members have seen of a write. */
  CompletionStage<StoriesAnswer> stories(WriteId id, Caller caller) {
    Set<NodeId> others =
        taking().stream()
            .flatMap(taking -> taking.governsFrom().values().stream())
            .flatMap(configuration -> configuration.everyone().stream())
            .map(MemberId::node)
            .filter(member -> !member.equals(node.self().node()))
            .collect(Collectors.toSet());
    return stories.ask(id, caller, others);
  }

  ChangeService changes() {
    return changes;
  }

  /** What this node is in the group. */
  Optional<TakingPart> taking() {
    return observations.taking();
  }

  /**
   * What this node is in the group, in one word.
   *
   * @param coordinator what its coordinator does
   */
  String role(String coordinator) {
    Part part = taking().map(TakingPart::part).orElse(Part.VOTER);
    return part == Part.VOTER ? coordinator : part.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What this node is in the group, where it serves nothing of it: it was removed, or was not added
   * yet and hears no leader either.
   */
  Optional<TakingPart> withoutPart() {
    return taking()
        .filter(
            taking ->
                taking.part() == Part.REMOVED
                    || (taking.part() == Part.OUTSIDE && service.leader().isEmpty()));
  }

  /** Who takes part. */
  CompletableFuture<MembershipView> membership() {
    CompletableFuture<MembershipView> view = answers.expect();
    actors.tellCoordinator(new CoordinatorActor.Members(view::complete));
    return view;
  }

  /** A greeted peer said something about this group. */
  void heard(Heard heard) {
    MemberId from = heard.from();
    OfGroup body = heard.body();
    observations.recorder().heard(from, body);
    if (body instanceof ToAcceptor message) {
      if (message.request() instanceof AcceptorRequest.Accept accept) {
        observations.meters().acceptAsked(accept.slot().number());
      }
      actors.tellAcceptor(new AcceptorInput.Asked(from, message.request()));
    } else if (body instanceof ToCoordinator message) {
      actors.tellCoordinator(new CoordinatorInput.Replied(from, message.reply()));
    } else if (body instanceof BetweenCoordinators message) {
      measure(from, message.message());
      actors.tellCoordinator(new CoordinatorInput.Said(from, message.message()));
    } else if (body instanceof BetweenReplicas message) {
      observations.meters().caughtUp(bytesOf(message.message()));
      actors.tellReplica(new CacheOwner.PeerSaid(from, message.message()));
    } else if (body instanceof Forward forward) {
      service.forwarded(from, forward);
    } else if (body instanceof ForwardedWriteAnswer answer) {
      service.answered(from, answer);
    } else if (body instanceof ForwardedReadAnswer answer) {
      service.answered(from, answer);
    } else if (body instanceof ForwardedChange forward) {
      changes.forwarded(from, forward);
    } else if (body instanceof ForwardedChangeAnswer answer) {
      changes.answered(from, answer);
    } else if (body instanceof AskStory ask) {
      stories.asked(from, ask);
    } else if (body instanceof TellStory tell) {
      stories.told(from, tell);
    }
  }

  private void measure(MemberId from, CoordinatorMessage message) {
    if (message instanceof CoordinatorMessage.Alive alive) {
      observations.meters().peer(from.node()).applied(alive.state().applied().number());
    } else if (message instanceof CoordinatorMessage.Heartbeat beat) {
      observations.meters().peer(from.node()).applied(beat.state().applied().number());
    }
  }

  /** Of batches that are sent because the other has missed them. */
  private static long bytesOf(SyncMessage message) {
    return message instanceof SyncMessage.Fetched fetched
        ? fetched.pairs().stream().mapToLong(pair -> pair.batch().size()).sum()
        : 0;
  }

  CompletableFuture<GroupStatus> status() {
    CompletableFuture<CacheOwnerStatus> replicating = answers.expect();
    CompletableFuture<AcceptorView> accepting = answers.expect();
    actors.tellReplica(new CacheOwner.Observe(replicating));
    actors.tellAcceptor(new AcceptorActor.View(accepting::complete));
    return view()
        .thenCompose(
            view ->
                replicating.thenCombine(
                    accepting, (replica, acceptor) -> new GroupViews(view, replica, acceptor)))
        .thenApply(
            views ->
                views.status(
                    name,
                    role(views.coordinator().role().code()),
                    views.heard(node.self(), CoreSettings.lately(node.settings())),
                    observations.counters()));
  }

  /** What is active, and was; absent while the replica is known to differ from the others. */
  CompletableFuture<Optional<ControlStatus>> control() {
    CompletableFuture<Optional<ControlReply>> reply = answers.expect();
    actors.tellReplica(new CacheOwner.ObserveControl(reply));
    return reply.thenApply(
        known ->
            known.map(
                seen ->
                    new ControlStatus(
                        seen.control(),
                        seen.applied().number(),
                        seen.members(),
                        seen.wallMillis(),
                        seen.poolsInUse())));
  }

  /** How much of the pools is given; none while the replica is known to differ from the others. */
  CompletableFuture<List<PoolStatus>> pools() {
    CompletableFuture<List<PoolUsage>> usage = answers.expect();
    actors.tellReplica(new CacheOwner.ObservePools(usage));
    return usage.thenApply(
        known ->
            known.stream()
                .map(
                    one ->
                        new PoolStatus(
                            one.pool().name(),
                            one.pool().scope().code(),
                            one.size(),
                            one.used(),
                            one.hosts(),
                            one.free()))
                .toList());
  }

  /** How the replica stands at a slot. */
  CompletableFuture<ChainPoint> chain(Slot slot) {
    CompletableFuture<ChainPoint> point = answers.expect();
    actors.tellCoordinator(
        new CoordinatorActor.ChainAt(
            slot,
            (applied, hash) ->
                point.complete(
                    new ChainPoint(
                        node.self().node(),
                        applied.number(),
                        slot.number(),
                        hash.map(Digest::toString)))));
    return point;
  }

  /** What this group's coordinator knows of its peers. */
  CompletableFuture<CoordinatorView> view() {
    CompletableFuture<CoordinatorView> view = answers.expect();
    actors.tellCoordinator(new CoordinatorActor.View(view::complete));
    return view;
  }

  /** The last slot that the store holds, with all before it. */
  CompletableFuture<Slot> durable() {
    CompletableFuture<CacheOwnerStatus> status = answers.expect();
    actors.tellReplica(new CacheOwner.Observe(status));
    return status.thenApply(CacheOwnerStatus::durable);
  }

  /** Where the replica differs from a majority of the others, once that is known. */
  Optional<Divergence> divergence() {
    return coordinating.divergence();
  }

  /** The state of the store, pinned; on a thread that may block. */
  Backups.Pinned pin() {
    return new Backups.Pinned(store.snapshot(0), coordinating::divergence);
  }

  /** The size of the record store. */
  long storedBytes() {
    return store.storedBytes();
  }

  /** Lets another voter lead, if this node leads and that one can. */
  void handOver(MemberId successor) {
    actors.tellCoordinator(new CoordinatorActor.HandOver(successor));
  }

  /** Has the journal forget slots up to here that its own store holds. */
  void trim(Slot upTo) {
    actors.tellAcceptor(new AcceptorInput.TrimUpTo(upTo));
  }

  // ---- Its end

  /** The journal failed: callers are told so before the node ends. */
  void localWriteFailed() {
    actors.tellCoordinator(new CoordinatorInput.LocalWriteFailed());
  }

  /** Finishes what is under way and hands leadership over. */
  CompletableFuture<Void> resign() {
    CompletableFuture<Void> done = answers.expect();
    actors.tellCoordinator(new CoordinatorActor.Resign(() -> done.complete(null)));
    return done;
  }

  /** Answers whoever still waits; before the actors end. */
  void closeService() {
    ticking.cancel();
    service.close();
    changes.close();
  }

  /** Ends the actors, the acceptor once all that it was writing is in the journal. */
  CompletionStage<Void> endActors() {
    List<CompletableFuture<Boolean>> ended = new ArrayList<>();
    for (ActorRef<?> actor : typedActors) {
      ended.add(
          Patterns.gracefulStop(Adapter.toClassic(actor), END_PATIENCE).toCompletableFuture());
    }
    return CompletableFuture.allOf(ended.toArray(CompletableFuture<?>[]::new))
        .thenCompose(
            unused -> Patterns.gracefulStop(acceptor, END_PATIENCE, new AcceptorActor.End()))
        .thenAccept(unused -> answers.close());
  }

  /** After the actors have ended. */
  void closeStore() {
    answers.close();
    store.close();
  }
}
