package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.health.Witness.Equality;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A group of n1, n2, ... that a test damages. */
final class FactsSample {

  private final List<NodeId> voters;
  private final int w;
  private final Set<NodeId> silent = new HashSet<>();
  private final Map<NodeId, Equality> equality = new TreeMap<>();
  private final Map<NodeId, Set<NodeId>> deafTo = new TreeMap<>();
  private final Set<NodeId> wordless = new HashSet<>();
  private final Set<NodeId> leaders = new HashSet<>();
  private final List<NodeId> learners = new ArrayList<>();
  private final Map<NodeId, String> promised = new TreeMap<>();
  private @Nullable Quorums next;
  private Facts.Evidence evidence = Facts.Evidence.NONE;
  private int prepareQuorum;
  private boolean sealed;

  private FactsSample(int n, int w) {
    this.voters = IntStream.rangeClosed(1, n).mapToObj(FactsSample::node).toList();
    this.w = w;
    this.prepareQuorum = n - w + 1;
  }

  /** All is well, and n1 leads. */
  static FactsSample of(int n, int w) {
    return new FactsSample(n, w).leading("n1");
  }

  static NodeId node(int number) {
    return new NodeId("n" + number);
  }

  FactsSample leading(String... names) {
    leaders.clear();
    List.of(names).forEach(name -> leaders.add(new NodeId(name)));
    return this;
  }

  FactsSample silent(String... names) {
    List.of(names).forEach(name -> silent.add(new NodeId(name)));
    return this;
  }

  FactsSample equality(String name, Equality is) {
    equality.put(new NodeId(name), is);
    return this;
  }

  FactsSample deaf(String name, String to) {
    deafTo.computeIfAbsent(new NodeId(name), key -> new HashSet<>()).add(new NodeId(to));
    return this;
  }

  /** Neither hears the other. */
  FactsSample cut(String one, String other) {
    return deaf(one, other).deaf(other, one);
  }

  /** It runs, and what it hears is not known. */
  FactsSample wordless(String name) {
    wordless.add(new NodeId(name));
    return this;
  }

  FactsSample learner(String name) {
    learners.add(new NodeId(name));
    return this;
  }

  FactsSample next(int nextW, int nextPrepareQuorum, String... names) {
    next =
        new Quorums(1, List.of(names).stream().map(NodeId::new).toList(), nextW, nextPrepareQuorum);
    return this;
  }

  FactsSample prepareQuorum(int quorum) {
    prepareQuorum = quorum;
    return this;
  }

  FactsSample evidence(int needed, String... given) {
    Set<NodeId> nodes = new HashSet<>();
    List.of(given).forEach(name -> nodes.add(new NodeId(name)));
    evidence = new Facts.Evidence(1, true, needed, nodes);
    return this;
  }

  FactsSample sealed() {
    sealed = true;
    return this;
  }

  FactsSample promised(String name, String ballot) {
    promised.put(new NodeId(name), ballot);
    return this;
  }

  Diagnosis diagnosis() {
    return Diagnosis.of(facts());
  }

  Facts facts() {
    List<NodeId> all = new ArrayList<>(voters);
    all.addAll(learners);
    if (next != null) {
      next.voters().stream().filter(one -> !all.contains(one)).forEach(all::add);
    }
    List<Quorums> configurations = new ArrayList<>();
    configurations.add(new Quorums(0, voters, w, prepareQuorum));
    Optional.ofNullable(next).ifPresent(configurations::add);
    return new Facts(
        new GroupId("main"),
        configurations,
        all.stream().map(one -> witness(one, all)).toList(),
        evidence,
        sealed);
  }

  private Witness witness(NodeId one, List<NodeId> all) {
    boolean up = !silent.contains(one);
    Set<NodeId> hears = new HashSet<>(all);
    hears.removeAll(silent);
    hears.removeAll(deafTo.getOrDefault(one, Set.of()));
    return new Witness(
        one,
        up,
        up,
        up,
        equality.getOrDefault(one, Equality.EQUAL),
        up ? 0 : -1,
        up && !wordless.contains(one) ? Optional.of(hears) : Optional.empty(),
        leaders.contains(one) ? "leading" : learners.contains(one) ? "learner" : "following",
        Optional.empty(),
        promised.getOrDefault(one, "1.n1"),
        "1.n1",
        up ? List.of() : List.of(one + " is silent for 4.0 s"));
  }
}
