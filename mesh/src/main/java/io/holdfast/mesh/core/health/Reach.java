package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.health.Witness.Equality;
import java.util.ArrayList;
import java.util.List;

/**
 * Who could do what in a group: as it is, or if some voters were back and some links were mended.
 * Sets of voters are bits by {@link #voters} order.
 */
final class Reach {

  private final Facts facts;
  private final List<NodeId> voters;
  private final int votes;
  private final int equal;
  private final int leads;
  private final int evidence;

  /** Of each voter, with whom it is connected both ways, itself included where it votes. */
  private final int[] connected;

  private Reach(
      Facts facts,
      List<NodeId> voters,
      int votes,
      int equal,
      int leads,
      int evidence,
      int[] connected) {
    this.facts = facts;
    this.voters = voters;
    this.votes = votes;
    this.equal = equal;
    this.leads = leads;
    this.evidence = evidence;
    this.connected = connected;
  }

  /** As it is. */
  static Reach of(Facts facts) {
    List<NodeId> voters = facts.voters();
    int votes = 0;
    int equal = 0;
    int leads = 0;
    int evidence = 0;
    int[] connected = new int[voters.size()];
    for (int i = 0; i < voters.size(); i++) {
      Witness one = facts.witness(voters.get(i));
      votes |= one.votes() ? 1 << i : 0;
      equal |= one.equality() != Equality.DIVERGED ? 1 << i : 0;
      leads |= one.leads() ? 1 << i : 0;
      evidence |= facts.evidence().given().contains(one.node()) ? 1 << i : 0;
      for (int j = 0; j < voters.size(); j++) {
        Witness other = facts.witness(voters.get(j));
        boolean both =
            one.votes() && other.votes() && (i == j || (hears(one, other) && hears(other, one)));
        connected[i] |= both ? 1 << j : 0;
      }
    }
    return new Reach(facts, voters, votes, equal, leads, evidence, connected);
  }

  /** Where nobody knows, a link is as it is the other way, and well where neither is known. */
  private static boolean hears(Witness one, Witness other) {
    return one.hears()
        .map(heard -> heard.contains(other.node()))
        .orElseGet(() -> other.hears().map(heard -> heard.contains(one.node())).orElse(true));
  }

  /** If these voters were back, in order and connected with everybody who votes. */
  Reach withBack(int back) {
    int nowVotes = votes | back;
    int[] nowConnected = connected.clone();
    for (int i = 0; i < nowConnected.length; i++) {
      if ((back & 1 << i) != 0) {
        nowConnected[i] = nowVotes;
      } else if ((votes & 1 << i) != 0) {
        nowConnected[i] |= back;
      }
    }
    return new Reach(
        facts, voters, nowVotes, equal | back, leads & ~back, evidence | back, nowConnected);
  }

  /** If the link between two voters were mended. */
  Reach withLink(int one, int other) {
    int[] nowConnected = connected.clone();
    nowConnected[one] |= 1 << other;
    nowConnected[other] |= 1 << one;
    return new Reach(facts, voters, votes, equal, leads, evidence, nowConnected);
  }

  // ---- What could be done

  /** Whether a write could be acknowledged, once somebody leads who can. */
  boolean couldWrite() {
    return !isUndecided()
        && hasEvidence()
        && facts.configurations().stream()
            .allMatch(one -> someone(one, (rule, who) -> canLead(rule, who) && commits(rule, who)));
  }

  /** Whether it can now: somebody leads who does not have to be elected. */
  boolean canWrite() {
    return couldWrite()
        && someone(facts.governing(), (rule, who) -> is(leads, who) && commits(rule, who));
  }

  boolean couldRead() {
    return facts.configurations().stream()
        .allMatch(one -> someone(one, (rule, who) -> canLead(rule, who) && confirms(rule, who)));
  }

  boolean canRead() {
    return couldRead()
        && someone(facts.governing(), (rule, who) -> is(leads, who) && confirms(rule, who));
  }

  boolean canElect() {
    return facts.configurations().stream().allMatch(one -> someone(one, this::electable));
  }

  private interface Rule {
    boolean holds(Quorums quorums, int who);
  }

  private boolean someone(Quorums quorums, Rule rule) {
    for (int who = 0; who < voters.size(); who++) {
      if (quorums.voters().contains(voters.get(who))
          && is(votes & equal, who)
          && rule.holds(quorums, who)) {
        return true;
      }
    }
    return false;
  }

  private boolean canLead(Quorums quorums, int who) {
    return is(leads, who) || electable(quorums, who);
  }

  /** Promises are made by diverged replicas too. */
  private boolean electable(Quorums quorums, int who) {
    return count(quorums, connected[who]) >= quorums.toElect();
  }

  /** An acknowledgement of a replica that differs does not count. */
  private boolean commits(Quorums quorums, int who) {
    return count(quorums, connected[who] & equal) >= quorums.w();
  }

  /** A leader's probe is confirmed by acceptors, whatever their replicas are. */
  private boolean confirms(Quorums quorums, int who) {
    return count(quorums, connected[who]) >= quorums.w();
  }

  boolean hasEvidence() {
    return !facts.evidence().required()
        || count(facts.governing(), evidence) >= facts.evidence().needed();
  }

  boolean isUndecided() {
    return voters.stream()
        .anyMatch(
            one ->
                facts.witness(one).votes() && facts.witness(one).equality() == Equality.UNDECIDED);
  }

  private int count(Quorums quorums, int some) {
    int count = 0;
    for (int i = 0; i < voters.size(); i++) {
      count += is(some, i) && quorums.voters().contains(voters.get(i)) ? 1 : 0;
    }
    return count;
  }

  private static boolean is(int set, int who) {
    return (set & 1 << who) != 0;
  }

  // ---- What can be named

  List<NodeId> voters() {
    return voters;
  }

  /** Those of whom the return would change anything. */
  int notWell() {
    int well = 0;
    for (int i = 0; i < voters.size(); i++) {
      boolean lacksEvidence = !hasEvidence() && !is(evidence, i);
      well |= is(votes & equal, i) && connected[i] == votes && !lacksEvidence ? 1 << i : 0;
    }
    return ~well & (1 << voters.size()) - 1;
  }

  /** Pairs of voters that both run, and of which one does not hear the other. */
  List<int[]> broken() {
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < voters.size(); i++) {
      for (int j = i + 1; j < voters.size(); j++) {
        if (is(votes, i) && is(votes, j) && !is(connected[i], j)) {
          pairs.add(new int[] {i, j});
        }
      }
    }
    return pairs;
  }

  List<NodeId> names(int set) {
    List<NodeId> names = new ArrayList<>();
    for (int i = 0; i < voters.size(); i++) {
      if (is(set, i)) {
        names.add(voters.get(i));
      }
    }
    return names;
  }

  /** With whom a voter is connected both ways, itself included where it votes. */
  List<NodeId> reached(NodeId voter) {
    return names(connected[voters.indexOf(voter)]);
  }
}
