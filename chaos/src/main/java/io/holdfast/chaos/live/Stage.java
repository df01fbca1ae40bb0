package io.holdfast.chaos.live;

import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.live.TrialClient.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * One attempt at a trial: the mesh, who plays which part, and what is claimed and seen. A claim
 * that does not hold fails the trial; that a fault was injected is a claim like any other.
 */
final class Stage {

  /** Until links that were cut are up again, replicas have caught up and agree on a write. */
  private static final Duration AGREEMENT = Duration.ofSeconds(20);

  private static final Set<String> NOTHING_PROPOSED =
      Set.of("no_leader", "not_ready", "overloaded");

  private final LiveMesh mesh;
  private final LiveNode leader;
  private final List<LiveNode> others;
  private final Random random;
  private final int number;
  private final Duration ackTimeout;
  private final TrialClient client;
  private final Map<LiveNode, FaultReport> before = new HashMap<>();

  private final List<String> injected = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private String expected = "";
  private String observed = "none";
  private Optional<Answer> told = Optional.empty();
  private Optional<String> voided = Optional.empty();

  /**
   * @param leader leads, and all nodes agree
   * @param random decides who else plays which part
   * @param number which trial of its class this is, from 1: trials take turns at its variants
   */
  Stage(
      LiveMesh mesh,
      LiveNode leader,
      Random random,
      int number,
      Duration ackTimeout,
      TrialClient client) {
    this.mesh = mesh;
    this.leader = leader;
    this.random = random;
    this.number = number;
    this.ackTimeout = ackTimeout;
    this.client = client;
    this.others = new ArrayList<>(mesh.othersThan(leader));
    Collections.shuffle(others, random);
    mesh.nodes().forEach(node -> before.put(node, node.faults()));
  }

  LiveMesh mesh() {
    return mesh;
  }

  LiveNode leader() {
    return leader;
  }

  /** All but the leader, in random order. */
  List<LiveNode> others() {
    return others;
  }

  int n() {
    return mesh.plan().n();
  }

  int w() {
    return mesh.plan().w();
  }

  Duration ackTimeout() {
    return ackTimeout;
  }

  TrialClient client() {
    return client;
  }

  /** Acknowledgements to the leader that were changed at {@code node} in this attempt. */
  long changedAcks(LiveNode node) {
    return node.faults().changedAcksTo(leader) - atFirst(node).changedAcksTo(leader);
  }

  /** Writes of {@code node}'s databases that were slowed down in this attempt. */
  long slowedWrites(LiveNode node) {
    return node.faults().slowedWrites() - atFirst(node).slowedWrites();
  }

  private FaultReport atFirst(LiveNode node) {
    return Objects.requireNonNull(before.get(node));
  }

  /** Draws a number from {@code least} to {@code most}. */
  int draw(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** The variant whose turn it is. */
  <T> T turn(List<T> variants) {
    // By the trial's number among those of its quorum: a class takes turns at quorums as well.
    return variants.get((number - 1) % variants.size());
  }

  // ---- What is claimed and seen

  /** Says what was done to the mesh. */
  void injected(String what) {
    injected.add(what);
  }

  /** The answers that a caller got one after the other, and those that it has to get. */
  void course(List<String> verdicts, List<String> heard) {
    expected = String.join(", then ", verdicts);
    List<String> changes = new ArrayList<>();
    for (String verdict : heard) {
      if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(verdict)) {
        changes.add(verdict);
      }
    }
    observed = String.join(", then ", changes);
    claim(observed.equals(expected), "told is " + expected + ", not: " + heard);
  }

  /** Claims that what the client of this trial saw has an order. */
  void linearizable() {
    Verdict verdict = LinearizabilityChecker.check(client.history(), Budget.DEFAULT);
    claim(verdict instanceof Verdict.Valid, "the client's history is linearizable: " + verdict);
  }

  /** Enters a claim; it fails the trial where it does not hold. */
  void claim(boolean holds, String what) {
    if (!holds) {
      failures.add(what);
    }
  }

  /** Claims what is done by somebody whom nobody waited for so far. */
  void claimSoon(BooleanSupplier holds, String what) {
    try {
      Waiting.until(what, AGREEMENT, holds);
    } catch (NotInTime late) {
      claim(false, what);
    }
  }

  /**
   * Whether the write got as far as to be proposed. Where it did not, nothing was tried: leadership
   * had moved before.
   */
  boolean proposed(Answer answer) {
    if (NOTHING_PROPOSED.contains(answer.code())) {
      voided = Optional.of("the write was not proposed: " + answer);
    }
    return voided.isEmpty();
  }

