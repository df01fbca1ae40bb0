package io.holdfast.chaos.run;

import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.History;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.live.LiveMesh;
import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.NotInTime;
import io.holdfast.chaos.live.Waiting;
import io.holdfast.chaos.report.RunReport;
import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.report.RunReport.Conclusion;
import io.holdfast.chaos.report.RunReport.Fault;
import io.holdfast.chaos.report.RunReport.Setup;
import io.holdfast.config.core.ChaosSettings;
import io.holdfast.config.core.NodeFlaw;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Starts a mesh of real processes, lets clients work on it while faults are injected by a seeded
 * schedule, makes it well again, settles what is open, and says whether all is as it must be.
 */
public final class ChaosRun {

  /** A kind of fault that did something less often than this has proved nothing. */
  public static final int FAULTS_WANTED = 5;

  /** A run ends early when so many operations are recorded: they are held in memory. */
  private static final int MOST_OPERATIONS = 4_000_000;

  /** Before a client gives up on an answer: longer than an election takes. */
  private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(5);

  /** For clients to finish what they have begun, once the mesh is well. */
  private static final Duration LAST_TURN = Duration.ofSeconds(90);

  /** Attempts at making the mesh well, while nodes still end of what was done to them. */
  private static final int RESTORES = 4;

  /** How many times as long as planned a run may take until each fault has done enough. */
  static final int LONGEST = 3;

  /** What a run is about to do, or does. */
  public enum Phase {
    STARTING,
    RUNNING,
    HEALING,
    SETTLING,
    CHECKING
  }

  /**
   * How far a run is.
   *
   * @param at since clients began to ask
   */
  public record Progress(
      Phase phase,
      Duration at,
      int operations,
      int faults,
      Optional<String> leader,
      long unknown) {}

  private static final Duration PROGRESS_PAUSE = Duration.ofMillis(500);

  private final RunPlan plan;
  private final SoftwareFacts facts;
  private final Consumer<Progress> told;
  private final RunLog log = new RunLog(MOST_OPERATIONS);
  private final List<Check> claims = new ArrayList<>();
  private Optional<LeaderWatch> leaders = Optional.empty();
  private IntSupplier faultsSoFar = () -> 0;

  /**
   * What stands in the report and is not for the run to know.
   *
   * @param version of Holdfast
   * @param started when, in ISO 8601
   */
  public record SoftwareFacts(String version, String started) {}

  /**
   * @param told hears how far the run is, about twice a second
   */
  public ChaosRun(RunPlan plan, SoftwareFacts facts, Consumer<Progress> told) {
    this.plan = plan;
    this.facts = facts;
    this.told = told;
  }

  /**
   * Runs, once.
   *
   * @throws NotInTime where no mesh can be had
   */
  public RunReport run() {
    tell(Phase.STARTING);
    if (!plan.endpoints().isEmpty()) {
      try (LiveMesh mesh = LiveMesh.at(plan.endpoints())) {
        return run(mesh, allowed(mesh), FaultForm.ofNodesOfOthers());
      }
    }
    LiveMesh.Plan mesh =
        new LiveMesh.Plan(
            plan.dir(),
            plan.nodes(),
            plan.w(),
            plan.kinds().contains(FaultKind.PROXY),
            plan.seed(),
            Map.of());
    LiveMesh.Plan flawed = plan.flaw().map(flaw -> mesh.broken(Set.of(flaw))).orElse(mesh);
    try (LiveMesh started = LiveMesh.start(flawed)) {
      return run(started, plan.kinds(), EnumSet.allOf(FaultForm.class));
    }
  }

  /** What nodes take that somebody else has started: nothing, or all that was asked for. */
  private List<FaultKind> allowed(LiveMesh mesh) {
    boolean takeFaults = mesh.nodes().stream().allMatch(LiveNode::takesFaults);
    return takeFaults ? plan.kinds() : List.of();
  }

  /** Writes what clients did as lines of JSON, which {@code chaos check} reads. */
  public void writeHistory(Appendable out) throws IOException {
    log.recorder().writeTo(out);
  }

