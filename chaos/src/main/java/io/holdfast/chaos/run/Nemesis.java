package io.holdfast.chaos.run;

import io.holdfast.chaos.live.LiveMesh;
import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.chaos.live.LiveNode.Direction;
import io.holdfast.chaos.live.Waiting;
import io.holdfast.chaos.run.FaultKind.Lane;
import io.holdfast.chaos.run.LinkStrikes.CutOff;
import io.holdfast.chaos.run.LinkStrikes.OneWay;
import io.holdfast.chaos.run.LinkStrikes.Proxied;
import io.holdfast.chaos.run.LinkStrikes.Silence;
import io.holdfast.chaos.run.ProcessStrikes.BadDisk;
import io.holdfast.chaos.run.ProcessStrikes.ClockOff;
import io.holdfast.chaos.run.ProcessStrikes.Killed;
import io.holdfast.chaos.run.ProcessStrikes.Paused;
import io.holdfast.chaos.run.Strike.Proof;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Carries a schedule out on a mesh, one thread a lane. */
final class Nemesis {

  /** Longer than any fault: a fault of another lane ends meanwhile. */
  private static final Duration ENDING = Duration.ofSeconds(60);

  private final LiveMesh mesh;
  private final List<PlannedFault> schedule;
  private final RunLog log;
  private final LeaderWatch leaders;
  private final Consumer<InjectedFault> told;
  private final List<InjectedFault> injected = new ArrayList<>();
  private final List<Thread> lanes = new ArrayList<>();

  /**
   * @param told hears of each fault when it is over
   */
  Nemesis(
      LiveMesh mesh,
      List<PlannedFault> schedule,
      RunLog log,
      LeaderWatch leaders,
      Consumer<InjectedFault> told) {
    this.mesh = mesh;
    this.schedule = schedule;
    this.log = log;
    this.leaders = leaders;
    this.told = told;
  }

  void start() {
    for (Lane lane : Lane.values()) {
      List<PlannedFault> faults =
          schedule.stream().filter(fault -> fault.form().kind().lane() == lane).toList();
      if (!faults.isEmpty()) {
        Thread thread = new Thread(() -> faults.forEach(this::carryOut), "chaos-" + lane);
        thread.setDaemon(true);
        thread.start();
        lanes.add(thread);
      }
    }
  }

