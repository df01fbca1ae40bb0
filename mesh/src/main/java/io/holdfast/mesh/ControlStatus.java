package io.holdfast.mesh;

import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlSet;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.PoolsInUse;
import io.holdfast.config.core.control.ReadinessGate;
import io.holdfast.quorum.core.Configuration;
import java.util.List;
import java.util.Optional;

/**
 * What is active in a group, as one node has executed it.
 *
 * @param control what is active, and was
 * @param slot the last slot that this node has executed
 * @param members the newest configuration; absent where this node does not know it
 * @param nowMillis milliseconds since 1970, by the clock of this node
 * @param poolsInUse pools of which something is reserved or excluded
 */
public record ControlStatus(
    ControlState control,
    long slot,
    Optional<Configuration> members,
    long nowMillis,
    PoolsInUse poolsInUse) {

  /** What would become of an activation now, by whoever is allowed to. */
  public ActivationOutcome decide(Activation activation) {
    return poolsInUse.check(control.decide(activation, "", nowMillis));
  }

  /** The active epoch. */
  public ControlEpoch epoch() {
    return control.epoch();
  }

  /** The active set. */
  public ControlSet set() {
    return control.set();
  }

  /** How many pieces of evidence the group needs: w, and none for what a group begins with. */
  public int needed() {
    return epoch().number() == 0 ? 0 : members.map(Configuration::w).orElse(0);
  }

  /** Whether so many members have given evidence for what is active that the group is ready. */
  public boolean isReady() {
    return epoch().number() == 0
        || members
            .map(known -> control.isReady(known.members(), known.w(), nowMillis))
            .orElse(false);
  }

  /** What the evidence of each voter comes to. */
  public List<ReadinessGate> gates() {
    return members.stream()
        .flatMap(known -> known.members().stream())
        .map(voter -> control.gate(voter, nowMillis))
        .toList();
  }
}