  private RunReport run(LiveMesh mesh, List<FaultKind> kinds, Set<FaultForm> forms) {
    log.begin();
    // Its own, should an earlier run with this seed have left something.
    String prefix = "chaos/" + plan.seed() + "-" + mesh.newWriteId() + "/";
    List<Workload> workloads = plan.workload().make(log, prefix, plan.accounts());
    List<SampledDoor> doors = new ArrayList<>();
    for (LiveNode node : mesh.nodes()) {
      doors.add(new SampledDoor(node.door(REQUEST_PATIENCE), doors.size(), log));
    }
    ClientCrowd crowd = new ClientCrowd(log, doors, mesh::newWriteId, workloads, plan.seed());
    crowd.open();
    Duration begun = log.at();
    List<InjectedFault> faults;
    try (LeaderWatch watch = new LeaderWatch(mesh.nodes(), log)) {
      leaders = Optional.of(watch);
      List<PlannedFault> schedule =
          Schedule.draw(plan.seed(), plan.length(), kinds, forms).stream()
              .map(fault -> fault.after(begun))
              .toList();
      Duration planned = begun.plus(plan.length());
      Nemesis nemesis = new Nemesis(mesh, schedule, planned, log, watch);
      faultsSoFar = () -> nemesis.injected().size();
      CompletableFuture<Void> clients = crowd.start(plan.clients(), new Pace(plan.rate()));
      nemesis.start();
      waitForEnd(begun, nemesis, clients);
      faults = nemesis.end();
      tell(Phase.HEALING);
      claim("the mesh gets well", () -> healed(mesh));
      crowd.end();
      claim("every client has come to its end", () -> joined(clients));
    }
    tell(Phase.SETTLING);
    claim("every unknown outcome is resolved", () -> settled(crowd));
    claim("all that was written is as clients were told", () -> audited(crowd));
    claim("all replicas hold the same", () -> equal(mesh));
    if (!plan.endpoints().isEmpty()) {
      claim("what the run has written is deleted", () -> deleted(crowd, prefix));
    }
    return report(mesh, faults, log.at());
  }

  /** The run goes on where a fault has done too little. */
  private void waitForEnd(Duration begun, Nemesis nemesis, CompletableFuture<Void> clients) {
    Duration planned = begun.plus(plan.length());
    Duration latest = begun.plus(plan.length().multipliedBy(LONGEST));
    while (!log.isFull() && !clients.isDone()) {
      Duration end = nemesis.isOver() ? planned : latest;
      Duration left = end.minus(log.at());
      if (left.isNegative()) {
        return;
      }
      tell(Phase.RUNNING);
      Waiting.pause(left.compareTo(PROGRESS_PAUSE) < 0 ? left : PROGRESS_PAUSE);
    }
  }

  // ---- What is claimed

  /** What a look at one claim finds. */
  private interface Look {
    /**
     * What speaks for it.
     *
     * @throws NotInTime what speaks against it
     */
    String look();
  }

  private void claim(String claim, Look look) {
    String detail;
    boolean held = true;
    try {
      detail = look.look();
    } catch (NotInTime | UncheckedIOException | IllegalStateException against) {
      held = false; // the latter two: a node ended while it was spoken to
      detail = String.valueOf(against.getMessage());
    }
    claims.add(new Check(claim, held, detail));
  }

  private static String healed(LiveMesh mesh) {
    long from = System.nanoTime();
    LiveNode leader = restored(mesh);
    return "%s leads and all hold the same, after %.1f s"
        .formatted(leader, (System.nanoTime() - from) / 1e9);
  }

  /** A node whose disk has just failed may end while the others are being healed. */
  private static LiveNode restored(LiveMesh mesh) {
    for (int tries = 1; ; tries++) {
      try {
        return mesh.restore();
      } catch (NotInTime | UncheckedIOException | IllegalStateException late) {
        if (tries == RESTORES || mesh.nodes().stream().allMatch(LiveNode::isAlive)) {
          throw late;
        }
      }
    }
  }

