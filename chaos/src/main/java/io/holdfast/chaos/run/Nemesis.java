package io.holdfast.chaos.run;

import io.holdfast.chaos.live.LiveMesh;
import io.holdfast.chaos.live.LiveNode;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.chaos.live.LiveNode.Direction;
import io.holdfast.chaos.live.NotInTime;
import io.holdfast.chaos.live.Waiting;
import io.holdfast.chaos.run.FaultKind.Lane;
import io.holdfast.chaos.run.LinkStrikes.CutOff;
import io.holdfast.chaos.run.LinkStrikes.OneWay;
import io.holdfast.chaos.run.LinkStrikes.Proxied;
import io.holdfast.chaos.run.LinkStrikes.Silence;
import io.holdfast.chaos.run.ProcessStrikes.ClockOff;
import io.holdfast.chaos.run.ProcessStrikes.DeadDisk;
import io.holdfast.chaos.run.ProcessStrikes.Killed;
import io.holdfast.chaos.run.ProcessStrikes.Paused;
import io.holdfast.chaos.run.ProcessStrikes.SlowDisk;
import io.holdfast.chaos.run.Strike.Proof;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Carries a schedule out on a mesh, one thread a lane. */
final class Nemesis {

  /** Before a fault, for enough nodes to be up that it strikes somebody. */
  private static final Duration GETTING_UP = Duration.ofSeconds(30);

  /** For a lane to come to its end when it is told to. */
  private static final Duration ENDING = Duration.ofSeconds(60);

  private final LiveMesh mesh;
  private final List<PlannedFault> schedule;
  private final Duration planned;
  private final RunLog log;
  private final LeaderWatch leaders;
  private final List<InjectedFault> injected = new ArrayList<>();
  private final List<Thread> lanes = new ArrayList<>();

  /**
   * @param schedule for longer than {@code planned}: what comes later is only carried out of kinds
   *     that have not done enough by then
   * @param planned when the run would end, since its beginning
   */
  Nemesis(
      LiveMesh mesh,
      List<PlannedFault> schedule,
      Duration planned,
      RunLog log,
      LeaderWatch leaders) {
    this.mesh = mesh;
    this.schedule = schedule;
    this.planned = planned;
    this.log = log;
    this.leaders = leaders;
  }

  void start() {
    for (Lane lane : Lane.values()) {
      List<PlannedFault> faults =
          schedule.stream().filter(fault -> fault.form().kind().lane() == lane).toList();
      if (!faults.isEmpty()) {
        Thread thread = new Thread(() -> carryOut(faults), "chaos-" + lane);
        thread.setDaemon(true);
        thread.start();
        lanes.add(thread);
      }
    }
  }

  /** Whether every lane has come to its end. */
  boolean isOver() {
    return lanes.stream().noneMatch(Thread::isAlive);
  }

