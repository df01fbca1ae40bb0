package io.holdfast.mesh.jmx;

import java.util.List;

/** The pools of numbers of a group: at most 100 of them, counted every 5 seconds. */
@Describe("The pools of numbers of a group: at most 100 of them, counted every 5 seconds.")
public interface ReservationsMXBean {

  @Describe("How many pools are told of.")
  int getPoolCount();

  @Describe("How much of each pool is used and free.")
  List<Pool> getPools();

  @Describe("Numbers that are given, of all these pools together.")
  long getUsed();

  /**
   * A pool.
   *
   * @param pool its name
   * @param scope mesh, or host where each host has its numbers by itself
   * @param size how many numbers it has, the excluded ones included
   * @param used how many are given, on all hosts together
   * @param hosts on how many hosts; 0 for scope mesh
   * @param free how many are neither given nor excluded; for scope host, where the fewest are
   */
  record Pool(String pool, String scope, long size, long used, long hosts, long free) {}
}
