package io.holdfast.chaos.sim;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which kinds of trouble a run has. */
public enum Profile {
  /** None: a sound network, disks and clocks. */
  CALM,
  /** Messages are lost, delayed, duplicated and reordered. */
  LOSSY,
  /** Links are cut, in one direction or both. */
  PARTITIONS,
  /** Processes are killed, paused and stopped; disks fail, stall and lose what was not synced. */
  CRASHES,
  /** Clocks jump and run at different rates. */
  CLOCKS,
  /**
   * A cache of a few commands, small and long flushes, slow reads of the store, and processes that
   * are killed.
   */
  CACHE,
  /**
   * Logs that are trimmed soon, members that are down for long and come back by snapshots; with
   * crashes at every step of sending, receiving and installing one, partitions, lossy links and
   * changes of configuration.
   */
  TRIM,
  /**
   * Nodes join as learners, get votes, replace others and leave, while links are cut, logs are
   * trimmed soon and processes are killed, at every step of a change as well.
   */
  MEMBERSHIP,
  /** Bits of what replicas hold flip, while links are cut and processes are killed. */
  DIVERGENCE,
  /**
   * Operators activate one set of manifests after the other, while links are cut, logs are trimmed
   * soon, processes are killed and clocks jump.
   */
  CONTROL,
  /**
   * Numbers of small pools are reserved, given back and expire, and operators change the pools,
   * while links are cut, logs are trimmed soon, processes are killed and clocks jump.
   */
  RESERVATIONS,
  /**
   * All of these but trimming, the joining of nodes and bits that flip, changes of configuration,
   * disagreeing replicas and emptied directories; activations in some runs.
   */
  ALL;

  /** The name on the command line. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether runs of this profile have the trouble of {@code other}. */
  boolean includes(Profile other) {
    return this == other
        || (this == ALL && other != TRIM && other != MEMBERSHIP && other != DIVERGENCE)
        || (this == CACHE && other == CRASHES)
        || (this == CONTROL && (other == CRASHES || other == PARTITIONS))
        || (this == DIVERGENCE && (other == CRASHES || other == PARTITIONS))
        || (this == RESERVATIONS && (other == CRASHES || other == PARTITIONS))
        || (this == MEMBERSHIP && (other == CRASHES || other == PARTITIONS))
        || (this == TRIM && (other == CRASHES || other == PARTITIONS || other == LOSSY));
  }

  /** Whether logs are trimmed so soon that members need snapshots. */
  boolean trimsSoon() {
    return this == TRIM || this == MEMBERSHIP || this == CONTROL || this == RESERVATIONS;
  }

  /** The names, for messages. */
  public static String codes() {
    return Arrays.stream(values()).map(Profile::code).collect(Collectors.joining(", "));
  }
}
