package io.holdfast.mesh.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.health.Witness.Equality;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A diagnosis against the rules as the protocol's document has them, in sets and loops. */
final class DiagnosisPropertyTest {

  @Property(tries = 3000)
  void saysWhatTheRulesSay(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int n) {
    Facts facts = facts(new Random(seed), n);
    Diagnosis found = Diagnosis.of(facts);
    State now = new State(facts);

    assertThat(found.canWrite()).as("write").isEqualTo(now.canWrite());
    assertThat(found.canRead()).as("read").isEqualTo(now.canRead());
    assertThat(found.canElect()).as("elect").isEqualTo(now.electable());
  }

  @Property(tries = 3000)
  void namesExactlyTheSmallestSetsThatUnblock(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int n) {
    Facts facts = facts(new Random(seed), n);
    Diagnosis found = Diagnosis.of(facts);
    State now = new State(facts);
    boolean mended = now.undecided() || now.goesOn(found);
    Set<Set<NodeId>> best = new HashSet<>();
    int least = Integer.MAX_VALUE;
    List<NodeId> voters = facts.voters();
    for (int some = 1; !mended && some < 1 << voters.size(); some++) {
      Set<NodeId> back = new TreeSet<>();
      for (int i = 0; i < voters.size(); i++) {
        if ((some >> i & 1) == 1) {
          back.add(voters.get(i));
        }
      }
      if (now.withBack(back).goesOn(found) && back.size() <= least) {
        if (back.size() < least) {
          best.clear();
        }
        least = back.size();
        best.add(back);
      }
    }

    assertThat(found.unblock().stream().map(TreeSet::new).collect(Collectors.toSet()))
        .isEqualTo(best);
    assertThat(found.unblock()).doesNotHaveDuplicates();
  }

