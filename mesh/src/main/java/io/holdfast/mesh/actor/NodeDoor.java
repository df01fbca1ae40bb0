package io.holdfast.mesh.actor;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.holdfast.acceptor.actor.FailStop;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.core.DoorCore;
import io.holdfast.mesh.core.DoorEffect;
import io.holdfast.mesh.core.DoorInput;
import io.holdfast.mesh.core.DoorMessage;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.quorum.core.LeaderSpread;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Hears the peers: runs a {@link DoorCore}. The ledger is written on a thread that may block. */
final class NodeDoor extends AbstractBehavior<DoorMessage> {

  /** Group {@code meta} has this directory, as this node's replica has executed. */
  record Learned(MeshDirectory directory) implements DoorMessage {}

  /** The logs of groups that are being deleted and have executed that here. */
  record Sealed(Set<GroupId> logs) implements DoorMessage {
    Sealed {
      logs = Set.copyOf(logs);
    }
  }

  /** What this node leads and would like to lead, from now on. */
  record Leading(LeaderSpread.Told told) implements DoorMessage {}

  /** Tell the peers so. */
  record Say(Glimpse glimpse) implements DoorMessage {}

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

    /** The door let an exception through and has ended: a node that is deaf must stop. */
    void doorFailed(Throwable cause);

    /** A peer's front door listens there. */
    void frontDoor(NodeId peer, String httpAddr);

    /** Something came from a boot that was never greeted. */
    void stranger(MemberId from);

    /** This directory is on disk. */
    void directoryIs(MeshDirectory directory);

    /** These groups were sealed, as a peer has executed. */
    void heardSealed(Set<GroupId> logs);

    /** What a peer leads and would like to lead. */
    void heardLeading(MemberId from, LeaderSpread.Told told);

    /** What a peer tells of itself. */
    void heardGlimpse(Glimpse glimpse);

    /** This node is to join, and a peer does not know it yet. */
    void waits(NodeId by, String reason);
  }

  private enum Tick implements DoorMessage {
    TICK
  }

  private record Saved(PeerLedger ledger) implements DoorMessage {}

  private enum Marked implements DoorMessage {
    MARKED
  }

  private record WriteFailed(Throwable cause) implements DoorMessage {}

  private interface DirectoryWrite {
    void run() throws DataDirectoryException;
  }

  private static final Duration GREETING_INTERVAL = Duration.ofMillis(250);

  private final DoorCore core;
  private final DataDirectory directory;
  private final PeerLinks links;
  private final Observer observer;
  private final Executor blocking;
  private Map<GroupId, Consumer<Heard>> groups = Map.of();

  private NodeDoor(
      ActorContext<DoorMessage> context,
      DoorCore core,
      DataDirectory directory,
      PeerLinks links,
      Observer observer,
      Executor blocking) {
    super(context);
    this.core = core;
    this.directory = directory;
    this.links = links;
    this.observer = observer;
    this.blocking = blocking;
  }

  static Behavior<DoorMessage> create(
      HoldfastSettings settings,
      DataDirectory directory,
      String httpAddr,
      PeerLinks links,
      Observer observer,
      Executor blocking) {
    DoorCore core =
        new DoorCore(
            settings, directory.identity(), directory.ledger(), httpAddr, directory.origins());
    return FailStop.around(
        DoorMessage.class,
        observer::doorFailed,
        Behaviors.withTimers(
            timers -> {
              timers.startTimerWithFixedDelay(Tick.TICK, Duration.ZERO, GREETING_INTERVAL);
              return Behaviors.setup(
                  context -> new NodeDoor(context, core, directory, links, observer, blocking));
            }));
  }

  @Override
  public Receive<DoorMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(Envelope.class, envelope -> take(new DoorInput.Said(envelope)))
        .onMessageEquals(Tick.TICK, () -> take(new DoorInput.Tick()))
        .onMessage(Saved.class, saved -> take(new DoorInput.Saved(saved.ledger())))
        .onMessageEquals(Marked.MARKED, () -> take(new DoorInput.Marked()))
        .onMessage(WriteFailed.class, this::onWriteFailed)
        .onMessage(Serve.class, this::onServe)
        .onMessage(Learned.class, learned -> take(new DoorInput.Learned(learned.directory())))
        .onMessage(Sealed.class, some -> take(new DoorInput.Sealed(some.logs())))
        .onMessage(Leading.class, now -> take(new DoorInput.Leading(now.told())))
        .onMessage(Say.class, say -> take(new DoorInput.Say(say.glimpse())))
        .build();
  }

  private Behavior<DoorMessage> onServe(Serve serve) {
    groups = Map.copyOf(serve.groups());
    return take(new DoorInput.Serve(groups.keySet()));
  }

  /** What was to be remembered may be forgotten: nobody is heard any more. */
  private Behavior<DoorMessage> onWriteFailed(WriteFailed failed) {
    observer.ledgerFailed(failed.cause());
    return Behaviors.stopped();
  }

  private Behavior<DoorMessage> take(DoorInput input) {
    core.on(input).forEach(this::carryOut);
    return this;
  }

  private void carryOut(DoorEffect effect) {
    if (effect instanceof DoorEffect.PassOn heard) {
      Consumer<Heard> group = groups.get(heard.body().group());
      if (group != null) {
        group.accept(new Heard(heard.from(), heard.body()));
      }
    } else if (effect instanceof DoorEffect.Send send) {
      links.send(send.to(), send.body());
    } else if (effect instanceof DoorEffect.Save save) {
      write(() -> directory.saveLedger(save.ledger()), new Saved(save.ledger()));
    } else if (effect instanceof DoorEffect.MarkRefused mark) {
      write(() -> directory.markRefused(mark.by(), mark.code(), mark.reason()), Marked.MARKED);
    } else if (effect instanceof DoorEffect.Admitted admitted) {
      observer.admitted(admitted.founders());
    } else if (effect instanceof DoorEffect.Refused refused) {
      observer.refused(refused.by(), refused.code(), refused.reason());
    } else if (effect instanceof DoorEffect.FrontDoor frontDoor) {
      observer.frontDoor(frontDoor.peer(), frontDoor.httpAddr());
    } else if (effect instanceof DoorEffect.Stranger stranger) {
      observer.stranger(stranger.from());
    } else if (effect instanceof DoorEffect.SendTo send) {
      links.sendTo(send.to(), send.address(), send.body());
    } else if (effect instanceof DoorEffect.PeerAt at) {
      links.peerAt(at.peer(), at.address());
    } else if (effect instanceof DoorEffect.DirectoryIs known) {
      observer.directoryIs(known.directory());
    } else if (effect instanceof DoorEffect.HeardSealed heardSealed) {
      observer.heardSealed(heardSealed.logs());
    } else if (effect instanceof DoorEffect.HeardLeading heard) {
      observer.heardLeading(heard.from(), heard.told());
    } else if (effect instanceof DoorEffect.HeardGlimpse heardGlimpse) {
      observer.heardGlimpse(heardGlimpse.glimpse());
    } else if (effect instanceof DoorEffect.Waits waiting) {
      observer.waits(waiting.by(), waiting.reason());
    }
  }

  private void write(DirectoryWrite write, DoorMessage done) {
    CompletableFuture<Void> written =
        CompletableFuture.runAsync(
            () -> {
              try {
                write.run();
              } catch (DataDirectoryException e) {
                throw new IllegalStateException(e.getMessage(), e);
              }
            },
            blocking);
    getContext()
        .pipeToSelf(
            written, (unused, failure) -> failure == null ? done : new WriteFailed(failure));
  }
}
