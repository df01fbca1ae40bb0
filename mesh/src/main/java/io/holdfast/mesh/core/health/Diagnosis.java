package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether a group can write, read and elect a leader, and what has to come back where it cannot. A
 * function of {@link Facts}: whoever knows the same says the same.
 *
 * @param group which
 * @param canWrite whether a write can be acknowledged now
 * @param canRead whether a linearizable read can be answered now
 * @param canElect whether a leader could be elected if there were none, or another
 * @param needed how many members each of these takes
 * @param members who votes, in order of name
 * @param answering which of them vote now: they are heard, and their parts of the group run
 * @param missing the others, and why
 * @param ballots what each node has promised and seen
 * @param leader who leads with enough members to be believed; absent where nobody does
 * @param unblock all smallest sets of nodes whose return, in order and connected with everybody,
 *     makes everything possible that is not now; empty where nothing is blocked, where time alone
 *     mends it, and where no return does
 * @param heal all smallest sets of links between nodes that run whose mending does the same
 * @param text the same in sentences, the answer first
 */
public record Diagnosis(
    GroupId group,
    boolean canWrite,
    boolean canRead,
    boolean canElect,
    Needed needed,
    List<NodeId> members,
    List<NodeId> answering,
    List<Missing> missing,
    List<BallotSeen> ballots,
    Optional<NodeId> leader,
    List<List<NodeId>> unblock,
    List<List<Link>> heal,
    List<String> text) {

  /** More links than this are not tried together: to mend that many is to rejoin a node. */
  private static final int MAX_LINKS = 6;

  /**
   * How many members it takes, whoever asks for it included.
   *
   * @param write connected with the leader, to acknowledge
   * @param read connected with the leader, to confirm that it still leads
   * @param elect connected with a candidate: the prepare quorum, and no fewer than a write takes
   */
  public record Needed(int write, int read, int elect) {}

  /**
   * A member that does not vote now.
   *
   * @param node which
   * @param reason why not
   */
  public record Missing(NodeId node, String reason) {}

  /**
   * Ballots that a node knows.
   *
   * @param node which
   * @param promised what its acceptor has promised, as text
   * @param highest the highest that it has seen, as text
   * @param ageMillis how old that word of it is; -1 where it never said anything
   */
  public record BallotSeen(NodeId node, String promised, String highest, long ageMillis) {}

  /**
   * A link between two nodes of which one does not hear the other.
   *
   * @param one a node
   * @param other another
   */
  public record Link(NodeId one, NodeId other) {
    @Override
    public String toString() {
      return one + "-" + other;
    }
  }

  public Diagnosis {
    members = List.copyOf(members);
    answering = List.copyOf(answering);
    missing = List.copyOf(missing);
    ballots = List.copyOf(ballots);
    unblock = List.copyOf(unblock);
    heal = List.copyOf(heal);
    text = List.copyOf(text);
  }

  /** Whether all that a group is for can be done. */
  public boolean goesOn() {
    return canWrite && canRead && canElect;
  }

  /** Of what is known. */
  public static Diagnosis of(Facts facts) {
    Reach now = Reach.of(facts);
    boolean canWrite = !facts.sealed() && now.canWrite();
    boolean canRead = !facts.sealed() && now.canRead();
    boolean canElect = now.canElect();
    Predicate<Reach> enough =
        then ->
            (canWrite || then.couldWrite())
                && (canRead || then.couldRead())
                && (canElect || then.canElect());
    boolean hopeless = facts.sealed() || now.isUndecided();
    boolean blocked = !hopeless && !enough.test(now);
    List<Integer> returns = blocked ? smallest(now, enough) : List.of();
    List<List<Link>> heal = blocked ? smallestLinks(now, enough) : List.of();
    List<NodeId> members = facts.governing().voters();
    Diagnosis bare =
        new Diagnosis(
            facts.group(),
            canWrite,
            canRead,
            canElect,
            new Needed(facts.governing().w(), facts.governing().w(), facts.governing().toElect()),
            members,
            members.stream().filter(one -> facts.witness(one).votes()).toList(),
            members.stream()
                .map(facts::witness)
                .filter(one -> !one.votes())
                .map(one -> new Missing(one.node(), String.join("; ", one.reasons())))
                .toList(),
            facts.witnesses().stream()
                .map(
                    one ->
                        new BallotSeen(one.node(), one.promised(), one.highest(), one.ageMillis()))
                .toList(),
            leader(facts, now),
            returns.stream().map(now::names).toList(),
            heal,
            List.of());
    return bare.with(new DiagnosisText(facts, now, bare).sentences());
  }

  private Diagnosis with(List<String> sentences) {
    return new Diagnosis(
        group, canWrite, canRead, canElect, needed, members, answering, missing, ballots, leader,
        unblock, heal, sentences);
  }

  /** Of several that say they lead, the one that a majority of the others would believe. */
  private static Optional<NodeId> leader(Facts facts, Reach now) {
    return facts.governing().voters().stream()
        .filter(one -> facts.witness(one).leads())
        .filter(one -> now.reached(one).size() >= facts.governing().w())
        .findFirst();
  }

  // ---- Smallest sets

  private static List<Integer> smallest(Reach now, Predicate<Reach> enough) {
    int candidates = now.notWell();
    for (int size = 1; size <= Integer.bitCount(candidates); size++) {
      List<Integer> found = new ArrayList<>();
      // All subsets of the candidates, each once.
      for (int some = candidates; some != 0; some = (some - 1) & candidates) {
        if (Integer.bitCount(some) == size && enough.test(now.withBack(some))) {
          found.add(some);
        }
      }
      if (!found.isEmpty()) {
        // In order of their names.
        found.sort(Comparator.comparingInt((Integer set) -> -(Integer.reverse(set) >>> 1)));
        return found;
      }
    }
    return List.of();
  }

  private static List<List<Link>> smallestLinks(Reach now, Predicate<Reach> enough) {
    List<int[]> broken = now.broken();
    for (int size = 1; size <= Math.min(MAX_LINKS, broken.size()); size++) {
      List<List<Link>> found = new ArrayList<>();
      tryLinks(now, broken, 0, size, new ArrayList<>(), enough, found);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static void tryLinks(
      Reach mended,
      List<int[]> broken,
      int from,
      int left,
      List<Link> chosen,
      Predicate<Reach> enough,
      List<List<Link>> found) {
    if (left == 0) {
      if (enough.test(mended)) {
        found.add(List.copyOf(chosen));
      }
      return;
    }
    for (int i = from; i <= broken.size() - left; i++) {
      int[] pair = broken.get(i);
      chosen.add(new Link(mended.voters().get(pair[0]), mended.voters().get(pair[1])));
      tryLinks(mended.withLink(pair[0], pair[1]), broken, i + 1, left - 1, chosen, enough, found);
      chosen.remove(chosen.size() - 1);
    }
  }
}
