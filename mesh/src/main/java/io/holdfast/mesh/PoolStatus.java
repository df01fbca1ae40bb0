package io.holdfast.mesh;

/**
 * How much of a pool of numbers is given, as a node has executed it.
 *
 * @param pool its name
 * @param scope mesh, or host where each host has its numbers by itself
 * @param size how many numbers it has, the excluded ones included
 * @param used how many are given, on all hosts together
 * @param hosts on how many hosts; 0 for scope mesh
 * @param free how many are neither given nor excluded; for scope host, where the fewest are
 */
public record PoolStatus(String pool, String scope, long size, long used, long hosts, long free) {}
