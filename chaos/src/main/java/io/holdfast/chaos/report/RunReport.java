package io.holdfast.chaos.report;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a chaos run did and found, as its page shows it. All times are since the run's beginning.
 *
 * @param setup what was run
 * @param conclusion what came of it
 * @param checks each claim that was looked at, in the order in which a reader wants them
 * @param faults what was injected, in order of time
 * @param reigns who led, in order of time; gaps are times without a known leader
 * @param slices rates and latencies over time, equally long, without gaps, in order of time; some
 *     hundred to a thousand, since the page draws each
 * @param outcomes how many operations ended in each way, by code
 * @param failingPart the part of the history that has no order, where there is one
 */
public record RunReport(
    Setup setup,
    Conclusion conclusion,
    List<Check> checks,
    List<Fault> faults,
    List<Reign> reigns,
    List<Slice> slices,
    Map<String, Long> outcomes,
    Optional<FailingPart> failingPart) {

  /** Copies the collections. */
  public RunReport {
    checks = List.copyOf(checks);
    faults = List.copyOf(faults);
    reigns = List.copyOf(reigns);
    slices = List.copyOf(slices);
    outcomes = Map.copyOf(new TreeMap<>(outcomes));
  }

  /**
   * What was run.
   *
   * @param command the command line that does the same again
   * @param version of Holdfast
   * @param started when, in ISO 8601
   * @param nodes how many, or how many endpoints
   * @param w how many must hold a write; 0 where the run does not know
   * @param seed of schedule and clients
   * @param length how long faults were injected and clients asked
   * @param workload its name
   * @param clients how many
   * @param seededFault what was wrong with the nodes on purpose, if anything
   */
  public record Setup(
      String command,
      String version,
      String started,
      int nodes,
      int w,
      long seed,
      Duration length,
      String workload,
      int clients,
      Optional<String> seededFault) {}

  /**
   * What came of it.
   *
   * @param verdict valid, invalid, out_of_budget or nothing_proved
   * @param why in one sentence
   * @param operations in the history
   * @param acknowledged writes that were acknowledged
   * @param lostAcknowledged how many of these were not there at the end
   * @param unknown outcomes that clients did not learn at first
   * @param resolved how many of these were resolved at the end
   * @param recoveries how long it took from each fault's injection to the next write that was
   *     invoked after it and committed
   */
  public record Conclusion(
      String verdict,
      String why,
      long operations,
      long acknowledged,
      long lostAcknowledged,
      long unknown,
      long resolved,
      List<Duration> recoveries) {

    /** Copies the list. */
    public Conclusion {
      recoveries = List.copyOf(recoveries);
    }

    /**
     * The shortest recovery that the given share of them does not exceed (nearest rank).
     *
     * @param share over 0, up to 1: 0.5 is the median
     * @return empty where no fault was recovered from
     */
    public Optional<Duration> recovery(double share) {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("share " + share + ": allowed is over 0, up to 1");
      }
      if (recoveries.isEmpty()) {
        return Optional.empty();
      }
      int rank = (int) Math.ceil(share * recoveries.size());
      return Optional.of(recoveries.stream().sorted().toList().get(rank - 1));
    }
  }

  /**
   * A claim and whether it held.
   *
   * @param claim as a sentence, such as "the history is linearizable"
   * @param held whether it does
   * @param detail numbers, or what was found instead
   */
  public record Check(String claim, boolean held, String detail) {}

  /**
   * One injected fault.
   *
   * @param kind kill, pause, partition, proxy, clock or disk
   * @param what was done, such as "ring: each node hears its neighbours only"
   * @param nodes whom it struck
   * @param from when it was in force
   * @param to when it was undone
   * @param effect what shows that it was in force, such as "412 messages not heard"
   * @param effective whether it did anything: what struck nobody does not count
   * @param committed writes that were committed while it was in force
   * @param longestGap the longest time without a committed write while it was in force
   * @param recovery as in {@link Conclusion#recoveries}; empty where none followed
   */
  public record Fault(
      String kind,
      String what,
      List<String> nodes,
      Duration from,
      Duration to,
      String effect,
      boolean effective,
      long committed,
      Duration longestGap,
      Optional<Duration> recovery) {

    /** Copies the list. */
    public Fault {
      nodes = List.copyOf(nodes);
    }
  }

  /** A leader's time as nodes named it. */
  public record Reign(String leader, Duration from, Duration to) {}

  /**
   * A piece of the run.
   *
   * @param at its beginning
   * @param byOutcome what ended in it, by code
   */
  public record Slice(Duration at, Map<String, Measured> byOutcome) {

    /** Copies the map. */
    public Slice {
      byOutcome = Map.copyOf(byOutcome);
    }
  }

  /**
   * Operations of one outcome in one slice; the latencies are from the request to its answer.
   *
   * @param count how many
   */
  public record Measured(long count, double p50Millis, double p99Millis, double maxMillis) {}

  /**
   * The shortest part of the history that has no order.
   *
   * @param why in one sentence
   * @param key the register, or the first of them and how many more
   * @param state what the registers held where the order ends
   * @param operations those of the part, in order of their invocation
   */
  public record FailingPart(String why, String key, String state, List<Line> operations) {

    /** Copies the list. */
    public FailingPart {
      operations = List.copyOf(operations);
    }
  }

  /**
   * One operation of a failing part.
   *
   * @param process the client
   * @param what was asked and seen, such as "read account/3 = 17"
   * @param invoked its place in the history, in events
   * @param returned the same of its end; empty: it never ended
   * @param role placed, failing or unplaced
   * @param order its place among those that have an order, from 1; empty where it has none
   */
  public record Line(
      String process,
      String what,
      int invoked,
      Optional<Integer> returned,
      String role,
      Optional<Integer> order) {}
}
