package io.holdfast.chaos.power;

import io.holdfast.chaos.power.core.CutCounts;
import io.holdfast.chaos.power.core.Disk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A machine whose power is cut again and again. Its disk goes on from what each cut left, so that
 * what it holds was written, cut and recovered many times over; and all of it is looked at after
 * each boot.
 */
final class Machine {

  /** One cycle in so many runs to its end, and the power goes while nothing is under way. */
  private static final int RESTS = 8;

  /** One cycle in so many loses its power before the node has started. */
  private static final int STARTS = 4;

  /** What the first start of a machine takes, about; after that it is known. */
  private static final int FIRST_START_OPERATIONS = 120;

  private static final int WORK_OPERATIONS = 600;

  /** Of an orderly end, more than it takes: so some are not cut. */
  private static final int END_OPERATIONS = 12;

  private static final int MOST_STEPS = 4_000;
  private static final int RESTING_STEPS = 40;

  /**
   * What a cycle did.
   *
   * @param counts what the cut did
   * @param operations changes and syncs of the disk before it
   * @param during when the power went
   * @param findings what is wrong; nothing if all is as it must be
   * @param evidence what to look at where something is wrong
   */
  record Cycle(
      CutCounts counts,
      long operations,
      Moment during,
      List<Finding> findings,
      Optional<Evidence> evidence) {
    Cycle {
      findings = List.copyOf(findings);
    }
  }

  /** When the power went. */
  enum Moment {
    START,
    WORK,
    REST
  }

  private final SplittableRandom random;
  private final Optional<Breakage> broken;
  private final Acknowledged acknowledged = new Acknowledged();
  private final ReferenceReplica reference = new ReferenceReplica();
  private Disk disk = new Disk();
  private Evidence.Boot before = new Evidence.Boot(new Disk(), List.of());
  private Upkeep upkeep = Upkeep.NONE;
  private long snapshot;
  private long startOperations = FIRST_START_OPERATIONS;

  /**
   * @param seed decides what it is asked for, when the power goes, and what survives
   * @param broken what is wrong with it on purpose
   */
  Machine(long seed, Optional<Breakage> broken) {
    this.random = new SplittableRandom(seed);
    this.broken = broken;
  }

  /** Acknowledgements so far. */
  long acknowledged() {
    return acknowledged.count();
  }

  /** What it has tidied up so far. */
  Upkeep upkeep() {
    return upkeep;
  }

  /** Boots, looks, works, and loses its power. */
  Cycle cycle() throws InterruptedException {
    boolean rests = random.nextInt(RESTS) == 0;
    PoweredDisk powered =
        new PoweredDisk(
            disk,
            random.split(),
            rests ? PoweredDisk.NEVER : cutAt(),
            broken.filter(Breakage.DIRECTORY_NOT_SYNCED::equals).isEmpty());
    int steps = rests ? 1 + random.nextInt(RESTING_STEPS) : MOST_STEPS;
    boolean endsInOrder = random.nextBoolean();
    int cutInEnd = 1 + random.nextInt(END_OPERATIONS);
    Disk found = disk.copyOfMedium();
    SplittableRandom ofWork = random.split();
    List<Finding> findings = new ArrayList<>();
    Moment during = Moment.START;
    try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
      MachineBoot boot = new MachineBoot(mounted, broken, acknowledged);
      try {
        boot.start();
        startOperations = powered.operations();
        findings.addAll(Audit.of(boot, acknowledged, reference));
        tidied(boot);
        if (findings.isEmpty()) {
          during = Moment.WORK;
          work(boot, ofWork, steps, findings);
          during = Moment.REST;
        }
        if (endsInOrder) {
          powered.cutAfter(cutInEnd);
          boot.close();
        }
      } catch (PowerCut e) {
        // At the operation that was drawn.
      } catch (NodeStopped e) {
        findings.add(Finding.stopped(e));
      }
      Disk.Survivors left = powered.cut();
      disk = left.disk();
      end(boot, findings);
      Evidence.Boot now = new Evidence.Boot(found, powered.trail());
      Optional<Evidence> evidence =
          findings.isEmpty() ? Optional.empty() : Optional.of(new Evidence(before, now));
      before = now;
      return new Cycle(left.counts(), powered.operations(), during, findings, evidence);
    }
  }

  private long cutAt() {
    return random.nextInt(STARTS) == 0
        ? 1 + (long) (random.nextDouble() * startOperations)
        : startOperations + 1 + random.nextInt(WORK_OPERATIONS);
  }

  private void tidied(MachineBoot boot) throws PowerCut, NodeStopped, InterruptedException {
    MachineBoot.JournalEnds ends = boot.journalEnds();
    upkeep =
        new Upkeep(
            upkeep.snapshots() + (ends.snapshot() > snapshot ? 1 : 0),
            boot.promises().trimmedTo().number(),
            Math.max(0, ends.firstEvent() - 1),
            reference.compacted());
    snapshot = ends.snapshot();
  }

  private void work(MachineBoot boot, SplittableRandom ofWork, int steps, List<Finding> findings)
      throws PowerCut, NodeStopped, InterruptedException {
    Leader leader =
        new Leader(
            boot, acknowledged, broken.filter(Breakage.ANSWER_BEFORE_DISK::equals).isPresent());
    Workload workload = new Workload(boot, acknowledged, ofWork, leader);
    try {
      workload.run(steps);
    } finally {
      findings.addAll(workload.findings());
    }
  }

  private static void end(MachineBoot boot, List<Finding> findings) {
    try {
      boot.close();
    } catch (NodeStopped e) {
      findings.add(Finding.stopped(e));
    }
  }
}
