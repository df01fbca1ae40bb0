package io.holdfast.mesh.jmx;

import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A group, from pictures; what it is told to do is done by {@link GroupOperations}. */
final class GroupBean implements GroupMXBean {

  private final GroupLook look;
  private final GroupOperations operations;

  GroupBean(GroupLook look, GroupOperations operations) {
    this.look = look;
    this.operations = operations;
  }

  @Override
  public String getName() {
    return look.group().value();
  }

  @Override
  public String getRole() {
    return look.status().role();
  }

  @Override
  public boolean isLeading() {
    return look.status().role().equals("leading");
  }

  @Override
  public String getLeader() {
    return look.status().leader().map(NodeId::value).orElse("");
  }

  @Override
  public String getBallot() {
    return look.status().ballot();
  }

  @Override
  public String getHighestBallot() {
    return look.status().highest();
  }

  @Override
  public int getN() {
    return look.status().n();
  }

  @Override
  public int getW() {
    return look.status().w();
  }

  @Override
  public int getPrepareQuorum() {
    return look.status().prepareQuorum();
  }

  @Override
  public List<String> getMembers() {
    return names(look.status().members());
  }

  @Override
  public List<String> getMissing() {
    return names(look.status().missing());
  }

  @Override
  public long getChosenSlot() {
    return look.status().chosen();
  }

  @Override
  public long getAppliedSlot() {
    return look.status().applied();
  }

  @Override
  public long getDurableSlot() {
    return look.status().durable();
  }

  @Override
  public long getLagSlots() {
    return look.status().lag();
  }

  @Override
  public long getLagMillis() {
    return look.status().lagMillis();
  }

  @Override
  public String getChainHash() {
    return look.status().chainHash();
  }

  @Override
  public long getRevision() {
    return look.status().revision();
  }

  @Override
  public long getKeys() {
    return look.status().keys();
  }

  @Override
  public long getCompactedRevision() {
    return look.status().compacted();
  }

  @Override
  public long getLeases() {
    return look.status().leases();
  }

  @Override
  public long getInFlight() {
    return look.status().inFlight();
  }

  @Override
  public long getQueued() {
    return look.status().queued();
  }

  @Override
  public Map<String, Long> getVerdictCounts() {
    return new TreeMap<>(look.status().verdicts());
  }

  @Override
  public List<Failure> getLastFailures() {
    return look.status().failures().stream()
        .map(
            failure ->
                new Failure(
                    failure.atMillis(),
                    failure.writeId(),
                    failure.code(),
                    failure.reason(),
                    failure.got(),
                    failure.needed(),
                    names(failure.missing())))
        .toList();
  }

  @Override
  public List<String> getProblems() {
    return look.status().problems();
  }

  @Override
  public boolean isReady() {
    return look.ready();
  }

  @Override
  public String getLevel() {
    return look.picture().health().level(look.group()).code();
  }

  @Override
  public StepDown stepDown() {
    return operations.stepDown(look.group());
  }

  @Override
  public Compaction compact(long revision) {
    return operations.compact(look.group(), revision);
  }

  @Override
  public Trim trim() {
    return operations.trim(look.group());
  }

  @Override
  public Verification verify() {
    return operations.verify(look.group());
  }

  @Override
  public Backup snapshot(String file) {
    return operations.snapshot(look.group(), file);
  }

  private static List<String> names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::value).toList();
  }
}
