package io.holdfast.chaos.fault;

import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.actor.Outbound;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes what a node's acceptor acknowledges to its peers: later, more often, with another
 * content, in another's name. Everything else passes as it is. For any thread.
 */
final class AckFaults implements Outbound, AutoCloseable {

  private record Held(Envelope envelope, Consumer<Envelope> wire) {
    void release() {
      wire.accept(envelope);
    }
  }

  /** What is done to one peer, and what it was told. Guarded by itself. */
  private static final class Link {
    private @Nullable AckFault fault;
    private @Nullable Envelope last;
    private List<Held> gathered = new ArrayList<>();
  }

  /** A member that no mesh of these trials has. */
  private static final NodeId STRANGER = new NodeId("stranger");

  private final Map<NodeId, MemberId> speakers;
  private final Map<NodeId, Link> links = new ConcurrentHashMap<>();
  private final Map<NodeId, LongAdder> changed = new ConcurrentHashMap<>();
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "holdfast-faults");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param speakers who has spoken to this node, for speaking in their names
   */
  AckFaults(Map<NodeId, MemberId> speakers) {
    this.speakers = speakers;
  }

  /** From now on this is done to what is acknowledged to {@code peer}. */
  void inject(NodeId peer, AckFault fault) {
    Link link = link(peer);
    synchronized (link) {
      link.fault = fault;
    }
  }

  /** Nothing is done any more; what is held back is sent. */
  void heal() {
    links.keySet().forEach(this::heal);
  }

  private void heal(NodeId peer) {
    Link link = link(peer);
    synchronized (link) {
      link.fault = null;
    }
    release(link);
  }

  /** How many acknowledgements to each peer were changed. */
  Map<NodeId, LongAdder> changed() {
    return changed;
  }

  @Override
  public void send(NodeId to, Envelope envelope, Consumer<Envelope> wire) {
    if (envelope.body() instanceof ToCoordinator told
        && told.reply() instanceof Accepted accepted) {
      acknowledge(to, new Held(envelope, wire), told, accepted);
    } else {
      wire.accept(envelope);
    }
  }

  private void acknowledge(NodeId to, Held ack, ToCoordinator told, Accepted accepted) {
    Link link = link(to);
    AckFault fault;
    Envelope earlier;
    synchronized (link) {
      fault = link.fault;
      earlier = link.last;
      if (fault == null) {
        link.last = ack.envelope();
      }
    }
    if (fault == null) {
      ack.release();
      return;
    }
    changed.computeIfAbsent(to, unused -> new LongAdder()).increment();
    Envelope said = ack.envelope();
    switch (fault.kind()) {
      case DELAY -> sendAfter(fault.amount(), ack::release);
      case DUPLICATE -> {
        for (int i = 0; i <= fault.amount(); i++) {
          ack.release();
        }
      }
      case DIGEST -> ack.wire().accept(saying(said, told, withDigest(accepted)));
      case CHAIN -> ack.wire().accept(saying(said, told, withChain(accepted)));
      case STRANGER -> {
        ack.release();
        forge(ack, new MemberId(STRANGER, said.from().incarnation()), said.bootNonce());
      }
      case INCARNATION -> {
        ack.release();
        others(to, said.from())
            .forEach(
                member -> forge(ack, new MemberId(member.node(), member.incarnation() + 1), 1));
      }
      case BOOT -> {
        ack.release();
        others(to, said.from()).forEach(member -> forge(ack, member, said.bootNonce()));
      }
      case STALE -> {
        if (earlier != null) {
          ack.wire().accept(earlier);
        }
      }
      case REORDER -> gather(link, ack, fault.amount());
    }
  }

  private List<MemberId> others(NodeId to, MemberId self) {
    return speakers.values().stream()
        .filter(member -> !member.node().equals(to) && !member.node().equals(self.node()))
        .toList();
  }

  private static void forge(Held ack, MemberId from, long bootNonce) {
    ack.wire().accept(new Envelope(from, bootNonce, ack.envelope().body()));
  }

  private static Envelope saying(Envelope said, ToCoordinator told, Accepted other) {
    return new Envelope(said.from(), said.bootNonce(), new ToCoordinator(told.group(), other));
  }

  private static Accepted withDigest(Accepted accepted) {
    return new Accepted(
        accepted.ballot(),
        accepted.slot(),
        Digest.of(accepted.digest().bytes()),
        accepted.applied(),
        accepted.chainHash());
  }

  private static Accepted withChain(Accepted accepted) {
    return new Accepted(
        accepted.ballot(),
        accepted.slot(),
        accepted.digest(),
        accepted.applied(),
        Digest.of(accepted.chainHash().bytes()));
  }

  private void gather(Link link, Held ack, int enough) {
    int gathered;
    synchronized (link) {
      link.gathered.add(ack);
      gathered = link.gathered.size();
    }
    if (gathered >= enough) {
      release(link);
    } else if (gathered == 1) {
      sendAfter(AckFault.GATHERED.toMillis(), () -> release(link));
    }
  }

  private static void release(Link link) {
    List<Held> released;
    synchronized (link) {
      released = link.gathered;
      link.gathered = new ArrayList<>();
    }
    Collections.reverse(released);
    released.forEach(Held::release);
  }

  private void sendAfter(long millis, Runnable send) {
    var unused = later.schedule(send, millis, TimeUnit.MILLISECONDS);
  }

  private Link link(NodeId peer) {
    return links.computeIfAbsent(peer, unused -> new Link());
  }

  @Override
  public void close() {
    later.shutdownNow();
  }
}
