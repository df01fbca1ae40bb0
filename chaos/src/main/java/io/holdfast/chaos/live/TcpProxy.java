package io.holdfast.chaos.live;

import io.holdfast.mesh.client.MeshClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Stands between a node's peers and the port that it listens on, and passes bytes on: at once,
 * later, or not at all; or resets the connections. Remoting sends one way over a connection, so
 * what is done here is done to what the node hears: from everybody, or from the peer whose
 * connections come from one address.
 *
 * <p>What is lost breaks the stream that it was part of: {@link #heal} resets it, and the peer
 * connects anew. Everything runs on one event loop; the methods are for any thread.
 */
public final class TcpProxy implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";
  private static final long PATIENCE_SECONDS = 10;

  /** So many chunks of a connection wait at most: whoever sends more than that waits. */
  private static final int WAITING_CHUNKS = 64;

  private record Chunk(Buffer bytes, long dueNanos) {}

  /** What is done to those who speak from one address, or to all, and how much of it was done. */
  private static final class Toll {
    private final AtomicLong delayedBytes = new AtomicLong();
    private final AtomicLong lostBytes = new AtomicLong();
    private final AtomicLong resets = new AtomicLong();
    private volatile long delayNanos;
    private volatile long jitterNanos;
    private volatile boolean losing;

    void delay(Duration by, Duration jitter) {
      delayNanos = by.toNanos();
      jitterNanos = jitter.toNanos();
    }

    void heal() {
      delay(Duration.ZERO, Duration.ZERO);
      losing = false;
    }
  }

  /** Two sockets and what is on its way between them. */
  private final class Relay {
    private final NetSocket peer;
    private final NetSocket node;
    private final String source;
    private final Toll toll;
    private final ArrayDeque<Chunk> onTheWay = new ArrayDeque<>();
    private boolean isBroken;

    Relay(NetSocket peer, NetSocket node) {
      this.peer = peer;
      this.node = node;
      this.source = peer.remoteAddress().hostAddress();
      this.toll = tollOf(source);
    }

    void begin() {
      relays.add(this);
      peer.handler(this::fromPeer);
      node.handler(peer::write);
      peer.closeHandler(unused -> end());
      node.closeHandler(unused -> end());
      peer.exceptionHandler(unused -> end());
      node.exceptionHandler(unused -> end());
      peer.resume();
    }

    private void fromPeer(Buffer chunk) {
      Toll slower = toll.delayNanos > everyone.delayNanos ? toll : everyone;
      long jitter = slower.jitterNanos;
      long delay = slower.delayNanos + (jitter > 0 ? random.nextLong(jitter) : 0);
      // One queue: chunks of a connection never overtake each other.
      onTheWay.add(new Chunk(chunk, System.nanoTime() + delay));
      if (onTheWay.size() >= WAITING_CHUNKS) {
        peer.pause();
      }
      if (delay > 0) {
        toll.delayedBytes.addAndGet(chunk.length());
      }
      if (onTheWay.size() == 1) {
        passOn();
      }
    }

    /** Passes on what is due, and comes back for the rest. */
    private void passOn() {
      for (Chunk next = onTheWay.peek(); next != null; next = onTheWay.peek()) {
        long early = next.dueNanos() - System.nanoTime();
        if (early > 0) {
          vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(early)), unused -> passOn());
          return;
        }
        if (node.writeQueueFull()) {
          node.drainHandler(unused -> passOn()); // a paused node reads nothing
          return;
        }
        onTheWay.remove();
        if (isBroken || toll.losing || everyone.losing) {
          isBroken = true; // what follows a gap is no stream any more
          toll.lostBytes.addAndGet(next.bytes().length());
        } else {
          var unused = node.write(next.bytes());
        }
      }
      peer.resume();
    }

    void end() {
      if (relays.remove(this)) {
        var unused = peer.close();
        var unusedToo = node.close();
      }
    }
  }

  private final Vertx vertx = MeshClient.eventLoop();
  private final Set<Relay> relays = ConcurrentHashMap.newKeySet();
  private final Toll everyone = new Toll();
  private final Map<String, Toll> tolls = new ConcurrentHashMap<>();
  private final SplittableRandom random;

  private TcpProxy(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * Starts to pass on what comes to a port of loopback.
   *
   * @param port where peers connect to
   * @param target where the node listens
   * @param seed draws the jitter of delays
   */
  static TcpProxy start(int port, int target, long seed) throws IOException {
    TcpProxy proxy = new TcpProxy(seed);
    NetClient out = proxy.vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    NetServer server =
        proxy
            .vertx
            .createNetServer(new NetServerOptions().setTcpNoDelay(true))
            .connectHandler(
                peer -> {
                  peer.pause();
                  out.connect(target, LOOPBACK)
                      .onSuccess(node -> proxy.new Relay(peer, node).begin())
                      .onFailure(unused -> peer.close());
                });
    try {
      await(server.listen(port, LOOPBACK));
      return proxy;
    } catch (IOException e) {
      proxy.close();
      throw e;
    }
  }

  private Toll tollOf(String source) {
    return tolls.computeIfAbsent(source, unused -> new Toll());
  }

  /** Everything arrives so much later, and up to {@code jitter} more. */
  public void delay(Duration by, Duration jitter) {
    everyone.delay(by, jitter);
  }

  /** Nothing arrives any more, and nobody is told. */
  public void lose() {
    everyone.losing = true;
  }

  /** Ends every connection. */
  public void reset() {
    end(relay -> true);
  }

  /** Bytes pass as they come, whoever they are from; connections that have lost some are ended. */
  public void heal() {
    everyone.heal();
    tolls.values().forEach(Toll::heal);
    endBroken();
  }

  /** What comes from {@code source} arrives so much later, and up to {@code jitter} more. */
  void delay(String source, Duration by, Duration jitter) {
    tollOf(source).delay(by, jitter);
  }

  void lose(String source) {
    tollOf(source).losing = true;
  }

  void reset(String source) {
    end(relay -> relay.source.equals(source));
  }

  void heal(String source) {
    tollOf(source).heal();
    endBroken();
  }

  /** Looks on the loop, where they break: none of them breaks after that. */
  private void endBroken() {
    vertx.runOnContext(
        unused -> relays.stream().filter(relay -> relay.isBroken).toList().forEach(Relay::end));
  }

  private void end(Predicate<Relay> which) {
    List<Relay> ended = relays.stream().filter(which).toList();
    ended.forEach(relay -> relay.toll.resets.incrementAndGet());
    vertx.runOnContext(unused -> ended.forEach(Relay::end));
  }

  /** Bytes that arrived later. */
  public long delayedBytes() {
    return tolls.values().stream().mapToLong(toll -> toll.delayedBytes.get()).sum();
  }

  /** Bytes that did not arrive. */
  public long lostBytes() {
    return tolls.values().stream().mapToLong(toll -> toll.lostBytes.get()).sum();
  }

  /** Connections that were ended on purpose. */
  public long resets() {
    return tolls.values().stream().mapToLong(toll -> toll.resets.get()).sum();
  }

  long delayedBytes(String source) {
    return tollOf(source).delayedBytes.get();
  }

  long lostBytes(String source) {
    return tollOf(source).lostBytes.get();
  }

  long resets(String source) {
    return tollOf(source).resets.get();
  }

  @Override
  public void close() {
    try {
      await(vertx.close());
    } catch (IOException e) {
      throw new IllegalStateException("a proxy does not end", e);
    }
  }

  private static void await(Future<?> future) throws IOException {
    try {
      future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
