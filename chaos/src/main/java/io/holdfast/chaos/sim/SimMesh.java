package io.holdfast.chaos.sim;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.mesh.core.DirectoryRules;
import io.holdfast.quorum.core.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** The nodes of a run with all that surrounds them. */
final class SimMesh {

  final Scenario scenario;
  final VirtualTime time = new VirtualTime();
  final Trace trace;
  final Coverage coverage = new Coverage();
  final Encoding encoding;
  final SimNetwork network;
  final CrashSteps steps = new CrashSteps();
  final List<SimNode> nodes = new ArrayList<>();
  final Tampering.Factory tampering;
  final Configuration initial;

  /** Draws for what happens inside nodes. */
  final SplittableRandom local;

  private final List<Observer> observers = new ArrayList<>();
  private MeshDirectory directory = MeshDirectory.NONE;
  private boolean sound;

  SimMesh(Scenario scenario, Tampering.Factory tampering, Trace trace) {
    this.scenario = scenario;
    this.trace = trace;
    this.encoding = Encoding.of(scenario.seed());
    this.tampering = tampering;
    SplittableRandom random = new SplittableRandom(scenario.seed());
    this.local = random.split();
    this.network = new SimNetwork(time, random.split(), scenario.nodes(), scenario.weather());
    TreeSet<MemberId> founders = new TreeSet<>();
    for (int i = 0; i < scenario.nodes(); i++) {
      SimNode node = new SimNode(this, i, random.split());
      nodes.add(node);
      if (i < scenario.founders()) {
        founders.add(node.self());
      }
    }
    this.initial = new Configuration(founders, scenario.w(), scenario.prepareQuorum());
  }

  /** Adds one who sees everything; in the order of their adding. */
  void observe(Observer observer) {
    observers.add(observer);
  }

  List<Observer> observers() {
    return observers;
  }

  SimNode node(String name) {
    return nodes.get(Integer.parseInt(name.substring(1)));
  }

  /** The directory, with those whom the first founder has met by now. */
  MeshDirectory directory() {
    SimNode first = nodes.get(0);
    if (first.group() != null && !first.foreign()) {
      directory =
          DirectoryRules.seeded(directory, first.settings, first.disk().ledger, first.self())
              .orElse(directory);
    }
    return directory;
  }

  /** What a node holds to be active, if it runs. */
  Optional<ControlState> control(int node) {
    SimGroup group = nodes.get(node).group();
    return group == null ? Optional.empty() : Optional.of(group.replica().control());
  }

  /** Whether the faults are over: disks are fast and nothing fails any more. */
  boolean sound() {
    return sound;
  }

  /** From now on nothing goes wrong. */
  void heal() {
    sound = true;
    network.heal();
    steps.disarm();
    // That a member's log disagreed a leader holds against it for as long as it leads.
    if (nodes.stream().anyMatch(SimNode::everDriftedInDigest)) {
      nodes.forEach(node -> node.kill("so that disagreement is forgotten"));
    }
    nodes.forEach(SimNode::heal);
  }

  void note(String who, String what) {
    if (trace.on()) {
      trace.line(time.now(), who, what);
    }
  }
}
