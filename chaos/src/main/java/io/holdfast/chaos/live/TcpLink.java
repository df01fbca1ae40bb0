package io.holdfast.chaos.live;

import java.time.Duration;

/**
 * What one node of a {@link LiveMesh} with proxies says to another, as bytes: the other direction
 * is a link of its own.
 */
public final class TcpLink {

  private final TcpProxy proxy;
  private final String source;

  TcpLink(TcpProxy proxy, String source) {
    this.proxy = proxy;
    this.source = source;
  }

  /** It arrives so much later, and up to {@code jitter} more. */
  public void delay(Duration by, Duration jitter) {
    proxy.delay(source, by, jitter);
  }

  /** None of it arrives, and nobody is told. */
  public void lose() {
    proxy.lose(source);
  }

  /** Its connections end; the node connects anew. */
  public void reset() {
    proxy.reset(source);
  }

  /** It passes as it comes; a connection that has lost some of it is ended. */
  public void heal() {
    proxy.heal(source);
  }

  /** Bytes that arrived later, whether this link or all were delayed. */
  public long delayedBytes() {
    return proxy.delayedBytes(source);
  }

  /** Bytes that did not arrive. */
  public long lostBytes() {
    return proxy.lostBytes(source);
  }

  /** Connections that were ended on purpose. */
  public long resets() {
    return proxy.resets(source);
  }
}
