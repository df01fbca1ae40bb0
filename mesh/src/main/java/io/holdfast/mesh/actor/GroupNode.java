package io.holdfast.mesh.actor;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.acceptor.store.JournalPairLog;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.actor.NodeDoor.Heard;
import io.holdfast.mesh.core.ChangeRouter;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedChange;
import io.holdfast.mesh.core.Envelope.ForwardedChangeAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.core.RequestRouter;
import io.holdfast.mesh.core.TakingPart;
import io.holdfast.mesh.core.TakingPart.Part;
import io.holdfast.quorum.actor.CoordinatorActor;
import io.holdfast.quorum.core.ConfigurationLog;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipView;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.actor.CacheOwnerStatus;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.store.JdbcReplicaStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One group on this node: its acceptor, coordinator and cache-owner, and the service that takes
 * clients' requests to them.
 */
final class GroupNode {

  /** How often the cache-owner looks at its waits. */
  private static final Duration REPLICA_TICK = Duration.ofMillis(25);

  /** How often the service does: a client that leaves is told so this much late at most. */
  private static final Duration SERVICE_TICK = Duration.ofMillis(20);

  private final NodeParts node;
  private final GroupId group;
  private final GroupActors actors = new GroupActors();
  private final GroupObservations observations = new GroupObservations();
  private final JdbcReplicaStore store;
  private final GroupService service;
  private final ChangeService changes;
  private final Cancellable ticking;

  /**
   * Starts the group's actors.
   *
   * <p>Blocks while the store is loaded and until the acceptor has recovered from the journal, for
   * seconds where much was left to replay: the coordinator's core is made from what the acceptor
   * has promised, and until then nothing may be served. So this is for a thread that may block, as
   * the journal's executor has, never for a dispatcher's or an event loop's.
   *
   * @param founders the members of all groups of this node
   * @param storeFile where the records lie
   * @throws RuntimeException the store's or the journal's, where one of them cannot be read
   */
  GroupNode(NodeParts node, GroupSettings settings, List<MemberId> founders, Path storeFile) {
    this.node = node;
    this.group = settings.name();
    Membership founded =
        Membership.founded(
            node.settings().coordinator().alpha(), CoreSettings.configuration(settings, founders));
    this.store =
        JdbcReplicaStore.open(
            storeFile, CoreSettings.terms(node.settings().replica()), node.disk());
    RestoredState stored = store.load().foundedBy(founded);
    ConfigurationLog configurations =
        new ConfigurationLog(stored.header().membership().orElse(founded));
    Slot durable = stored.header().applied();
    Digest chainHash = stored.header().chainHash();
    observations.takes(
        TakingPart.of(node.self(), stored.header().membership().orElse(founded), durable));
    observations.applied(durable);

    AcceptorView recovered =
        startAcceptor(configurations.votersFrom(durable), durable, storeFile).join();
    ActorRef<CoordinatorActor.Command> coordinator =
        startCoordinator(configurations, recovered, durable, chainHash);
    ActorRef<CacheOwner.Command> replica =
        startReplica(configurations.membersFrom(durable), stored);
    this.service =
        new GroupService(
            new RequestRouter(
                group,
                node.self(),
                CoreSettings.router(node.settings()),
                new SecureRandom().nextLong()),
            node,
            coordinator,
            replica,
            observations.counters());
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

  private CompletableFuture<AcceptorView> startAcceptor(
      Set<MemberId> voters, Slot durable, Path storeFile) {
    JournalDatabase journal = JournalDatabase.get(node.system());
    String files =
        "journal %s, record store %s"
            .formatted(journal.database().file(), DurableDatabase.fileOf(storeFile));
    AcceptorLinks links = new AcceptorLinks(group, node, actors, observations, files);
    actors.acceptorIs(
        node.system()
            .actorOf(
                AcceptorActor.create(
                    group,
                    CoreSettings.acceptor(node.settings().acceptor()),
                    durable,
                    store.installedAt(),
                    voters,
                    new JournalPairLog(journal.reader()),
                    links),
                "acceptor-" + group));
    return links.recovered();
  }

  private ActorRef<CoordinatorActor.Command> startCoordinator(
      ConfigurationLog configurations, AcceptorView recovered, Slot durable, Digest chainHash) {
    HoldfastSettings settings = node.settings();
    long seed = new SecureRandom().nextLong();
    ActorRef<CoordinatorActor.Command> coordinator =
        Adapter.spawn(
            node.system(),
            CoordinatorActor.create(
                now ->
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
                        now),
                new CoordinatorLinks(group, node, actors, observations),
                node.clock()),
            "coordinator-" + group);
    actors.coordinatorIs(coordinator);
    return coordinator;
  }