  private static String joined(CompletableFuture<Void> clients) {
    try {
      clients.get(LAST_TURN.toSeconds(), TimeUnit.SECONDS);
      return "none has failed";
    } catch (TimeoutException e) {
      throw new NotInTime("a client still waits after " + LAST_TURN.toSeconds() + " s");
    } catch (ExecutionException | CompletionException e) {
      throw new NotInTime("a client has failed: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotInTime("interrupted");
    }
  }

  private String settled(ClientCrowd crowd) {
    crowd.settle();
    if (log.settledOutcomes() != log.unknownOutcomes()) {
      throw new NotInTime(log.settledOutcomes() + " of " + log.unknownOutcomes());
    }
    return log.settledOutcomes() + " of " + log.unknownOutcomes();
  }

  private String audited(ClientCrowd crowd) {
    crowd.audit();
    List<String> complaints = log.complaints();
    if (!complaints.isEmpty()) {
      throw new NotInTime(complaints.size() + " complaints, the first: " + complaints.get(0));
    }
    return log.acknowledgedWrites() + " acknowledged writes, none is missing";
  }

  private static String deleted(ClientCrowd crowd, String prefix) {
    return crowd.delete(prefix) + " keys";
  }

  private static String equal(LiveMesh mesh) {
    mesh.awaitEqualChains();
    return "equal slots and chain hashes on " + mesh.nodes().size() + " nodes";
  }

  // ---- What comes of it

  private RunReport report(LiveMesh mesh, List<InjectedFault> faults, Duration length) {
    tell(Phase.CHECKING);
    History history = log.recorder().history();
    Verdict verdict = LinearizabilityChecker.check(history, Budget.DEFAULT);
    claims.add(0, Judgement.linearizable(verdict, history.operations().size()));
    claims.add(
        1,
        new Check(
            "nothing acknowledged is lost",
            log.lostWrites() == 0,
            log.lostWrites() + " of " + log.acknowledgedWrites() + " acknowledged writes"));
    claims.add(AcknowledgementClaims.check(log.verdicts().all(), log.verdicts().counts(), faults));
    List<Check> proofs = new ArrayList<>(Judgement.injected(plan.kinds(), faults));
    List<String> deaf =
        mesh.nodes().stream().filter(node -> !node.takesFaults()).map(LiveNode::id).toList();
    if (!plan.kinds().isEmpty() && !plan.endpoints().isEmpty()) {
      proofs.add(
          0,
          new Check(
              "every node takes faults",
              deaf.isEmpty(),
              deaf.isEmpty()
                  ? "all were started with " + ChaosSettings.ENABLED + " = on"
                  : deaf + " do not: start them with " + ChaosSettings.ENABLED + " = on"));
    }
    if (log.isFull()) {
      proofs.add(
          new Check("the run lasted as long as was asked for", false, "too many operations"));
    }
    Tally tally = new Tally(log.samples().all());
    List<Fault> told = faults.stream().map(tally::fault).toList();
    List<Check> checks = new ArrayList<>(claims);
    checks.addAll(proofs);
    return new RunReport(
        new Setup(
            plan.command(),
            facts.version(),
            facts.started(),
            plan.nodes(),
            mesh.plan().w(),
            plan.seed(),
            plan.length(),
            plan.workload().word(),
            plan.clients(),
            plan.flaw().map(NodeFlaw::word)),
        new Conclusion(
            Judgement.verdict(verdict, claims, proofs),
            Judgement.why(claims, proofs),
            history.operations().size(),
            log.acknowledgedWrites(),
            log.lostWrites(),
            log.unknownOutcomes(),
            log.settledOutcomes(),
            told.stream().map(Fault::recovery).flatMap(Optional::stream).toList()),
        checks,
        told,
        leaders.map(LeaderWatch::reigns).orElse(List.of()),
        tally.slices(length),
        tally.outcomes(),
        Judgement.failingPart(verdict));
  }

  private void tell(Phase phase) {
    told.accept(
        new Progress(
            phase,
            log.at(),
            log.recorder().operations(),
            faultsSoFar.getAsInt(),
            leaders.flatMap(LeaderWatch::leader),
            log.unknownOutcomes() - log.settledOutcomes()));
  }
}
