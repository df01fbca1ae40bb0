package io.holdfast.chaos.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.NodeFlaw;
import java.time.Duration;
import java.util.Collection;

/**
 * What a node's fault port has seen so far: that a fault was injected is read from here, not
 * believed.
 */
public record FaultReport(JsonNode json) {

  /** Messages of these peers that came to the node's door. */
  public long heardFrom(Collection<LiveNode> peers) {
    return sum("heard", peers);
  }

  /** Messages of these peers that were lost at its door. */
  public long unheardFrom(Collection<LiveNode> peers) {
    return sum("unheard", peers);
  }

  /** Messages to these peers that were lost on their way out. */
  public long unsaidTo(Collection<LiveNode> peers) {
    return sum("unsaid", peers);
  }

  /** Acknowledgements to this peer that were changed. */
  public long changedAcksTo(LiveNode peer) {
    return json.path("changedAcks").path(peer.id()).asLong();
  }

  /** Writes of its databases that failed. */
  public long failedWrites() {
    return json.path("failedWrites").asLong();
  }

  /** Writes of its databases that were slowed down. */
  public long slowedWrites() {
    return json.path("slowedWrites").asLong();
  }

  /** Writes of its databases for which there was no room, or not enough. */
  public long unfitWrites() {
    return json.path("unfitWrites").asLong();
  }

  /** By how much its wall clock is wrong now. */
  public Duration clockOffset() {
    return Duration.ofMillis(json.path("clockOffsetMillis").asLong());
  }

  /** How often its wall clock was read while it was wrong. */
  public long wrongClockReads() {
    return json.path("wrongClockReads").asLong();
  }

  /** How often a flaw that the node has was at work; 0 where it has it not. */
  public long done(NodeFlaw flaw) {
    return json.path("flaws").path(flaw.word()).asLong();
  }

  private long sum(String name, Collection<LiveNode> peers) {
    return peers.stream().mapToLong(peer -> json.path(name).path(peer.id()).asLong()).sum();
  }
}
