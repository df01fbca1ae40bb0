package io.holdfast.chaos.run;

import io.holdfast.chaos.run.FaultKind.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What a run does to its nodes, drawn before it begins: the same seed gives the same faults at the
 * same times. Whom they strike may depend on who leads then.
 *
 * <p>The kinds of a lane take turns, and so do the forms of a kind, each round in an order of its
 * own: so every kind comes up equally often, and every form before any comes up twice.
 */
final class Schedule {

  /** Nothing happens before: clients must have something to lose. */
  static final Duration QUIET_BEGINNING = Duration.ofSeconds(2);

  /** Nor in the end: what is in force then would be undone at once. */
  static final Duration QUIET_END = Duration.ofMillis(500);

  private static final Duration SHORTEST_TURN = Duration.ofMillis(1200);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(9);

  /** So many turns each kind has, where there is time: one more than the run must show. */
  private static final int TURNS_WANTED = ChaosRun.FAULTS_WANTED + 1;

  private Schedule() {}

  /**
   * The faults, in order of time: those of the run, and more for afterwards, should some do
   * nothing.
   *
   * @param length of the run
   * @param kinds what to inject; each once
   * @param forms how it may be injected; one of each kind at least
   */
  static List<PlannedFault> draw(
      long seed, Duration length, Collection<FaultKind> kinds, Set<FaultForm> forms) {
    Random random = new Random(seed);
    Map<Lane, List<FaultKind>> lanes = new EnumMap<>(Lane.class);
    for (FaultKind kind : kinds) {
      lanes.computeIfAbsent(kind.lane(), unused -> new ArrayList<>()).add(kind);
    }
    List<PlannedFault> faults = new ArrayList<>();
    lanes.values().forEach(lane -> faults.addAll(turns(random, length, lane, forms)));
    faults.sort(Comparator.comparing(PlannedFault::from).thenComparing(PlannedFault::form));
    return List.copyOf(faults);
  }

  private static List<PlannedFault> turns(
      Random random, Duration length, List<FaultKind> kinds, Set<FaultForm> allowed) {
    Map<FaultKind, List<FaultForm>> left = new EnumMap<>(FaultKind.class);
    List<FaultKind> round = new ArrayList<>();
    List<PlannedFault> faults = new ArrayList<>();
    long millis = turn(length, kinds.size()).toMillis();
    Duration end = length.multipliedBy(ChaosRun.LONGEST).minus(QUIET_END);
    Duration at = QUIET_BEGINNING;
    while (at.plusMillis(millis).compareTo(end) <= 0) {
      if (round.isEmpty()) {
        round.addAll(kinds);
        Collections.shuffle(round, random);
      }
      FaultKind kind = round.remove(0);
      List<FaultForm> forms = left.computeIfAbsent(kind, unused -> new ArrayList<>());
      if (forms.isEmpty()) {
        forms.addAll(FaultForm.of(kind));
        forms.retainAll(allowed);
        Collections.shuffle(forms, random);
      }
      // A third to two thirds of the turn; what is left of it is for getting well.
      Duration in = Duration.ofMillis(random.nextLong(millis / 6));
      Duration lasts = Duration.ofMillis(millis / 3 + random.nextLong(millis / 3));
      faults.add(new PlannedFault(forms.remove(0), at.plus(in), lasts, random.nextInt(1 << 16)));
      at = at.plusMillis(millis);
    }
    return faults;
  }

  /** How long one fault and its aftermath may take. */
  private static Duration turn(Duration length, int kinds) {
    Duration there = length.minus(QUIET_BEGINNING).minus(QUIET_END);
    Duration turn = there.dividedBy((long) kinds * TURNS_WANTED);
    if (turn.compareTo(SHORTEST_TURN) < 0) {
      return SHORTEST_TURN;
    }
    return turn.compareTo(LONGEST_TURN) > 0 ? LONGEST_TURN : turn;
  }
}
