package io.holdfast.config.core;

import java.time.Duration;
import java.util.List;

/**
 * When the verdict on a write is given.
 *
 * @param ackTimeout how long a write waits for its quorum before the verdict is final
 * @param clockSkewWarn from which skew between two nodes' wall clocks a warning is logged
 */
public record QuorumSettings(Duration ackTimeout, Duration clockSkewWarn) {

  /** Key of {@link #ackTimeout}. */
  public static final NumberKey ACK_TIMEOUT = NumberKey.duration("holdfast.quorum.ack-timeout");

  /** Key of {@link #clockSkewWarn}. */
  public static final NumberKey CLOCK_SKEW_WARN =
      NumberKey.duration("holdfast.quorum.clock-skew-warn");

  static final List<NumberKey> KEYS = List.of(ACK_TIMEOUT, CLOCK_SKEW_WARN);

  public QuorumSettings {
    ACK_TIMEOUT.require(ackTimeout);
    CLOCK_SKEW_WARN.require(clockSkewWarn);
  }
}
