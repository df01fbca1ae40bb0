package io.holdfast.mesh.jmx;

import java.util.List;
import java.util.Map;

/** A group on this node: its leader, its log, and how writes end. */
@Describe("A group on this node: its leader, its log, and how writes end.")
public interface GroupMXBean {

  @Describe("Name of the group.")
  String getName();

  @Describe(
      "What this node is in it: following, preparing, leading, learner, joining, removed, "
          + "outside, renewing or silent.")
  String getRole();

  @Describe("Whether this node leads it.")
  boolean isLeading();

  @Describe("Who leads it, as this node hears; empty for nobody.")
  String getLeader();

  @Describe("The promised ballot; - for none.")
  String getBallot();

  @Describe("The highest ballot that this node has seen; - for none.")
  String getHighestBallot();

  @Describe("Voters.")
  int getN();

  @Describe("Acknowledgements that commit a write.")
  int getW();

  @Describe("Promises that elect a leader.")
  int getPrepareQuorum();

  @Describe("Names of the voters.")
  List<String> getMembers();

  @Describe("Voters that were not heard lately.")
  List<String> getMissing();

  @Describe("Every slot up to here is known here to be chosen.")
  long getChosenSlot();

  @Describe("The last slot that is executed here.")
  long getAppliedSlot();

  @Describe("The last slot that the store of this node holds durably.")
  long getDurableSlot();

  @Describe("Slots that are known to be chosen and are not executed here.")
  long getLagSlots();

  @Describe("For how long it has been behind, in milliseconds; 0 while it is not.")
  long getLagMillis();

  @Describe("Chain hash at the applied slot, 64 hex digits.")
  String getChainHash();

  @Describe("Revision of the keyspace here.")
  long getRevision();

  @Describe("Keys held here.")
  long getKeys();

  @Describe("The oldest revision that can be read; 0 while all can.")
  long getCompactedRevision();

  @Describe("Leases held here.")
  long getLeases();

  @Describe("Writes proposed here whose verdict is not in.")
  long getInFlight();

  @Describe("Writes that wait here for a slot.")
  long getQueued();

  @Describe("How many writes ended here with each outcome code, since start.")
  Map<String, Long> getVerdictCounts();

  @Describe(
      "The last writes whose quorum was not met here, at most 16, the newest last, with who "
          + "was missing.")
  List<Failure> getLastFailures();

  @Describe("What is wrong, one sentence each; none when all is well.")
  List<String> getProblems();

  @Describe("Whether the group is served here.")
  boolean isReady();

  @Describe("How well it is here: ok, degraded (all is served) or failing (something is not).")
  String getLevel();

  @Describe(
      "Lets another voter that is alive and keeps up lead. Only on the node that leads. Waits until"
          + " another one does, up to 20 seconds.")
  StepDown stepDown();

  @Describe(
      "Forgets the history before a revision, on all members: it cannot be read or watched any"
          + " more. Waits for the verdict.")
  Compaction compact(
      @Describe(
              name = "revision",
              value = "The oldest revision that can be read afterwards; from 1.")
          long revision);

  @Describe(
      "Has the journal of this node forget what the stores of all members hold durably, and nothing"
          + " else. A leader has that done by itself; this is for a group without one. It goes by"
          + " whole segments, so it may be that nothing is trimmed.")
  Trim trim();

  @Describe(
      value =
          "Compares the chain hash that each other member last said of itself, a fraction of a second"
              + " ago, with the hash of this replica at the same slot. Waits up to 3 seconds for slots"
              + " that are not executed here.",
      looksOnly = true)
  Verification verify();

  @Describe(
      "Writes a checksummed snapshot with every write that was acknowledged before, as 'holdfast"
          + " snapshot save' does, into DATA-DIR/backups on the disk of this node. No file is"
          + " replaced. One at a time.")
  Backup snapshot(
      @Describe(
              name = "file",
              value = "Name of the file, without a folder: letters, digits, '.', '_' and '-'.")
          String file);

  /**
   * A write whose quorum was not met.
   *
   * @param atMillis when, in milliseconds since 1970
   * @param writeId which
   * @param code its outcome code
   * @param reason why the quorum was not met; empty for other outcomes
   * @param got acknowledgements in time
   * @param needed acknowledgements needed
   * @param missing members whose acknowledgement did not come
   */
  record Failure(
      long atMillis,
      String writeId,
      String code,
      String reason,
      int got,
      int needed,
      List<String> missing) {}

  /**
   * Another node leads.
   *
   * @param before who led
   * @param now who does
   */
  record StepDown(String before, String now) {}

  /**
   * History is shorter.
   *
   * @param revision the oldest revision that can be read
   * @param slot where the log says so
   */
  record Compaction(long revision, long slot) {}

  /**
   * What came of trimming.
   *
   * @param before the last slot that the journal did not hold before
   * @param now the last slot that it does not hold
   * @param allowed up to here the stores of all members hold everything
   * @param detail one sentence
   */
  record Trim(long before, long now, long allowed, String detail) {}

  /**
   * What came of comparing.
   *
   * @param equal whether every member was compared and is equal
   * @param node whose replica the others were compared with
   * @param appliedSlot the last slot that it has executed
   * @param divergence what is known of replicas that differ: none, comparing, majority_seen,
   *     minority or no_majority
   * @param replicas each other member
   */
  record Verification(
      boolean equal, String node, long appliedSlot, String divergence, List<Replica> replicas) {}

  /**
   * Another member's replica.
   *
   * @param node whose
   * @param result equal, differs, or unknown
   * @param slot where it was compared
   * @param chainHash its hash there; empty where it said nothing
   * @param detail why that is not known; empty where it is
   */
  record Replica(String node, String result, long slot, String chainHash, String detail) {}

  /**
   * A snapshot was written.
   *
   * @param file its path on the node
   * @param bytes its size
   * @param slot the last slot whose effects are in it
   * @param revision the revision of its keyspace
   * @param keys keys in it
   */
  record Backup(String file, long bytes, long slot, long revision, long keys) {}
}
