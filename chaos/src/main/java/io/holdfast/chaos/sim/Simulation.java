package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.chaos.sim.SimResult.Failure;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.quorum.core.Membership;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One run: first faults and clients together, with every invariant watched; then the faults stop,
 * and everything must come to rest in bounded time.
 */
final class Simulation {

  /** A run has at least so many operations. */
  static final int LEAST_OPERATIONS = 200;

  /** Many more than clients can do in a run. */
  private static final int MOST_OPERATIONS = 20_000;

  private static final int LONGEST_STORM = 5;

  private final Scenario scenario;
  private final SimMesh mesh;
  private final ChosenLog chosen;
  private final ReferenceModel reference;
  private final List<SimClient> clients;

  private Simulation(Scenario scenario, Tampering.Factory tampering, Trace trace) {
    this.scenario = scenario;
    this.mesh = new SimMesh(scenario, tampering, trace);
    this.reference =
        new ReferenceModel(
            scenario.terms().writeIdWindow(),
            Optional.of(Membership.founded(scenario.alpha(), mesh.initial)));
    this.chosen =
        new ChosenLog(
            scenario.alpha(), mesh.initial, scenario.workload().operating() > 0, new Told());
    HistoryRecorder recorder = new HistoryRecorder(MOST_OPERATIONS);
    JournalView journals = new JournalView();
    mesh.observe(journals);
    mesh.observe(chosen);
    mesh.observe(reference);
    DivergenceKnowledge knowledge = new DivergenceKnowledge(mesh, chosen);
    mesh.observe(knowledge);
    Invariants.all(mesh, journals, chosen, reference, recorder, knowledge).stream()
        .filter(invariant -> !tampering.unwatched().contains(invariant.name()))
        .forEach(mesh::observe);
    SplittableRandom random = new SplittableRandom(scenario.seed() ^ 0x5bd1e995_9e3779b9L);
    clients = Clients.of(mesh, new MeshDoors(mesh), random, recorder);
  }

  /** Makes the chosen log known to all who watch. */
  private final class Told implements ChosenLog.Listener {

    @Override
    public void next(Slot slot, Batch batch) {
      if (mesh.trace.on()) {
        mesh.note("---", "slot " + slot + " is chosen: " + batch);
      }
      mesh.observers().forEach(observer -> observer.chosen(slot, batch));
    }

    @Override
    public void again(Slot slot, Batch first, Ballot firstBallot, Batch again, Ballot later) {
      mesh.observers()
          .forEach(observer -> observer.chosenAgain(slot, first, firstBallot, again, later));
    }
  }

  /** Runs a scenario to its end, or to the first broken rule. */
  static SimResult run(Scenario scenario, Tampering.Factory tampering, Trace trace) {
    Simulation simulation = new Simulation(scenario, tampering, trace);
    Optional<Failure> failure = Optional.empty();
    try {
      simulation.run();
    } catch (InvariantViolation violation) {
      failure = Optional.of(new Failure(violation.invariant(), facts(violation)));
    } catch (NotAtRest late) {
      failure = Optional.of(new Failure(Failure.LIVENESS, String.valueOf(late.getMessage())));
    } catch (RuntimeException bug) {
      failure = Optional.of(new Failure(NoPanic.NAME, NoPanic.facts(bug)));
    }
    failure.ifPresent(
        found -> simulation.mesh.note("!!!", found.invariant() + ": " + found.facts()));
    return new SimResult(
        scenario, failure, simulation.mesh.coverage, simulation.mesh.time.now(), trace.hash());
  }

  private static String facts(InvariantViolation violation) {
    String message = String.valueOf(violation.getMessage());
    String prefix = violation.invariant() + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private void run() {
    for (SimNode node : mesh.nodes) {
      mesh.time.after(node.random.nextInt(200) * VirtualTime.MILLI, node::start);
    }
    clients.forEach(SimClient::start);
    new Nemesis(mesh, chosen).schedule(scenario.faults());
    long storm = scenario.stormyMillis() * VirtualTime.MILLI;
    mesh.time.runUntil(storm);
    for (int i = 1; i < LONGEST_STORM && tooLittleHappened(); i++) {
      mesh.time.runUntil(mesh.time.now() + storm / 2);
    }
    new Recovery(mesh, chosen, reference, clients).run();
    mesh.observers().forEach(Observer::finished);
  }

  private boolean tooLittleHappened() {
    return mesh.coverage.of("operations") < LEAST_OPERATIONS;
  }
}