  /**
   * Whether a caller who would not wait for a slow commit was answered before that was done. Who
   * was not was answered by a leader that stood still for as long, and nothing was tried.
   */
  boolean inHaste(Answer answer) {
    if (answer.verdict().equals("committed")) {
      voided = Optional.of("nobody was answered before the commit: " + answer);
    }
    return voided.isEmpty();
  }

  /** The answer that the trial is about, and the numbers that must be in it. */
  void verdict(Answer answer, String verdict, int got, int needed) {
    told = Optional.of(answer);
    expected = verdict;
    observed = answer.verdict();
    claim(answer.verdict().equals(verdict), "the verdict is " + verdict + ", not: " + answer);
    claim(answer.count("n") == n(), "n = " + n() + ": " + answer);
    claim(answer.count("w") == w(), "w = " + w() + ": " + answer);
    claim(answer.count("got") == got, "got = " + got + ": " + answer);
    claim(answer.count("needed") == needed, "needed = " + needed + ": " + answer);
    int status = verdict.equals("committed") ? 200 : 503;
    claim(answer.status() == status, "HTTP status " + status + ": " + answer.status());
    claim(answer.members().size() == n(), "all members are named: " + answer);
  }

  /** The answer that the trial is about, where its numbers are claimed apart. */
  void told(Answer answer, String verdict) {
    told = Optional.of(answer);
    expected = verdict;
    observed = answer.verdict();
    claim(answer.verdict().equals(verdict), "the verdict is " + verdict + ", not: " + answer);
  }

  /** What these members are said to have done. */
  void states(Answer answer, Collection<LiveNode> nodes, String... allowed) {
    for (LiveNode node : nodes) {
      claim(
          List.of(allowed).contains(answer.stateOf(node)),
          node + " is said to be " + String.join(" or ", allowed) + ": " + answer);
    }
  }

  /**
   * Claims that those without the leader commit a write. Who leads them may change once more before
   * one of them does for long.
   */
  void othersCommit() {
    List<Answer> answers = new ArrayList<>();
    try {
      Waiting.until(
          "a write that the others commit",
          AGREEMENT,
          () -> {
            Answer answer = client.begin(mesh.awaitLeader(others)).answer().join();
            answers.add(answer);
            return answer.verdict().equals("committed");
          });
    } catch (NotInTime late) {
      claim(false, "the others commit: " + answers);
    }
  }

  /**
   * Makes the mesh well, and claims that all nodes then say the same of each write and hold the
   * same.
   *
   * @return what became of the writes; empty where nodes say different things
   */
  Optional<String> outcome(List<Write> writes) {
    LiveNode unused = mesh.restore();
    Set<String> outcomes = new HashSet<>();
    for (Write write : writes) {
      outcomes.add(outcome(write));
    }
    try {
      mesh.awaitEqualChains(AGREEMENT);
    } catch (NotInTime late) {
      claim(false, "all nodes hold the same: " + mesh.chains());
    }
    return outcomes.size() == 1 ? Optional.of(outcomes.iterator().next()) : Optional.empty();
  }

  private String outcome(Write write) {
    TreeMap<String, List<String>> said = new TreeMap<>();
    try {
      Waiting.until(
          "all nodes say the same of " + write.id(),
          AGREEMENT,
          () -> {
            said.clear();
            for (LiveNode node : mesh.nodes()) {
              said.computeIfAbsent(node.findWrite(write.id()).code(), code -> new ArrayList<>())
                  .add(node.id());
            }
            return said.size() == 1 && !said.containsKey("in_flight");
          });
    } catch (NotInTime late) {
      claim(false, "all nodes say the same of the write: " + said);
      return "";
    }
    String outcome = said.firstKey();
    Answer read = client.read(leader, write);
    boolean there = read.status() == 200 && read.body().equals(write.value());
    claim(
        there == outcome.equals("committed"),
        "a read agrees with the outcome " + outcome + ": " + read);
    return outcome;
  }

  // ---- What came of it

  /** Why nothing was tried; empty where something was. */
  Optional<String> voided() {
    return voided;
  }

  List<String> failures() {
    return failures;
  }

  String cut() {
    return String.join("; ", injected);
  }

  String expected() {
    return expected;
  }

  /** What the caller was told. */
  String observed() {
    return observed;
  }

  Optional<Answer> told() {
    return told;
  }
}
