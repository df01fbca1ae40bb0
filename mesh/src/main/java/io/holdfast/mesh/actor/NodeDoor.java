package io.holdfast.mesh.actor;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.holdfast.config.core.Admission;
import io.holdfast.config.core.Greeted;
import io.holdfast.config.core.Greeting;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.RefusalCode;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.core.DoorMessage;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.Greet;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.Refuse;
import io.holdfast.mesh.core.Envelope.Welcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Hears the peers. Every boot greets every peer until it is welcomed; what a peer says about a
 * group is passed on only when it comes from the very boot that was greeted ({@link PeerLedger}),
 * and only once this node may vote.
 *
 * <p>What a greeting changes is on disk before its answer leaves; while such a write is under way
 * other greetings wait to be repeated.
 */
final class NodeDoor extends AbstractBehavior<DoorMessage> {

  /** This node takes part in these groups from now on. */
  record Serve(Map<GroupId, Consumer<Heard>> groups) implements DoorMessage {}

  /** A greeted member said something about a group. */
  record Heard(MemberId from, OfGroup body) {}

  /** What the door tells its node. */
  interface Observer {

    /** This node may vote, now and after every restart; these are the members of its groups. */
    void admitted(List<MemberId> founders);

    /** A peer will not have this node in the mesh: it must stop. */
    void refused(NodeId by, String code, String reason);

    /** The ledger could not be written: the node must stop. */
    void ledgerFailed(Throwable cause);

    /** A peer's front door listens there. */
    void frontDoor(NodeId peer, String httpAddr);

    /** Something came from a boot that was never greeted. */
    void stranger(MemberId from);
  }

  private enum Tick implements DoorMessage {
    TICK
  }

  private record Saved(PeerLedger ledger, Runnable then) implements DoorMessage {}

  private static final Duration GREETING_INTERVAL = Duration.ofMillis(250);

  private final HoldfastSettings settings;
  private final DataDirectory directory;
  private final NodeIdentity self;
  private final String httpAddr;
  private final PeerLinks links;
  private final Observer observer;
  private final Executor blocking;

  private final Set<NodeId> welcomedBy = new HashSet<>();
  private Map<GroupId, Consumer<Heard>> groups = new HashMap<>();
  private PeerLedger ledger;
  private boolean saving;
  private boolean announced;

  private NodeDoor(
      ActorContext<DoorMessage> context,
      HoldfastSettings settings,
      DataDirectory directory,
      String httpAddr,
      PeerLinks links,
      Observer observer,
      Executor blocking) {
    super(context);
    this.settings = settings;
    this.directory = directory;
    this.self = directory.identity();
    this.httpAddr = httpAddr;
    this.links = links;
    this.observer = observer;
    this.blocking = blocking;
    this.ledger = directory.ledger();
  }

  static Behavior<DoorMessage> create(
      HoldfastSettings settings,
      DataDirectory directory,
      String httpAddr,
      PeerLinks links,
      Observer observer,
      Executor blocking) {
    return Behaviors.withTimers(
        timers -> {
          timers.startTimerWithFixedDelay(Tick.TICK, Duration.ZERO, GREETING_INTERVAL);
          return Behaviors.setup(
              context ->
                  new NodeDoor(context, settings, directory, httpAddr, links, observer, blocking));
        });
  }

