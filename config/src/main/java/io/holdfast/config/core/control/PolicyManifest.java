package io.holdfast.config.core.control;

import io.holdfast.config.core.NumberKey;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How writes are acknowledged, and who approves activations.
 *
 * @param w the accept quorum, 1 to 7; absent where the configuration of the group has it
 * @param ackTimeout how long acknowledgements may take, 10 ms to 60 s; absent where settings say so
 * @param requireReady whether writes are refused until the nodes have stated evidence of the epoch
 * @param approvals who has to approve an activation; absent where nobody has to
 */
public record PolicyManifest(
    OptionalInt w,
    Optional<Duration> ackTimeout,
    boolean requireReady,
    Optional<Approvals> approvals)
    implements Manifest {

  static final NumberKey W = NumberKey.count("w", 1, 7);
  static final Duration SHORTEST_ACK_TIMEOUT = Duration.ofMillis(10);
  static final Duration LONGEST_ACK_TIMEOUT = Duration.ofSeconds(60);

  /** A policy that leaves everything to the configuration and the settings. */
  static final PolicyManifest NONE =
      new PolicyManifest(OptionalInt.empty(), Optional.empty(), false, Optional.empty());

  public PolicyManifest {
    w.ifPresent(W::require);
    ackTimeout.ifPresent(
        timeout ->
            DurationText.require("ackTimeout", timeout, SHORTEST_ACK_TIMEOUT, LONGEST_ACK_TIMEOUT));
  }

  @Override
  public ManifestType type() {
    return ManifestType.POLICY;
  }

  /**
   * So many of these have to approve an activation.
   *
   * @param needed 1 to as many as there are
   * @param approvers names of principals, at most {@link #MAX_APPROVERS}; never {@link
   *     Principal#ANONYMOUS}, which anybody is
   */
  public record Approvals(int needed, SortedSet<String> approvers) {

    /** The most approvers that a policy may name. */
    public static final int MAX_APPROVERS = 16;

    public Approvals {
      approvers = Collections.unmodifiableSortedSet(new TreeSet<>(approvers));
      NameRule.requireAtMost("approvers", approvers.size(), MAX_APPROVERS);
      approvers.forEach(name -> NameRule.require("approver", name));
      if (approvers.contains(Principal.ANONYMOUS)) {
        throw new IllegalArgumentException(
            "approver '" + Principal.ANONYMOUS + "': anybody is that, and approves nothing");
      }
      if (needed < 1 || needed > approvers.size()) {
        throw new IllegalArgumentException(
            "needed: "
                + needed
                + ": allowed is 1 to "
                + approvers.size()
                + ", as there are so many approvers");
      }
    }
  }
}
