package io.holdfast.mesh.jmx;

import java.util.List;

/** The control epoch of a group, as this node has executed it. */
@Describe("The control epoch of a group, as this node has executed it.")
public interface ControlMXBean {

  @Describe("Whether this node knows it; else the other attributes say nothing.")
  boolean isKnown();

  @Describe("Number of the active epoch; 0 before any was activated, -1 where that is not known.")
  long getNumber();

  @Describe("Hash of its set, 64 hex digits; empty where that is not known.")
  String getSetHash();

  @Describe("Whether enough members have given evidence for it.")
  boolean isReady();

  @Describe("How many have to.")
  int getNeeded();

  @Describe("What the evidence of each voter comes to.")
  List<Evidence> getReadinessGates();

  /**
   * What the evidence of a voter comes to.
   *
   * @param node the voter
   * @param open whether it counts
   * @param reasons why not
   */
  record Evidence(String node, boolean open, List<String> reasons) {}
}
