package io.holdfast.chaos.run;

import io.holdfast.chaos.report.RunReport.Fault;
import io.holdfast.chaos.report.RunReport.Measured;
import io.holdfast.chaos.report.RunReport.Slice;
import io.holdfast.chaos.run.Samples.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts what requests took and how they ended, over time and during each fault. */
final class Tally {

  private static final int MOST_SLICES = 600;

  private final List<Sample> samples;

  /** When committed writes were answered, in order. */
  private final long[] answered;

  /** Committed writes in order of their requests. */
  private final List<Sample> asked;

  /** The first answer to any of {@link #asked} from the same place on. */
  private final long[] firstAnswer;

  Tally(List<Sample> samples) {
    this.samples = List.copyOf(samples);
    List<Sample> writes = samples.stream().filter(Sample::committed).toList();
    answered = writes.stream().mapToLong(Sample::toNanos).sorted().toArray();
    asked = writes.stream().sorted(Comparator.comparingLong(Sample::fromNanos)).toList();
    firstAnswer = new long[asked.size()];
    long first = Long.MAX_VALUE;
    for (int i = asked.size() - 1; i >= 0; i--) {
      first = Math.min(first, asked.get(i).toNanos());
      firstAnswer[i] = first;
    }
  }

  /** How many requests ended in each way. */
  Map<String, Long> outcomes() {
    Map<String, Long> outcomes = new TreeMap<>();
    samples.forEach(sample -> outcomes.merge(sample.word(), 1L, Long::sum));
    return outcomes;
  }

  /** Equally long pieces of a run, of a second or more. */
  List<Slice> slices(Duration length) {
    long width = Math.max(1, length.toSeconds() / MOST_SLICES + 1) * 1_000_000_000L;
    int count = (int) (length.toNanos() / width) + 1;
    List<Map<String, List<Double>>> millis = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      millis.add(new HashMap<>());
    }
    for (Sample sample : samples) {
      long slice = sample.toNanos() / width;
      if (slice < count) {
        millis
            .get((int) slice)
            .computeIfAbsent(sample.word(), unused -> new ArrayList<>())
            .add((sample.toNanos() - sample.fromNanos()) / 1e6);
      }
    }
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Measured> byOutcome = new TreeMap<>();
      millis.get(i).forEach((word, taken) -> byOutcome.put(word, measured(taken)));
      slices.add(new Slice(Duration.ofNanos(i * width), byOutcome));
    }
    return slices;
  }

  private static Measured measured(List<Double> millis) {
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Measured(
        sorted.length, quantile(sorted, 0.5), quantile(sorted, 0.99), sorted[sorted.length - 1]);
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)))];
  }

  /** What writes went through while a fault was in force and after it had begun. */
  Fault fault(InjectedFault injected) {
    long from = injected.from().toNanos();
    long to = injected.to().toNanos();
    long during = 0;
    long gap = 0;
    long last = from;
    for (int i = firstAfter(from); i < answered.length && answered[i] <= to; i++) {
      long at = answered[i];
      during++;
      gap = Math.max(gap, at - last);
      last = at;
    }
    gap = Math.max(gap, to - last);
    return new Fault(
        injected.kind().word(),
        injected.form().text(),
        injected.nodes(),
        injected.from(),
        injected.to(),
        injected.proof().text(),
        injected.proof().effective(),
        during,
        Duration.ofNanos(gap),
        recovery(from));
  }

  private int firstAfter(long nanos) {
    int place = Arrays.binarySearch(answered, nanos);
    return place >= 0 ? place : -place - 1;
  }

  /** From then to the first answer to a write that was asked for after then and committed. */
  private Optional<Duration> recovery(long from) {
    for (int i = 0; i < asked.size(); i++) {
      if (asked.get(i).fromNanos() >= from) {
        return Optional.of(Duration.ofNanos(firstAnswer[i] - from));
      }
    }
    return Optional.empty();
  }
}