  @Override
  public Receive<DoorMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(Envelope.class, this::onEnvelope)
        .onMessageEquals(Tick.TICK, this::onTick)
        .onMessage(Saved.class, this::onSaved)
        .onMessage(Serve.class, this::onServe)
        .build();
  }

  private Behavior<DoorMessage> onEnvelope(Envelope envelope) {
    if (envelope.body() instanceof OfGroup body) {
      onGroup(envelope, body);
    } else if (envelope.body() instanceof Greet greet) {
      onGreet(envelope, greet);
    } else if (envelope.body() instanceof Welcome welcome) {
      onWelcome(envelope.from().node(), welcome);
    } else if (envelope.body() instanceof Refuse refuse) {
      onRefuse(envelope.from(), refuse);
    }
    return this;
  }

  /** What speaks against the directory itself is durable before the node ends. */
  private void onRefuse(MemberId by, Refuse refuse) {
    if (!settings.mesh().members().contains(by.node())
        || refuse.refusedBoot() != self.bootNonce()) {
      observer.stranger(by);
      return;
    }
    Runnable end = () -> observer.refused(by.node(), refuse.code(), refuse.reason());
    Optional<RefusalCode> lasting =
        RefusalCode.of(refuse.code()).filter(code -> ledger.condemnedBy(by, code));
    if (lasting.isEmpty()) {
      end.run();
      return;
    }
    blocking.execute(
        () -> {
          try {
            directory.markRefused(by.node(), lasting.get(), refuse.reason());
            end.run();
          } catch (DataDirectoryException e) {
            observer.ledgerFailed(e);
          }
        });
  }

  private void onGroup(Envelope envelope, OfGroup body) {
    KnownPeer known = ledger.peers().get(envelope.from().node());
    if (known == null
        || known.incarnation() != envelope.from().incarnation()
        || known.bootNonce() != envelope.bootNonce()) {
      observer.stranger(envelope.from());
      return;
    }
    Consumer<Heard> group = groups.get(body.group());
    if (group != null) {
      group.accept(new Heard(envelope.from(), body));
    }
  }

  private void onGreet(Envelope envelope, Greet greet) {
    NodeId peer = envelope.from().node();
    Greeting greeting;
    try {
      greeting =
          new Greeting(
              greet.meshId(),
              greet.fingerprint(),
              envelope.from(),
              greet.bootCount(),
              envelope.bootNonce(),
              greet.earlierNonces());
    } catch (IllegalArgumentException malformed) {
      observer.stranger(envelope.from());
      return;
    }
    Greeted answer = ledger.greet(greeting, settings.greetingTerms(peer));
    if (answer instanceof Greeted.Refused refused) {
      links.send(peer, new Refuse(refused.code().code(), refused.reason(), envelope.bootNonce()));
    } else if (answer instanceof Greeted.Welcome welcome) {
      observer.frontDoor(peer, greet.httpAddr());
      Runnable reply = () -> links.send(peer, new Welcome(httpAddr));
      if (welcome.changed()) {
        save(welcome.updated(), reply);
      } else {
        reply.run();
      }
    }
  }

  private void onWelcome(NodeId peer, Welcome welcome) {
    welcomedBy.add(peer);
    observer.frontDoor(peer, welcome.httpAddr());
    if (!ledger.admitted()) {
      PeerLedger acknowledged = ledger.acknowledgedBy(peer);
      if (!acknowledged.equals(ledger)) {
        save(acknowledged, () -> {});
      }
    }
  }

  private void save(PeerLedger next, Runnable then) {
    if (saving) {
      return;
    }
    saving = true;
    CompletableFuture<Void> written =
        CompletableFuture.runAsync(
            () -> {
              try {
                directory.saveLedger(next);
              } catch (DataDirectoryException e) {
                throw new IllegalStateException(e.getMessage(), e);
              }
            },
            blocking);
    getContext()
        .pipeToSelf(
            written,
            (done, failure) -> {
              if (failure != null) {
                observer.ledgerFailed(failure);
              }
              return new Saved(failure == null ? next : directory.ledger(), then);
            });
  }

  private Behavior<DoorMessage> onSaved(Saved saved) {
    saving = false;
    ledger = saved.ledger();
    saved.then().run();
    admitIfComplete();
    return this;
  }

  private void admitIfComplete() {
    Admission admission = ledger.admission(settings.admittingMembers(), self.member());
    if (!(admission instanceof Admission.Admitted admitted) || announced || saving) {
      return;
    }
    if (admitted.changed()) {
      save(admitted.ledger(), () -> {});
    } else {
      announced = true;
      observer.admitted(ledger.founders());
    }
  }

  private Behavior<DoorMessage> onTick() {
    for (NodeId peer : settings.mesh().members()) {
      boolean other = !peer.equals(self.node());
      // An acknowledgement that could not be saved at once is asked for again.
      boolean owed =
          !welcomedBy.contains(peer)
              || (!ledger.admitted() && !ledger.acknowledged().contains(peer));
      if (other && owed) {
        links.send(
            peer,
            new Greet(
                self.meshId(),
                settings.sharedFingerprint(peer),
                self.bootCount(),
                self.earlierNonces(),
                httpAddr));
      }
    }
    admitIfComplete();
    return this;
  }

  private Behavior<DoorMessage> onServe(Serve serve) {
    groups = Map.copyOf(serve.groups());
    return this;
  }
}
