package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of all kinds, and those who watch them, where the reference state is the mesh. */
final class ClientsTest {

  private static final Workload ALL_KINDS = new Workload(4, new Accounts(5), 2, 2, 2);

  /** A run of clients at doors, with all that can be watched without nodes. */
  private static final class Run {

    final SimMesh mesh;
    final ReferenceModel reference = new ReferenceModel(100_000);

    Run(long seed) {
      Scenario scenario =
          ScenarioDraw.of(seed, Profile.CALM, OptionalInt.empty(), OptionalInt.empty())
              .with(ALL_KINDS);
      mesh = new SimMesh(scenario, Tampering.NONE, Trace.off());
      mesh.observe(reference);
      Accounts accounts = scenario.workload().accounts();
      List.of(
              new ExactlyOnce(reference),
              new OneRevisionPerWrite(reference),
              new RefusedHasNoEffect(reference),
              new EveryWriteResolvable(reference),
              new WatchOnce(reference),
              new Linearizable(reference, new HistoryRecorder(1)),
              new TotalConserved(reference, accounts),
              new TransferOnce(accounts))
          .forEach(mesh::observe);
    }

    void go(ModelDoors doors) {
      HistoryRecorder recorder = new HistoryRecorder(10_000);
      List<SimClient> clients = Clients.of(mesh, doors, new SplittableRandom(1), recorder);
      clients.forEach(SimClient::start);
      mesh.time.runUntil(60 * VirtualTime.SECOND);
      clients.forEach(SimClient::stop);
      mesh.time.runUntil(180 * VirtualTime.SECOND);
      assertThat(clients).noneMatch(SimClient::waits);
      mesh.observers()
          .forEach(
              observer ->
                  observer.atRest(
                      mesh.nodes.get(0),
                      key -> Optional.ofNullable(doors.state.records().get(key))));
      mesh.observers().forEach(Observer::finished);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void clientsSettleEverythingThoughAnswersAreLost(long seed) {
    Run run = new Run(seed);

    run.go(new ModelDoors(run.mesh, seed, 25));

    Coverage coverage = run.mesh.coverage;
    assertThat(coverage.of("transfers_done")).isGreaterThan(20);
    assertThat(coverage.of("transfers")).isGreaterThan(coverage.of("transfers_done"));
    assertThat(coverage.of("resolves")).isPositive();
    assertThat(coverage.of("leases")).isPositive();
    assertThat(coverage.of("compactions")).isPositive();
    assertThat(coverage.of("range_deletes")).isPositive();
    assertThat(coverage.verdicts()).containsKey("fenced");
  }

  @Test
  void withoutLossesNothingIsLeftToResolve() {
    Run run = new Run(1);

    run.go(new ModelDoors(run.mesh, 1, 0));

    assertThat(run.mesh.coverage.of("resolves")).isZero();
    assertThat(run.mesh.coverage.of("transfers_done")).isGreaterThan(50);
  }

  @Test
  void clientsSeeThatAStateForgetsWriteIds() {
    Run run = new Run(1);
    ModelDoors forgetful =
        new ModelDoors(run.mesh, 1, 25) {
          private final SplittableRandom random = new SplittableRandom(1);

          @Override
          CommandOutcome executed(Slot slot, WriteCommand write) {
            WriteId other =
                WriteId.of(write.id().timeMillis(), new UUID(random.nextLong(), random.nextLong()));
            return write.command() instanceof Command.Resolve
                ? super.executed(slot, write)
                : super.executed(slot, WriteCommand.of(other, write.command()));
          }
        };

    assertThatThrownBy(() -> run.go(forgetful)).isInstanceOf(InvariantViolation.class);
  }
}
