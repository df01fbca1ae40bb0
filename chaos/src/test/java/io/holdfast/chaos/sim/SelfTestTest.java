package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.chaos.sim.SelfTest.Caught;
import io.holdfast.chaos.sim.SimResult.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SelfTestTest {

  private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

  @Test
  void everyFaultIsCaughtByTheInvariantThatItBreaks() throws InterruptedException {
    List<SelfTest.Progress> progress = new ArrayList<>();

    List<Caught> caught = SelfTest.run(THREADS, progress::add);

    assertThat(caught).extracting(Caught::fault).containsExactlyElementsOf(SeededFault.all());
    assertThat(caught)
        .allSatisfy(
            each -> {
              assertThat(each.caughtBy()).as(each.toString()).contains(each.fault().caughtBy());
              assertThat(each.seedsNeeded()).isBetween(1L, SeededFault.MOST_SEEDS);
              assertThat(each.facts()).isNotEmpty();
            });
    assertThat(progress).hasSameSizeAs(caught);
  }

  @Test
  void everyInvariantCatchesAFault() {
    Set<String> catching =
        SeededFault.all().stream()
            .map(SeededFault::caughtBy)
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> all = new TreeSet<>(watched());
    all.addAll(Invariants.REPORTED_BY_CORES);
    // What makes a core throw for no rule's sake depends on the core: no fault stands for it.
    all.remove(NoPanic.NAME);
    assertThat(catching).isEqualTo(all);
  }

  @Test
  void tamperingThatChangesNothingIsNotCaught() {
    SeedRange range = new SeedRange(1, 10, Profile.ALL, OptionalInt.empty(), OptionalInt.empty());

    for (long seed = range.first(); seed <= range.last(); seed++) {
      SimResult result =
          Simulation.run(range.scenario(seed), boot -> new Tampering() {}, Trace.off());

      assertThat(result.failure()).as("seed " + seed).isEmpty();
    }
  }

  @Test
  void aFaultCaughtByAnotherInvariantDoesNotCount() throws InterruptedException {
    SeededFault misnamed =
        SeededFault.of(
                "misnamed",
                "Its invariant is not the one that it breaks.",
                "FlushInOrder",
                boot ->
                    new Tampering() {
                      @Override
                      boolean survivesFailedWrites() {
                        return true;
                      }
                    })
            .within(3);

    List<Caught> caught = SelfTest.run(List.of(misnamed), 1, progress -> {});

    assertThat(caught).singleElement().matches(each -> !each.isCaught());
    assertThat(caught.get(0).seedsNeeded()).isEqualTo(3);
    assertThat(caught.get(0).facts()).contains("StorageFailureIsNotRejection");
  }

  @Test
  void aFaultThatIsCaughtIsSeenAgainWithItsSeed() throws InterruptedException {
    SeededFault fault = SeededFault.named("flush-lost").orElseThrow();
    Caught caught = SelfTest.run(List.of(fault), 1, progress -> {}).get(0);

    SimResult again =
        Simulation.run(fault.hunt().scenario(caught.seed()), fault.tampering(), Trace.off());

    assertThat(again.failure().map(Failure::facts)).contains(caught.facts());
    assertThat(caught.options()).startsWith("--break flush-lost --seed " + caught.seed());
  }

  @Test
  void namesAreUniqueAndFound() {
    assertThat(SeededFault.all()).extracting(SeededFault::name).doesNotHaveDuplicates();
    assertThat(SeededFault.all())
        .allSatisfy(fault -> assertThat(SeededFault.named(fault.name())).contains(fault));
    assertThat(SeededFault.named("no-such-fault")).isEmpty();
  }

  /** The names of all that a simulation watches. */
  private static Set<String> watched() {
    Scenario scenario = ScenarioDraw.of(1, Profile.CALM, OptionalInt.of(3), OptionalInt.empty());
    SimMesh mesh = new SimMesh(scenario, Tampering.NONE, Trace.off());
    ReferenceModel reference = new ReferenceModel(scenario.terms().writeIdWindow());
    ChosenLog chosen = new ChosenLog(scenario.alpha(), mesh.initial, new NobodyListens());
    return Invariants.all(
            mesh,
            new JournalView(),
            chosen,
            reference,
            new HistoryRecorder(1),
            new DivergenceKnowledge(mesh, chosen))
        .stream()
        .map(Invariant::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static final class NobodyListens implements ChosenLog.Listener {

    @Override
    public void next(Slot slot, Batch batch) {}

    @Override
    public void again(
        Slot slot, Batch first, Ballot firstBallot, Batch again, Ballot laterBallot) {}
  }
}
