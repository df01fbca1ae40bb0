package io.holdfast.mesh.jmx;

import java.util.List;

/** How far the replicas of a group are, as this node knows: lag, snapshots, drift. */
@Describe("How far the replicas of a group are, as this node knows: lag, snapshots, drift.")
public interface SyncMXBean {

  @Describe("Slots that are known to be chosen and are not executed here.")
  long getLagSlots();

  @Describe("For how long this node has been behind, in milliseconds; 0 while it is not.")
  long getLagMillis();

  @Describe(
      "How far each other voter and learner is behind what this node knows to be chosen, by its "
          + "own words.")
  List<PeerLag> getPeerLags();

  @Describe("Whether a snapshot is being received.")
  boolean isReceivingSnapshot();

  @Describe("Who sends it; empty for nobody.")
  String getSnapshotFrom();

  @Describe("The last slot whose effects are in it; 0 for none.")
  long getSnapshotSlot();

  @Describe("What has arrived of it, in bytes.")
  long getSnapshotReceivedBytes();

  @Describe("What it has in all, about, in bytes.")
  long getSnapshotAboutBytes();

  @Describe(
      "What is known of replicas that differ (id_drift): none, comparing, majority_seen, "
          + "minority or no_majority.")
  String getDrift();

  @Describe("Where they differ; 0 while none do.")
  long getDriftSlot();

  @Describe("Who differs from this one; for minority, the majority against it.")
  List<String> getDriftMembers();

  @Describe(
      "How often another replica was found to differ, since the group's parts on this node were "
          + "made: at start, and after each snapshot that took the place of the store.")
  long getDriftCount();

  /**
   * How far a peer is.
   *
   * @param node the peer
   * @param appliedSlot the last slot that it said it has executed; -1 where it said nothing
   * @param lagSlots how far that is behind what is chosen; -1 where it said nothing
   * @param ageMillis how long ago it said so; -1 where it said nothing
   */
  record PeerLag(String node, long appliedSlot, long lagSlots, long ageMillis) {}
}
