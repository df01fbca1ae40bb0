package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Verdict.Valid;
import io.holdfast.chaos.history.HistoryText;
import io.holdfast.chaos.history.ParsedHistory.Parsed;
import io.holdfast.chaos.live.LiveMesh;
import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.report.ReportPage;
import io.holdfast.chaos.report.RunReport;
import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.run.ChaosRun.SoftwareFacts;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short runs on real processes. */
class ChaosRunTest {

  /** Quick ones; pauses and bad disks are tried one by one elsewhere. */
  private static final List<FaultKind> KINDS =
      List.of(FaultKind.KILL, FaultKind.PARTITION, FaultKind.PROXY, FaultKind.CLOCK);

  private static final SoftwareFacts FACTS = new SoftwareFacts("test", "2026-11-21T00:00:00Z");

  @Test
  void nothingIsWrongWhileNodesAreKilledCutOffSlowAndOnWrongTime(@TempDir Path dir)
      throws IOException {
    RunPlan plan = plan(dir, Duration.ofSeconds(18), KINDS, WorkloadKind.MIXED, 12);
    ChaosRun run = new ChaosRun(plan, FACTS, progress -> {});
    RunReport report = run.run();
    assertThat(report.checks()).filteredOn(check -> !isAboutNumbers(check)).allMatch(Check::held);
    assertThat(report.conclusion().verdict()).isIn("valid", "nothing_proved");
    // How many there are depends on how busy the machine is; that there are some does not.
    assertThat(report.conclusion().operations()).isGreaterThan(100);
    assertThat(report.conclusion().acknowledged()).isGreaterThan(30);
    assertThat(report.conclusion().recoveries()).isNotEmpty();
    assertThat(report.reigns()).isNotEmpty();
    for (FaultKind kind : KINDS) {
      assertThat(report.faults())
          .as(kind.word())
          .anyMatch(fault -> fault.kind().equals(kind.word()) && fault.effective());
    }

    StringBuilder text = new StringBuilder();
    run.writeHistory(text);
    Parsed parsed = (Parsed) HistoryText.read(new StringReader(text.toString()));
    assertThat(LinearizabilityChecker.check(parsed.history(), Budget.DEFAULT))
        .isEqualTo(new Valid());

    Path page = dir.resolve("report.html");
    ReportPage.write(report, page);
    assertThat(Files.readString(page)).contains(report.conclusion().verdict());
  }

  /** Transfers alone, by many clients, while leaders are killed. */
  @Test
  void noAmountIsLostOrMovedTwiceWhileNodesAreKilled(@TempDir Path dir) {
    RunPlan plan =
        plan(dir, Duration.ofSeconds(10), List.of(FaultKind.KILL), WorkloadKind.TRANSFER, 40);
    RunReport report = new ChaosRun(plan, FACTS, progress -> {}).run();
    assertThat(report.checks()).filteredOn(check -> !isAboutNumbers(check)).allMatch(Check::held);
    // Otherwise nothing was tried: clients were in the midst of it when nodes died.
    assertThat(report.conclusion().acknowledged()).isGreaterThan(30);
    assertThat(report.conclusion().unknown()).isPositive();
    assertThat(report.faults()).filteredOn(RunReport.Fault::effective).hasSizeGreaterThan(1);
  }

  @Test
  void worksOnAMeshThatIsThereAndLeavesNothingInIt(@TempDir Path dir) {
    Map<String, String> settings = Map.of();
    try (LiveMesh mesh = LiveMesh.start(new LiveMesh.Plan(dir, 3, 2, false, 1, settings))) {
      LiveNode leader = mesh.restore();
      leader.commit("theirs", "before");
      RunPlan plan =
          new RunPlan(
              dir.resolve("run"),
              3,
              Duration.ofSeconds(8),
              20_261_121,
              List.of(FaultKind.PARTITION, FaultKind.CLOCK),
              WorkloadKind.MIXED,
              12,
              150,
              20,
              Optional.empty(),
              mesh.nodes().stream().map(LiveNode::endpoint).toList(),
              "test");
      RunReport report = new ChaosRun(plan, FACTS, progress -> {}).run();
      assertThat(report.checks())
          .filteredOn(check -> !isAboutNumbers(check))
          .allMatch(Check::held)
          .anyMatch(check -> check.claim().equals("what the run has written is deleted"));
      assertThat(report.conclusion().acknowledged()).isPositive();
      assertThat(report.faults()).anyMatch(RunReport.Fault::effective);
      assertThat(mesh.nodes()).allMatch(LiveNode::isAlive);
      assertThat(mesh.awaitLeader().read("theirs").body()).isEqualTo("before");
      assertThat(mesh.awaitLeader().group().orElseThrow().keys()).isEqualTo(1);
    }
  }

  /** How often faults took effect depends on how busy the machine is. */
  private static boolean isAboutNumbers(Check check) {
    return check.claim().contains("was injected at least");
  }

  private static RunPlan plan(
      Path dir, Duration length, List<FaultKind> kinds, WorkloadKind workload, int clients) {
    return new RunPlan(
        dir.resolve("mesh"),
        3,
        length,
        20_261_121,
        kinds,
        workload,
        clients,
        workload == WorkloadKind.TRANSFER ? 250 : 150,
        workload == WorkloadKind.TRANSFER ? 100 : 20,
        Optional.empty(),
        List.of(),
        "test");
  }
}
