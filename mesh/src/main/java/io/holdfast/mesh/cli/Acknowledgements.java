package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.client.CallResult;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Counts what callers were told. Safe for use by several threads. */
final class Acknowledgements {

  private final Map<String, Long> byOutcome = new TreeMap<>();
  private final Map<String, Long> byAcks = new TreeMap<>();
  private long committed;
  private long retries;
  private long replayed;
  private long lastNanos;
  private long longestGapNanos;

  /** Counts the end of one write. */
  synchronized void add(CallResult<WriteAnswer> result) {
    retries += Math.max(0, result.trail().attempts() - 1);
    if (!(result instanceof CallResult.Answered<WriteAnswer> answered)) {
      byOutcome.merge("unheard", 1L, Long::sum);
      return;
    }
    WriteAnswer answer = answered.answer();
    byOutcome.merge(answer.code().code(), 1L, Long::sum);
    String acks =
        answer.acks().map(report -> report.got() + " of " + report.n()).orElse("recorded outcome");
    byAcks.merge(acks, 1L, Long::sum);
    if (answer.result().map(WriteAnswer.Executed::replayed).orElse(false)) {
      replayed++;
    }
    if (answer.code().exitStatus() == 0) {
      long now = System.nanoTime();
      if (committed > 0) {
        longestGapNanos = Math.max(longestGapNanos, now - lastNanos);
      }
      lastNanos = now;
      committed++;
    }
  }

  /** Writes acknowledged so far. */
  synchronized long committed() {
    return committed;
  }

  /** Attempts beyond the first, of all writes. */
  synchronized long retries() {
    return retries;
  }

  /** The longest time between two acknowledgements: how long writes stood still. */
  synchronized Duration longestGap() {
    return Duration.ofNanos(longestGapNanos);
  }

  synchronized ObjectNode json() {
    ObjectNode json = Answers.object();
    ObjectNode outcomes = json.putObject("outcomes");
    byOutcome.forEach(outcomes::put);
    ObjectNode acks = json.putObject("acknowledgedBy");
    byAcks.forEach(acks::put);
    return json.put("retries", retries).put("replayed", replayed);
  }

  @Override
  public synchronized String toString() {
    return "outcomes "
        + byOutcome
        + ", acknowledged by "
        + byAcks
        + ", "
        + retries
        + " retries, "
        + replayed
        + " replays";
  }
}
