package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A few nodes of real cores in one thread: virtual time, and a network that loses, delays,
 * duplicates, reorders and cuts one way. First faults and clients together, then only clients:
 * everything must converge.
 */
final class MiniCluster {

  private record Event(long atNanos, long order, Runnable action) {}

  /** How a run is set up; all of it drawn from the seed or given by a test. */
  record Plan(int nodes, int members, int w, boolean changes, boolean faults) {}

  private static final Duration HEALING = Duration.ofSeconds(20);

  final Random random;
  final MiniOracle oracle;
  final int alpha;
  final CoordinatorTiming timing;
  final CoordinatorLimits limits;
  final AcceptorLimits acceptorLimits;
  final Configuration initial;

  private final Plan plan;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.atNanos() != b.atNanos()
                  ? Long.compare(a.atNanos(), b.atNanos())
                  : Long.compare(a.order(), b.order()));
  private final TreeMap<MemberId, MiniNode> nodes = new TreeMap<>();
  private final Set<String> cut = new HashSet<>();
  private final List<MemberId> names = new ArrayList<>();
  private long nanos = 1_000_000_000L;
  private long order;
  private double loss;
  private boolean healed;
  private int commands;

  MiniCluster(long seed, Plan plan) {
    this.random = new Random(seed);
    this.plan = plan;
    for (int i = 0; i < plan.nodes(); i++) {
      names.add(new MemberId(new NodeId("n" + i), 1 + i));
    }
    this.initial = Configuration.of(names.subList(0, plan.members()), plan.w());
    this.alpha = 1 + random.nextInt(12);
    this.timing =
        new CoordinatorTiming(
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            Duration.ofMillis(60),
            Duration.ofMillis(400 + random.nextInt(1600)),
            Duration.ofMillis(100),
            Duration.ofSeconds(1));
    int window = 1 + random.nextInt(8);
    this.limits = new CoordinatorLimits(window, 100, 5, 1 + random.nextInt(4), 40, 2000, 20);
    this.acceptorLimits =
        new AcceptorLimits(
            1 + random.nextInt(30), random.nextInt(3000), 30_000, 1 + random.nextInt(1500));
    this.oracle = new MiniOracle(new ConfigurationLog(alpha, initial));
    names.forEach(name -> nodes.put(name, new MiniNode(name, this)));
  }

  // ---- Time and network.

  Now now() {
    return new Now(nanos, nanos / 1_000_000);
  }

  void after(Duration delay, Runnable action) {
    events.add(new Event(nanos + delay.toNanos(), order++, action));
  }

  MiniNode node(MemberId name) {
    MiniNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no node " + name);
    }
    return node;
  }

  List<MemberId> names() {
    return names;
  }

  /** Puts something on the wire. */
  void send(MemberId from, MemberId to, Runnable delivery) {
    int copies = !healed && random.nextInt(20) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (cut.contains(from + ">" + to) || random.nextDouble() < loss) {
        continue;
      }
      boolean slow = !healed && random.nextInt(50) == 0;
      after(Duration.ofMillis(1 + random.nextInt(slow ? 1500 : 15)), delivery);
    }
  }

  // ---- The run.

  /** Runs the plan to its end; throws where a rule is broken. */
  void run(Duration stormy) {
    nodes.values().forEach(MiniNode::start);
    names.forEach(name -> after(Duration.ofMillis(random.nextInt(50)), () -> client(name)));
    if (plan.faults()) {
      loss = random.nextInt(4) * 0.05;
      after(Duration.ofMillis(random.nextInt(500)), this::fault);
    }
    runUntil(nanos + stormy.toNanos());
    heal();
    runUntil(nanos + HEALING.toNanos());
    long committedBefore = oracle.committed();
    runUntil(nanos + Duration.ofSeconds(5).toNanos());
    InvariantViolation.check(
        oracle.committed() > committedBefore,
        "liveness",
        "no write was committed in the last 5 s; %s",
        describe());
    commands = Integer.MAX_VALUE;
    runUntil(nanos + Duration.ofSeconds(5).toNanos());
    converged();
  }

  /** How long nothing is committed after the leader's process is killed, on a sound network. */
  Duration timeToResume() {
    healed = true;
    nodes.values().forEach(MiniNode::start);
    names.forEach(name -> after(Duration.ofMillis(random.nextInt(50)), () -> client(name)));
    runUntil(nanos + Duration.ofSeconds(3).toNanos() + random.nextInt(100_000_000));
    nodes.values().stream().filter(MiniNode::leading).forEach(MiniNode::crash);
    long before = oracle.committed();
    long crashed = nanos;
    while (oracle.committed() == before && nanos - crashed < Duration.ofMinutes(1).toNanos()) {
      runUntil(nanos + Duration.ofMillis(5).toNanos());
    }
    return Duration.ofNanos(nanos - crashed);
  }

  private void runUntil(long end) {
    while (!events.isEmpty() && events.peek().atNanos() <= end) {
      Event event = events.remove();
      nanos = event.atNanos();
      event.action().run();
    }
    nanos = end;
  }

  private void client(MemberId name) {
    if (commands == Integer.MAX_VALUE) {
      return;
    }
    MiniNode node = node(name);
    if (node.alive() && (node.leading() || random.nextInt(20) == 0)) {
      if (random.nextInt(4) == 0) {
        node.read();
      } else {
        node.propose(entry());
      }
    }
    after(Duration.ofMillis(1 + random.nextInt(healed ? 60 : 30)), () -> client(name));
  }

  private BatchEntry entry() {
    if (plan.changes() && !healed && oracle.changeIsInEffect() && random.nextInt(30) == 0) {
      return new ConfigurationEntry(MiniOracle.encode(nextConfiguration()));
    }
    return new CommandEntry(ByteString.copyFromUtf8("command " + commands++));
  }

  /** One member more or less, or another w; a new member is caught up before it votes. */
  private Configuration nextConfiguration() {
    Configuration current = oracle.lastConfiguration();
    List<MemberId> members = new ArrayList<>(current.members());
    MemberId any = names.get(random.nextInt(names.size()));
    if (random.nextBoolean()) {
      if (members.size() > 1 && members.contains(any)) {
        members.remove(any);
      } else if (!members.contains(any) && node(any).isWithin(20, oracle.lastChosen())) {
        members.add(any);
      }
    }
    return Configuration.of(members, 1 + random.nextInt(members.size()));
  }

  private void fault() {
    if (healed) {
      return;
    }
    MiniNode node = node(names.get(random.nextInt(names.size())));
    switch (random.nextInt(9)) {
      case 0, 1 -> node.crash();
      case 2 -> node.failDisk();
      case 3 -> cutOneWay();
      case 4 -> cutAway(node.self());
      case 5, 6 -> cut.clear();
      case 7 -> node.stallDisk(Duration.ofMillis(random.nextInt(3000)));
      default -> node.resign();
    }
    nodes.values().stream()
        .filter(down -> !down.alive() && random.nextInt(2) == 0)
        .forEach(MiniNode::start);
    after(Duration.ofMillis(20 + random.nextInt(900)), this::fault);
  }

  private void cutOneWay() {
    MemberId from = names.get(random.nextInt(names.size()));
    MemberId to = names.get(random.nextInt(names.size()));
    cut.add(from + ">" + to);
  }

  private void cutAway(MemberId lonely) {
    boolean deaf = random.nextBoolean();
    boolean mute = !deaf || random.nextBoolean();
    for (MemberId other : names) {
      if (deaf) {
        cut.add(other + ">" + lonely);
      }
      if (mute) {
        cut.add(lonely + ">" + other);
      }
    }
  }

  private void heal() {
    healed = true;
    loss = 0;
    cut.clear();
    nodes.values().forEach(MiniNode::restartIfNeeded);
  }

  private void converged() {
    Configuration last = oracle.lastConfiguration();
    Slot chosen = oracle.lastChosen();
    long leaders = nodes.values().stream().filter(MiniNode::leading).count();
    InvariantViolation.check(leaders == 1, "liveness", "%d leaders; %s", leaders, describe());
    for (MemberId member : last.members()) {
      InvariantViolation.check(
          node(member).learnedUpTo().equals(chosen),
          "liveness",
          "%s has learned %s of %s; %s",
          member,
          node(member).learnedUpTo(),
          chosen,
          describe());
    }
    nodes.values().forEach(MiniNode::everyTokenIsConcluded);
    oracle.refusedHadNoEffect();
  }

  private String describe() {
    StringBuilder text = new StringBuilder("configuration " + oracle.lastConfiguration());
    for (MiniNode node : nodes.values()) {
      text.append("; ").append(node);
    }
    return text.toString();
  }
}
