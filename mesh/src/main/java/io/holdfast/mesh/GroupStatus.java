package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a node knows of one of its groups.
 *
 * @param group the group's name
 * @param n members
 * @param w acknowledgements that commit
 * @param prepareQuorum promises that elect
 * @param members the members' node ids
 * @param heard members that were heard lately, this node included where it is one
 * @param role {@code following}, {@code preparing} or {@code leading}; of who has no vote: {@code
 *     learner}, {@code joining}, {@code removed} or {@code outside}; of a group that does not
 *     answer: {@code renewing} while another state takes the place of its store, else {@code
 *     silent}
 * @param leader the leader that this node hears, itself included
 * @param ballot the promised ballot as text; {@code -} for none
 * @param highest the highest ballot that the coordinator has seen, as text; {@code -} for none
 * @param chosen every slot up to here is known here to be chosen
 * @param applied last slot executed here
 * @param durable last slot that this node's store holds durably
 * @param trimmed last slot that the acceptor's journal no longer holds
 * @param lag slots known chosen but not applied here
 * @param lagMillis for how long it has been behind what it knows to be chosen; 0 while it is not
 * @param snapshot how far a snapshot is that is being received; empty while none is
 * @param revision the group's revision here
 * @param keys keys held here
 * @param compacted the oldest revision that can be read here; 0 while all can
 * @param leases leases held here
 * @param acceptor what the acceptor holds
 * @param cache what the cache holds and does
 * @param chainHash the chain hash at {@code applied}, 64 hex digits
 * @param divergence what is known of replicas whose chain hashes differ
 * @param inFlight writes proposed here and not concluded
 * @param queued writes waiting here for a slot
 * @param verdicts how many writes ended here with each outcome code since start
 * @param failures the last writes whose quorum was not met here, the newest last; at most {@link
 *     FailureStatus#MAX}
 * @param problems what else is wrong, one sentence each, of which no other field tells; empty when
 *     healthy
 */
public record GroupStatus(
    String group,
    int n,
    int w,
    int prepareQuorum,
    List<NodeId> members,
    List<NodeId> heard,
    String role,
    Optional<NodeId> leader,
    String ballot,
    String highest,
    long chosen,
    long applied,
    long durable,
    long trimmed,
    long lag,
    long lagMillis,
    Optional<SnapshotStatus> snapshot,
    long revision,
    long keys,
    long compacted,
    long leases,
    AcceptorStatus acceptor,
    CacheStatus cache,
    String chainHash,
    DivergenceStatus divergence,
    long inFlight,
    long queued,
    Map<String, Long> verdicts,
    List<FailureStatus> failures,
    List<String> problems) {

  private static final Set<String> SERVING = Set.of("leading", "following", "preparing", "learner");

  public GroupStatus {
    members = List.copyOf(members);
    heard = List.copyOf(heard);
    verdicts = Map.copyOf(verdicts);
    failures = List.copyOf(failures);
    problems = List.copyOf(problems);
  }

  /** Whether who has this role runs the group's parts, with a vote or without. */
  public static boolean isServing(String role) {
    return SERVING.contains(role);
  }

  /** Whether the group's parts on this node said this; else most fields say nothing. */
  public boolean answers() {
    return !role.equals("silent") && !role.equals("renewing");
  }

  /** Whether this node takes part in it, with a vote or without. */
  public boolean takesPart() {
    return !role.equals("removed") && !role.equals("outside");
  }

  /** The members that were not heard lately. */
  public List<NodeId> missing() {
    return members.stream().filter(member -> !heard.contains(member)).toList();
  }
}