  private ActorRef<CacheOwner.Command> startReplica(Set<MemberId> members, RestoredState stored) {
    ActorRef<CacheOwner.Command> replica =
        Adapter.spawn(
            node.system(),
            CacheOwner.create(
                node.self(),
                List.copyOf(members),
                store,
                stored,
                new CacheOwner.Neighbours(
                    new ReplicaToAcceptor(actors),
                    new ReplicaToCoordinator(actors, observations),
                    (to, message) ->
                        node.links().send(to.node(), new BetweenReplicas(group, message)),
                    cause -> node.failure().storage(cause),
                    cause -> node.failure().bug(cause)),
                new CacheOwner.Environment(
                    CoreSettings.replica(node.settings()),
                    REPLICA_TICK,
                    node.clock(),
                    DispatcherSelector.fromConfig("holdfast-persistence.blocking-dispatcher"),
                    DispatcherSelector.fromConfig("holdfast-persistence.reading-dispatcher"))),
            "cache-owner-" + group);
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
  CompletionStage<MembershipView> membership() {
    CompletableFuture<MembershipView> view = new CompletableFuture<>();
    actors.tellCoordinator(new CoordinatorActor.Members(view::complete));
    return view;
  }

  /** A greeted peer said something about this group. */
  void heard(Heard heard) {
    MemberId from = heard.from();
    OfGroup body = heard.body();
    if (body instanceof ToAcceptor message) {
      actors.tellAcceptor(new AcceptorInput.Asked(from, message.request()));
    } else if (body instanceof ToCoordinator message) {
      actors.tellCoordinator(new CoordinatorInput.Replied(from, message.reply()));
    } else if (body instanceof BetweenCoordinators message) {
      actors.tellCoordinator(new CoordinatorInput.Said(from, message.message()));
    } else if (body instanceof BetweenReplicas message) {
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
    }
  }

  /** Time since this node last knew itself to have executed all that a leader called chosen. */
  Optional<Duration> staleness() {
    return observations.staleness(node.clock().get());
  }

  CompletionStage<GroupStatus> status() {
    CompletableFuture<CacheOwnerStatus> replicating = new CompletableFuture<>();
    CompletableFuture<AcceptorView> accepting = new CompletableFuture<>();
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
                    group, role(views.coordinator().role().code()), observations.counters()));
  }

  /** How the replica stands at a slot. */
  CompletionStage<ChainPoint> chain(Slot slot) {
    CompletableFuture<ChainPoint> point = new CompletableFuture<>();
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
  CompletionStage<CoordinatorView> view() {
    CompletableFuture<CoordinatorView> view = new CompletableFuture<>();
    actors.tellCoordinator(new CoordinatorActor.View(view::complete));
    return view;
  }

  /** The size of the record store's file. */
  long storedBytes() {
    return store.storedBytes();
  }

  // ---- Its end

  /** The journal failed: callers are told so before the node ends. */
  void localWriteFailed() {
    actors.tellCoordinator(new CoordinatorInput.LocalWriteFailed());
  }

  /** Finishes what is under way and hands leadership over. */
  CompletionStage<Void> resign() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    actors.tellCoordinator(new CoordinatorActor.Resign(() -> done.complete(null)));
    return done;
  }

  /** Answers whoever still waits; before the actors end. */
  void closeService() {
    ticking.cancel();
    service.close();
    changes.close();
  }

  /** After the actors have ended. */
  void closeStore() {
    store.close();
  }
}
