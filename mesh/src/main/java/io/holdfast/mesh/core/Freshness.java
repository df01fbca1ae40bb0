package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How fresh what a node has executed is: it knows itself level with the leader at the moments at
 * which a leader names a slot as chosen that is executed here.
 *
 * @param applied every slot up to here is executed
 * @param levelAtNanos when this node was last known to be level; absent: never since it started
 */
public record Freshness(Slot applied, OptionalLong levelAtNanos) {

  /** Of a node that has just started. */
  public static final Freshness UNKNOWN = new Freshness(Slot.ZERO, OptionalLong.empty());

  /** Every slot up to here is executed. */
  public Freshness applied(Slot slot) {
    return new Freshness(slot, levelAtNanos);
  }

  /** A leader has just said that every slot up to here is chosen. */
  public Freshness chosen(Slot upTo, Now now) {
    return upTo.isAtMost(applied)
        ? new Freshness(applied, OptionalLong.of(now.monotonicNanos()))
        : this;
  }

  /** Time since this node was last known to be level; absent where it never was. */
  public Optional<Duration> age(Now now) {
    return levelAtNanos.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(now.nanosSince(levelAtNanos.getAsLong())));
  }
}