  /** Returns when the last fault is over. */
  List<InjectedFault> await() {
    for (Thread lane : lanes) {
      try {
        lane.join(ENDING.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        lanes.forEach(Thread::interrupt);
      }
    }
    synchronized (injected) {
      return injected.stream().sorted(Comparator.comparing(InjectedFault::from)).toList();
    }
  }

  private void carryOut(PlannedFault fault) {
    pauseUntil(fault.from());
    Duration from = log.at();
    List<LiveNode> struck = List.of();
    Proof proof;
    try {
      Strike strike = strike(fault);
      struck = strike.nodes();
      pauseUntil(from.plus(fault.length()));
      proof = end(strike);
    } catch (RuntimeException e) {
      if (!ProcessStrikes.isOverruled(e)) {
        throw e;
      }
      proof = new Proof(false, "not injected: " + e.getMessage());
    }
    InjectedFault done =
        new InjectedFault(
            fault.form(), struck.stream().map(LiveNode::id).toList(), from, log.at(), proof);
    synchronized (injected) {
      injected.add(done);
    }
    told.accept(done);
  }

  /** What cannot be undone now has gone with its process; the mesh is healed at the end anyway. */
  private static Proof end(Strike strike) {
    try {
      return strike.end();
    } catch (RuntimeException e) {
      if (!ProcessStrikes.isOverruled(e)) {
        throw e;
      }
      strike.nodes().forEach(ProcessStrikes::startAgain);
      return new Proof(false, "ended by another fault: " + e.getMessage());
    }
  }

  private void pauseUntil(Duration due) {
    Duration left = due.minus(log.at());
    if (!left.isNegative()) {
      Waiting.pause(left);
    }
  }

  private Strike strike(PlannedFault fault) {
    int draw = fault.draw();
    LiveNode one = node(draw);
    LiveNode leader = leader().orElse(one);
    Database database = draw % 2 == 0 ? Database.JOURNAL : Database.STORE;
    return switch (fault.form()) {
      case KILL_LEADER -> Killed.of(List.of(leader));
      case KILL_ONE -> Killed.of(List.of(one));
      case KILL_MINORITY -> Killed.of(minority(draw));
      case KILL_ALL -> Killed.of(mesh.nodes());
      case PAUSE_LEADER -> Paused.of(List.of(leader));
      case PAUSE_ONE -> Paused.of(List.of(one));
      case PAUSE_MINORITY -> Paused.of(minority(draw));
      case CUT_LEADER -> CutOff.of(List.of(leader), mesh.othersThan(leader));
      case CUT_MINORITY -> CutOff.of(minority(draw), rest(minority(draw)));
      case DEAF_LEADER ->
          OneWay.of(List.of(leader), OneWay.deaf(List.of(leader), mesh.othersThan(leader)));
      case MUTE_LEADER ->
          OneWay.of(
              List.of(leader),
              mesh.othersThan(leader).stream()
                  .map(peer -> new Silence(leader, peer, Direction.OUT))
                  .toList());
      case RING -> OneWay.of(mesh.nodes(), ring());
      case BRIDGE -> OneWay.of(mesh.nodes(), bridge(draw));
      case DELAY ->
          Proxied.delay(
              one,
              mesh.proxyOf(one),
              Duration.ofMillis(5 + draw % 100),
              Duration.ofMillis(draw % 50));
      case LOSS -> Proxied.lose(one, mesh.proxyOf(one));
      case RESET -> Proxied.reset(one, mesh.proxyOf(one));
      case CLOCK_AHEAD -> ClockOff.of(one, jump(draw));
      case CLOCK_BEHIND -> ClockOff.of(one, jump(draw).negated());
      case CLOCK_OF_LEADER -> ClockOff.of(leader, draw % 2 == 0 ? jump(draw) : jump(draw).negated());
      case DISK_SLOW -> BadDisk.slow(one, database, Duration.ofMillis(5 + draw % 60));
      case DISK_FULL -> BadDisk.full(one, database);
      case DISK_FAILS -> BadDisk.failing(one, database);
    };
  }

  private Optional<LiveNode> leader() {
    return leaders
        .leader()
        .flatMap(id -> mesh.nodes().stream().filter(node -> node.id().equals(id)).findFirst());
  }

  private LiveNode node(int draw) {
    return mesh.nodes().get(draw % mesh.nodes().size());
  }

  /** As many as may fail. */
  private List<LiveNode> minority(int draw) {
    int many = (mesh.nodes().size() - 1) / 2;
    return IntStream.range(draw, draw + many).mapToObj(this::node).toList();
  }

  private List<LiveNode> rest(List<LiveNode> nodes) {
    return mesh.nodes().stream().filter(node -> !nodes.contains(node)).toList();
  }

  private List<Silence> ring() {
    List<Silence> silences = new ArrayList<>();
    int n = mesh.nodes().size();
    for (int i = 0; i < n; i++) {
      LiveNode heard = node(i + n - 1);
      LiveNode listener = node(i);
      List<LiveNode> unheard =
          mesh.othersThan(listener).stream().filter(node -> node != heard).toList();
      silences.addAll(OneWay.deaf(List.of(listener), unheard));
    }
    return silences;
  }

  private List<Silence> bridge(int draw) {
    LiveNode bridge = node(draw);
    List<LiveNode> sides = mesh.othersThan(bridge);
    List<LiveNode> one = sides.subList(0, sides.size() / 2);
    List<LiveNode> other = sides.subList(sides.size() / 2, sides.size());
    List<Silence> silences = new ArrayList<>(OneWay.deaf(one, other));
    silences.addAll(OneWay.deaf(other, one));
    return silences;
  }

  /** From a second to five minutes. */
  private static Duration jump(int draw) {
    return Duration.ofSeconds(1 + draw % 300);
  }
}
