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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a node's peers and the port that it listens on, and passes bytes on: at once,
 * later, or not at all; or resets the connections. Remoting sends one way over a connection, so
 * what is done here is done to what the node hears.
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

  /** Two sockets and what is on its way between them. */
  private final class Relay {
    private final NetSocket peer;
    private final NetSocket node;
    private final ArrayDeque<Chunk> onTheWay = new ArrayDeque<>();

    Relay(NetSocket peer, NetSocket node) {
      this.peer = peer;
      this.node = node;
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
      long delay = delayNanos + (jitterNanos > 0 ? random.nextLong(jitterNanos) : 0);
      // One queue: chunks of a connection never overtake each other.
      onTheWay.add(new Chunk(chunk, System.nanoTime() + delay));
      if (onTheWay.size() >= WAITING_CHUNKS) {
        peer.pause();
      }
      if (delay > 0) {
        delayedBytes.addAndGet(chunk.length());
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
        onTheWay.remove();
        if (losing) {
          lostBytes.addAndGet(next.bytes().length());
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
  private final AtomicLong delayedBytes = new AtomicLong();
  private final AtomicLong lostBytes = new AtomicLong();
  private final AtomicLong resets = new AtomicLong();
  private final SplittableRandom random;
  private volatile long delayNanos;
  private volatile long jitterNanos;
  private volatile boolean losing;

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

  /** Everything arrives so much later, and up to {@code jitter} more. */
  void delay(Duration by, Duration jitter) {
    delayNanos = by.toNanos();
    jitterNanos = jitter.toNanos();
  }

  /** Nothing arrives any more, and nobody is told. */
  void lose() {
    losing = true;
  }

  /** Ends every connection. */
  void reset() {
    resets.addAndGet(relays.size());
    vertx.runOnContext(unused -> relays.forEach(Relay::end));
  }

  /** Bytes pass as they come; connections that have lost some are ended. */
  void heal() {
    delayNanos = 0;
    jitterNanos = 0;
    if (losing) {
      reset();
      losing = false;
    }
  }

  /** Bytes that arrived later. */
  long delayedBytes() {
    return delayedBytes.get();
  }

  /** Bytes that did not arrive. */
  long lostBytes() {
    return lostBytes.get();
  }

  /** Connections that were ended on purpose. */
  long resets() {
    return resets.get();
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