  /** Ends what is still going on; what has been injected, in order of time. */
  List<InjectedFault> end() {
    for (Thread lane : lanes) {
      lane.interrupt();
      try {
        lane.join(ENDING.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return injected();
  }

  /** What has been injected so far, in order of time. */
  List<InjectedFault> injected() {
    synchronized (injected) {
      return injected.stream().sorted(Comparator.comparing(InjectedFault::from)).toList();
    }
  }

  private void carryOut(List<PlannedFault> faults) {
    try {
      for (PlannedFault fault : faults) {
        if (isWanted(fault)) {
          pauseUntil(fault.from());
          carryOut(fault);
        }
      }
    } catch (Interrupted end) {
      // the run is over
    }
  }

  /** Whether it is planned, or its kind has done too little so far. */
  private boolean isWanted(PlannedFault fault) {
    FaultKind kind = fault.form().kind();
    boolean late = fault.from().compareTo(planned) > 0 || log.at().compareTo(planned) > 0;
    long done =
        injected().stream().filter(one -> one.kind() == kind && one.proof().effective()).count();
    return !late || done < ChaosRun.FAULTS_WANTED;
  }

  private void carryOut(PlannedFault fault) throws Interrupted {
    awaitEnoughUp();
    Duration from = log.at();
    List<LiveNode> struck = List.of();
    Proof proof;
    try {
      Strike strike = strike(fault);
      struck = strike.nodes();
      proof = watch(strike, from, fault.length());
    } catch (NotInTime | UncheckedIOException | IllegalStateException overruled) {
      requireGoingOn();
      proof = new Proof(false, "not injected: " + overruled.getMessage());
    }
    InjectedFault done =
        new InjectedFault(
            fault.form(), struck.stream().map(LiveNode::id).toList(), from, log.at(), proof);
    synchronized (injected) {
      injected.add(done);
    }
  }

  /**
   * Lets it be in force, looks at what it does, and undoes it. One that has done nothing yet is
   * left in force a little longer.
   */
  private Proof watch(Strike strike, Duration from, Duration length) throws Interrupted {
    try {
      pauseUntil(from.plus(length.dividedBy(2)));
      Proof proof = look(strike);
      pauseUntil(from.plus(length));
      Duration latest = from.plus(length).plus(strike.patience());
      while (!proof.effective() && log.at().compareTo(latest) < 0) {
        proof = look(strike);
        pause(Duration.ofMillis(100));
      }
      Proof last = look(strike);
      return last.effective() ? last : proof;
    } finally {
      undo(strike);
    }
  }

  /** A node that another fault has struck meanwhile says nothing. */
  private static Proof look(Strike strike) {
    try {
      return strike.look();
    } catch (NotInTime | UncheckedIOException silent) {
      return new Proof(false, "another fault struck the same node: " + silent.getMessage());
    }
  }

  /** What cannot be undone has ended with its process, or is healed at the run's end. */
  private static void undo(Strike strike) {
    for (LiveNode node : strike.nodes()) {
      boolean unused = awaitFaultPort(node);
    }
    try {
      strike.undo();
    } catch (NotInTime | UncheckedIOException | IllegalStateException gone) {
      strike.nodes().forEach(ProcessStrikes::startAgain);
    }
  }

  /** Returns when the node can be told something, or never will: it may just stand still. */
  private static boolean awaitFaultPort(LiveNode node) {
    for (int tries = 0; tries < 100 && node.isPaused(); tries++) {
      Waiting.pause(Duration.ofMillis(50));
    }
    return node.takesFaults();
  }

  private void awaitEnoughUp() throws Interrupted {
    long until = System.nanoTime() + GETTING_UP.toNanos();
    while (2 * up().size() <= mesh.nodes().size() && System.nanoTime() < until) {
      pause(Duration.ofMillis(100));
    }
  }

  /** The run was ended in the midst of something. */
  private static final class Interrupted extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private static void requireGoingOn() throws Interrupted {
    if (Thread.currentThread().isInterrupted()) {
      throw new Interrupted();
    }
  }

  private static void pause(Duration time) throws Interrupted {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      throw new Interrupted();
    }
  }

  private void pauseUntil(Duration due) throws Interrupted {
    Duration left = due.minus(log.at());
    if (!left.isNegative()) {
      pause(left);
    }
  }

  private Strike strike(PlannedFault fault) {
    int draw = fault.draw();
    List<LiveNode> up = up();
    LiveNode one = up.isEmpty() ? node(draw) : up.get(draw % up.size());
    LiveNode leader = leader().filter(up::contains).orElse(one);
    List<LiveNode> minority = minority(up, draw);
    // The store is written now and then, the journal with every write.
    Database database = draw % 3 == 0 ? Database.STORE : Database.JOURNAL;
    return switch (fault.form()) {
      case KILL_LEADER -> Killed.of(List.of(leader));
      case KILL_ONE -> Killed.of(List.of(one));
      case KILL_MINORITY -> Killed.of(minority);
      case KILL_ALL -> Killed.of(mesh.nodes());
      case PAUSE_LEADER -> Paused.of(List.of(leader));
      case PAUSE_ONE -> Paused.of(List.of(one));
      case PAUSE_MINORITY -> Paused.of(minority);
      case CUT_LEADER -> CutOff.of(List.of(leader), restOf(up, List.of(leader)));
      case CUT_MINORITY -> CutOff.of(minority, restOf(up, minority));
      case DEAF_LEADER ->
          OneWay.of(List.of(leader), OneWay.deaf(List.of(leader), mesh.othersThan(leader)));
      case MUTE_LEADER ->
          OneWay.of(
              List.of(leader),
              mesh.othersThan(leader).stream()
                  .map(peer -> new Silence(leader, peer, Direction.OUT))
                  .toList());
      case RING -> OneWay.of(up, deaf(up, ring()));
      case BRIDGE -> OneWay.of(up, deaf(up, bridge(draw)));
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
      case CLOCK_OF_LEADER ->
          ClockOff.of(leader, draw % 2 == 0 ? jump(draw) : jump(draw).negated());
      case DISK_SLOW -> SlowDisk.of(one, database, Duration.ofMillis(5 + draw % 60));
      case DISK_FULL -> DeadDisk.full(one, database);
      case DISK_FAILS -> DeadDisk.failing(one, database);
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

  /** The nodes to which something can be done. */
  private List<LiveNode> up() {
    return mesh.nodes().stream().filter(LiveNode::takesFaults).toList();
  }

  /** As many of those as may fail. */
  private List<LiveNode> minority(List<LiveNode> up, int draw) {
    int many = Math.min(up.size(), (mesh.nodes().size() - 1) / 2);
    return IntStream.range(draw, draw + many).mapToObj(i -> up.get(i % up.size())).toList();
  }

  private static List<LiveNode> restOf(List<LiveNode> up, List<LiveNode> nodes) {
    return up.stream().filter(node -> !nodes.contains(node)).toList();
  }

  /** Those who can be made deaf. */
  private static List<Silence> deaf(List<LiveNode> up, List<Silence> silences) {
    return silences.stream().filter(one -> up.contains(one.node())).toList();
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