  @Property(tries = 2000)
  void mendingTheLinksItNamesUnblocksAndNoSmallerSetDoes(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 5) int n) {
    Facts facts = facts(new Random(seed), n);
    Diagnosis found = Diagnosis.of(facts);
    State now = new State(facts);
    for (List<Diagnosis.Link> links : found.heal()) {
      assertThat(now.withLinks(links).goesOn(found)).as("%s", links).isTrue();
      for (Diagnosis.Link spared : links) {
        List<Diagnosis.Link> fewer = new ArrayList<>(links);
        fewer.remove(spared);
        assertThat(now.withLinks(fewer).goesOn(found)).as("%s", fewer).isFalse();
      }
    }
    assertThat(found.heal().stream().map(List::size).distinct().count()).isLessThanOrEqualTo(1);
  }

  // ---- The rules

  /** Who votes, whose replica counts, who leads, who has given evidence, and who hears whom. */
  private record State(
      Facts facts,
      Set<NodeId> votes,
      Set<NodeId> counts,
      Set<NodeId> leads,
      Set<NodeId> evidence,
      Set<List<NodeId>> hears) {

    State(Facts facts) {
      this(
          facts,
          new HashSet<>(),
          new HashSet<>(),
          new HashSet<>(),
          new HashSet<>(facts.evidence().given()),
          new HashSet<>());
      for (Witness one : facts.witnesses()) {
        if (one.votes()) {
          votes.add(one.node());
        }
        if (one.equality() != Equality.DIVERGED) {
          counts.add(one.node());
        }
        if (one.leads()) {
          leads.add(one.node());
        }
        for (Witness other : facts.witnesses()) {
          if (one.hears().isPresent()
              ? one.hears().get().contains(other.node())
              : other.hears().isEmpty() || other.hears().get().contains(one.node())) {
            hears.add(List.of(one.node(), other.node()));
          }
        }
      }
    }

    State copy() {
      return new State(
          facts,
          new HashSet<>(votes),
          new HashSet<>(counts),
          new HashSet<>(leads),
          new HashSet<>(evidence),
          new HashSet<>(hears));
    }

    State withBack(Set<NodeId> back) {
      State then = copy();
      then.votes.addAll(back);
      then.counts.addAll(back);
      then.evidence.addAll(back);
      then.leads.removeAll(back);
      for (NodeId one : back) {
        for (NodeId other : facts.voters()) {
          then.hears.add(List.of(one, other));
          then.hears.add(List.of(other, one));
        }
      }
      return then;
    }

    State withLinks(List<Diagnosis.Link> links) {
      State then = copy();
      for (Diagnosis.Link link : links) {
        then.hears.add(List.of(link.one(), link.other()));
        then.hears.add(List.of(link.other(), link.one()));
      }
      return then;
    }

    boolean undecided() {
      return facts.witnesses().stream()
          .anyMatch(one -> one.votes() && one.equality() == Equality.UNDECIDED);
    }

    boolean connected(NodeId one, NodeId other) {
      return votes.contains(one)
          && votes.contains(other)
          && (one.equals(other)
              || (hears.contains(List.of(one, other)) && hears.contains(List.of(other, one))));
    }

    long around(Quorums quorums, NodeId who, Set<NodeId> among) {
      return quorums.voters().stream()
          .filter(among::contains)
          .filter(other -> connected(who, other))
          .count();
    }

    boolean electable(Quorums quorums, NodeId who) {
      return quorums.voters().contains(who)
          && votes.contains(who)
          && counts.contains(who)
          && around(quorums, who, votes) >= Math.max(quorums.w(), quorums.prepareQuorum());
    }

    boolean electable() {
      return facts.configurations().stream()
          .allMatch(one -> one.voters().stream().anyMatch(who -> electable(one, who)));
    }

    boolean acknowledged(Quorums quorums, NodeId who, Set<NodeId> among) {
      return quorums.voters().contains(who)
          && votes.contains(who)
          && counts.contains(who)
          && around(quorums, who, among) >= quorums.w();
    }

    boolean couldServe(Set<NodeId> among) {
      return facts.configurations().stream()
          .allMatch(
              one ->
                  one.voters().stream()
                      .anyMatch(
                          who ->
                              acknowledged(one, who, among)
                                  && (leads.contains(who) || electable(one, who))));
    }

    boolean serves(Set<NodeId> among) {
      return couldServe(among)
          && facts.governing().voters().stream()
              .anyMatch(who -> leads.contains(who) && acknowledged(facts.governing(), who, among));
    }

    boolean evident() {
      return !facts.evidence().required()
          || facts.governing().voters().stream().filter(evidence::contains).count()
              >= facts.evidence().needed();
    }

    boolean canWrite() {
      return !undecided() && evident() && serves(counts);
    }

    boolean canRead() {
      return serves(votes);
    }

    /** Whether everything that is not possible now is, once somebody is elected. */
    boolean goesOn(Diagnosis before) {
      return (before.canWrite() || (evident() && couldServe(counts)))
          && (before.canRead() || couldServe(votes))
          && (before.canElect() || electable());
    }
  }

  // ---- Any group

  private static Facts facts(Random random, int n) {
    int w = 1 + random.nextInt(n);
    int prepareQuorum = n - w + 1 + random.nextInt(w);
    List<NodeId> voters = new ArrayList<>();
    for (int i = 1; i <= n; i++) {
      voters.add(FactsSample.node(i));
    }
    List<Quorums> configurations = new ArrayList<>();
    configurations.add(new Quorums(0, voters, w, prepareQuorum));
    List<NodeId> everybody = new ArrayList<>(voters);
    if (random.nextInt(4) == 0) {
      List<NodeId> next = new ArrayList<>(voters);
      next.add(FactsSample.node(n + 1));
      everybody.add(FactsSample.node(n + 1));
      int nextW = 1 + random.nextInt(n + 1);
      configurations.add(new Quorums(1, next, nextW, n + 1 - nextW + 1));
    }
    double wellness = random.nextDouble();
    List<Witness> witnesses = new ArrayList<>();
    for (NodeId one : everybody) {
      Set<NodeId> heard = new HashSet<>();
      for (NodeId other : everybody) {
        if (other.equals(one) || random.nextDouble() < 0.3 + 0.7 * wellness) {
          heard.add(other);
        }
      }
      boolean up = random.nextDouble() < wellness;
      Equality equality =
          random.nextInt(6) == 0
              ? Equality.DIVERGED
              : random.nextInt(30) == 0 ? Equality.UNDECIDED : Equality.EQUAL;
      witnesses.add(
          new Witness(
              one,
              up,
              up,
              random.nextInt(10) > 0,
              equality,
              0,
              up && random.nextInt(5) > 0 ? Optional.of(heard) : Optional.empty(),
              random.nextInt(n) == 0 ? "leading" : "following",
              Optional.empty(),
              random.nextInt(4) + ".n1",
              "-",
              List.of()));
    }
    Set<NodeId> given =
        everybody.stream().filter(one -> random.nextBoolean()).collect(Collectors.toSet());
    Facts.Evidence evidence = new Facts.Evidence(1, random.nextInt(5) == 0, w, given);
    return new Facts(new GroupId("main"), configurations, witnesses, evidence, false);
  }
}
