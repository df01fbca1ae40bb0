package io.holdfast.mesh.jmx;

import java.util.List;

/** This node: who it is, how well it is, whom it hears, its disk and its journal. */
@Describe("This node: who it is, how well it is, whom it hears, its disk and its journal.")
public interface NodeMXBean {

  @Describe("Name of the node.")
  String getId();

  @Describe("Id of its mesh.")
  String getMesh();

  @Describe("Incarnation of its data directory, 16 hex digits.")
  String getIncarnation();

  @Describe("How often it was started on this data directory.")
  long getBootCount();

  @Describe("Version of the software.")
  String getVersion();

  @Describe("starting, founding, joining, running or stopping.")
  String getState();

  @Describe("What it waits for before it takes part; empty for nothing.")
  String getWaitsFor();

  @Describe("Time since its start, in milliseconds.")
  long getUptimeMillis();

  @Describe("Where its front door listens, HOST:PORT.")
  String getHttpAddress();

  @Describe("Where its peers reach it, HOST:PORT.")
  String getMeshAddress();

  @Describe("Whether requests may be sent to it: all groups that it runs are served.")
  boolean isReady();

  @Describe("How well it is: ok, degraded (all is served) or failing (something is not).")
  String getLevel();

  @Describe("Gates that are not open, the worst first, with the reasons.")
  List<Trouble> getTroubles();

  @Describe("Every peer as this node hears it.")
  List<Peer> getPeers();

  @Describe("Names of the peers that were heard lately.")
  List<String> getReachablePeers();

  @Describe("Peers that were not heard lately, with the reasons.")
  List<Peer> getUnreachablePeers();

  @Describe("Room for the data directory, in bytes; -1 where that is not known.")
  long getDiskUsableBytes();

  @Describe("Size of the file system of the data directory, in bytes; -1 where that is not known.")
  long getDiskTotalBytes();

  @Describe("Size of the journal, in bytes.")
  long getJournalBytes();

  @Describe("Commits of the journal since start; all groups share it.")
  long getJournalCommits();

  @Describe("Events written to the journal since start.")
  long getJournalEvents();

  @Describe("Mean time of one commit of the journal since start, in milliseconds.")
  double getJournalCommitMillisMean();

  @Describe(
      "Mean time from a request to write to the journal until it is durable, since start, "
          + "in milliseconds.")
  double getPersistMillisMean();

  @Describe("The longest such time since start, in milliseconds.")
  double getPersistMillisMax();

  @Describe("Synchronous writes of the journal to the disk since start.")
  long getSynchronousWrites();

  @Describe("Size of all record stores, in bytes.")
  long getStoreBytes();

  @Describe("By how much the wall clock last jumped, in milliseconds; 0 for never.")
  long getClockSteppedMillis();

  @Describe("For how long the process last did nothing at all, in milliseconds; 0 for never.")
  long getStoodStillMillis();

  @Describe(
      "Counts the looks that the attributes of all beans are taken from, about two a " + "second.")
  long getPictureNumber();

  @Describe("When the last look was, in milliseconds since 1970 by this node's clock.")
  long getPictureAtMillis();

  @Describe(
      "Sets how much is logged until the process ends. Answers with the level before and after.")
  LevelChange setLogLevel(
      @Describe(
              name = "logger",
              value = "Name of a logger that there is, or of a package; ROOT for all.")
          String logger,
      @Describe(
              name = "level",
              value =
                  "OFF, ERROR, WARN, INFO, DEBUG or TRACE; INHERITED takes that of the package.")
          String level);

  /**
   * A peer.
   *
   * @param node its name
   * @param meshAddress where it is reached
   * @param httpAddress its front door; empty until it has said so
   * @param reachable whether it was heard lately
   * @param lastHeardMillis milliseconds since; -1 for never
   * @param clockSkewMillis its wall clock less that of this node
   * @param reason why it is not reachable; empty where it is
   * @param state what it last said that it is; empty where it said nothing
   * @param version of its software; empty where it said nothing
   */
  record Peer(
      String node,
      String meshAddress,
      String httpAddress,
      boolean reachable,
      long lastHeardMillis,
      long clockSkewMillis,
      String reason,
      String state,
      String version) {}

  /**
   * A gate that is not open.
   *
   * @param gate what does not hold
   * @param group the group that it is about; empty for the node
   * @param state warning or closed
   * @param reasons why
   * @param sinceMillis since when, in milliseconds since 1970
   */
  record Trouble(String gate, String group, String state, List<String> reasons, long sinceMillis) {}

  /**
   * Another level.
   *
   * @param logger of which logger
   * @param before what it was in effect
   * @param now what it is in effect
   */
  record LevelChange(String logger, String before, String now) {}
}
