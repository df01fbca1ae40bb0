package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.mesh.core.RouterLimits;
import io.holdfast.quorum.core.CoordinatorLimits;
import io.holdfast.quorum.core.CoordinatorTiming;
import io.holdfast.sync.core.ReplicaSettings;
import io.holdfast.sync.core.StateTerms;
import java.util.List;

/**
 * All that is drawn before a run begins; equal for equal seeds and options.
 *
 * @param seed where everything else comes from
 * @param profile which kinds of trouble
 * @param nodes how many, 3 to 8
 * @param founders how many of them found the group, the first ones; the others wait to join
 * @param w accept quorum
 * @param prepareQuorum promises for a leader
 * @param alpha slots between a change of configuration and its effect
 * @param timing the coordinators'
 * @param limits the coordinators'
 * @param acceptorLimits the acceptors'
 * @param replica the replicas'
 * @param router the routers'
 * @param terms how many write ids a group remembers, and when its cache rotates
 * @param weather of the network when nothing special happens
 * @param writeMicros how long a write of the journal takes at most
 * @param flushMillis how long a flush of the store takes at most
 * @param tickMillis between two ticks of a core
 * @param clients how many use single keys
 * @param workload who else there is
 * @param keys how many keys they use
 * @param thinkMillis the longest pause of a client between two operations
 * @param stormyMillis how long there are faults; longer if the clients are slower
 * @param faults what happens when
 */
record Scenario(
    long seed,
    Profile profile,
    int nodes,
    int founders,
    int w,
    int prepareQuorum,
    int alpha,
    CoordinatorTiming timing,
    CoordinatorLimits limits,
    AcceptorLimits acceptorLimits,
    ReplicaSettings replica,
    RouterLimits router,
    StateTerms terms,
    Weather weather,
    int writeMicros,
    int flushMillis,
    int tickMillis,
    int clients,
    Workload workload,
    int keys,
    int thinkMillis,
    int stormyMillis,
    List<TimedFault> faults) {

  Scenario {
    faults = List.copyOf(faults);
  }

  /** The same run with other clients beside those of single keys. */
  Scenario with(Workload otherWorkload) {
    return with(faults, otherWorkload, stormyMillis);
  }

  /** The same run with other faults. */
  Scenario with(List<TimedFault> otherFaults) {
    return with(otherFaults, workload, stormyMillis);
  }

  /** The same run, which goes on for another time before everything is made sound. */
  Scenario lasting(int otherStormyMillis) {
    return with(faults, workload, otherStormyMillis);
  }

  private Scenario with(
      List<TimedFault> otherFaults, Workload otherWorkload, int otherStormyMillis) {
    return new Scenario(
        seed,
        profile,
        nodes,
        founders,
        w,
        prepareQuorum,
        alpha,
        timing,
        limits,
        acceptorLimits,
        replica,
        router,
        terms,
        weather,
        writeMicros,
        flushMillis,
        tickMillis,
        clients,
        otherWorkload,
        keys,
        thinkMillis,
        otherStormyMillis,
        otherFaults);
  }
}
