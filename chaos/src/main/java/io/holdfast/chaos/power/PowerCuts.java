package io.holdfast.chaos.power;

import io.holdfast.chaos.power.core.CutCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts the power of machines, again and again, and looks at what they hold afterwards.
 *
 * <p>A seed decides what is drawn. It does not decide how threads interleave, nor what H2 makes of
 * the time of day: to play a failure again may take a few tries.
 */
public final class PowerCuts {

  /** A machine that has lost something is of no more use; and one that stops, of no more still. */
  private static final int MOST_FAILURES = 10;

  private final PowerCutPlan plan;
  private final Consumer<PowerCutReport> progress;
  private final List<PowerCutReport.Failure> failures = new ArrayList<>();
  private final long startedNanos = System.nanoTime();
  private CutCounts counts = CutCounts.NONE;
  private int cycles;
  private int duringStart;
  private int duringWork;
  private int atRest;
  private Upkeep upkeep = Upkeep.NONE;
  private long operations;
  private long acknowledged;

  private PowerCuts(PowerCutPlan plan, Consumer<PowerCutReport> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Plays a plan. Stops early only where it has failed many times.
   *
   * @param progress told after each cycle how far it is
   * @throws InterruptedException when the caller is interrupted
   */
  public static PowerCutReport run(PowerCutPlan plan, Consumer<PowerCutReport> progress)
      throws InterruptedException {
    SilencedLogs logs = SilencedLogs.begin();
    try {
      return new PowerCuts(plan, progress).run();
    } finally {
      logs.end();
    }
  }

  private PowerCutReport run() throws InterruptedException {
    for (int number = 0; number < plan.machines() && failures.size() < MOST_FAILURES; number++) {
      play(number);
    }
    return report();
  }

  private void play(int number) throws InterruptedException {
    long seed = plan.seedOf(number);
    Machine machine = new Machine(seed, plan.broken());
    for (int cycle = 1; cycle <= plan.cyclesOf(number); cycle++) {
      long before = machine.acknowledged();
      Machine.Cycle played = machine.cycle();
      cycles++;
      acknowledged += machine.acknowledged() - before;
      count(played);
      int inMachine = cycle;
      played
          .evidence()
          .ifPresent(
              evidence ->
                  failures.add(
                      new PowerCutReport.Failure(
                          cycles, seed, inMachine, played.findings(), evidence)));
      progress.accept(report());
      if (!played.findings().isEmpty()) {
        break;
      }
    }
    upkeep = upkeep.plus(machine.upkeep());
  }

  private void count(Machine.Cycle played) {
    counts = counts.plus(played.counts());
    operations += played.operations();
    switch (played.during()) {
      case START -> duringStart++;
      case WORK -> duringWork++;
      case REST -> atRest++;
    }
  }

  private PowerCutReport report() {
    return new PowerCutReport(
        cycles,
        plan.seed(),
        counts,
        duringStart,
        duringWork,
        atRest,
        upkeep,
        operations,
        acknowledged,
        failures,
        Duration.ofNanos(System.nanoTime() - startedNanos));
  }
}
