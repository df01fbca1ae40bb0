package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.health.Witness.Equality;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A diagnosis in sentences, for somebody who was woken. */
final class DiagnosisText {

  private final Facts facts;
  private final Reach now;
  private final Diagnosis found;
  private final List<String> sentences = new ArrayList<>();

  DiagnosisText(Facts facts, Reach now, Diagnosis found) {
    this.facts = facts;
    this.now = now;
    this.found = found;
  }

  /** The answer first. */
  List<String> sentences() {
    sentences.add(answer());
    leaders();
    found.missing().forEach(one -> sentences.add(one.node() + " is missing: " + one.reason()));
    silences();
    replicas();
    evidence();
    ballots();
    next();
    for (Witness one : facts.witnesses()) {
      if (one.votes()) {
        one.reasons().forEach(reason -> sentences.add(one.node() + " says: " + reason));
      }
    }
    return sentences;
  }

  private String answer() {
    String group = "group " + facts.group();
    if (facts.sealed()) {
      return group + " is being deleted: it takes no writes and answers no reads";
    }
    if (found.goesOn()) {
      return "%s can write, read and elect: %s leads, and %s"
          .formatted(group, found.leader().map(NodeId::value).orElse("nobody"), whoAnswer());
    }
    List<String> cannot = new ArrayList<>();
    if (!found.canWrite()) {
      cannot.add("write");
    }
    if (!found.canRead()) {
      cannot.add("read");
    }
    if (!found.canElect()) {
      cannot.add(found.canWrite() ? "elect another leader" : "elect");
    }
    return "%s cannot %s: %s%s".formatted(group, listed(cannot, "or"), why(), whatToDo());
  }

  private String whoAnswer() {
    int count = found.answering().size();
    return "%d of %s %s"
        .formatted(count, names(found.members()), count == 1 ? "answers" : "answer");
  }

  private String why() {
    int needed =
        !found.canWrite() && found.answering().size() < found.needed().write()
            ? found.needed().write()
            : found.needed().elect();
    if (found.answering().size() < needed) {
      return whoAnswer() + " and " + needed + " are needed";
    }
    if (now.isUndecided()) {
      return "replicas differ, and no majority of them says which is right";
    }
    if (!found.canWrite() && found.canRead() && !now.hasEvidence()) {
      return "its policy asks for evidence of the active epoch, of which too little is given";
    }
    if (found.unblock().isEmpty() && found.heal().isEmpty()) {
      return "no leader is there yet, and enough members answer to elect one";
    }
    if (!found.heal().isEmpty()) {
      return "enough members answer, and too few of them hear each other";
    }
    if (facts.configurations().stream().anyMatch(this::hasTooFew)) {
      return "another configuration is on its way, and too few of its members answer";
    }
    return "enough members answer, and too few of them have a replica that counts";
  }

  private boolean hasTooFew(Quorums quorums) {
    return quorums.voters().stream().filter(one -> facts.witness(one).votes()).count()
        < quorums.toElect();
  }

  private String whatToDo() {
    if (now.isUndecided()) {
      return found.missing().isEmpty()
          ? "; see 'holdfast verify', and replace the store that is wrong with 'holdfast repair'"
          : "; bring back "
              + listed(found.missing().stream().map(one -> one.node().value()).toList(), "or")
              + ", so that a majority can be found";
    }
    if (found.unblock().isEmpty() && found.heal().isEmpty()) {
      return "; wait for it";
    }
    String mend = found.heal().isEmpty() ? "" : "mend " + choices(found.heal());
    String start = found.unblock().isEmpty() ? "" : verb() + " " + choices(found.unblock());
    // Where links alone are to blame, that is what to mend; to rejoin nodes is the same said twice.
    return "; " + (mend.isEmpty() ? start : mend);
  }

  private String verb() {
    boolean silent =
        found.unblock().stream()
            .flatMap(List::stream)
            .noneMatch(one -> facts.witness(one).answers());
    return silent ? "start" : "put right";
  }

  private static String choices(List<? extends List<?>> sets) {
    return listed(
        sets.stream()
            .map(set -> listed(set.stream().map(Object::toString).toList(), "and"))
            .toList(),
        "or");
  }

  private static String listed(List<String> items, String last) {
    int n = items.size();
    return n <= 1
        ? String.join("", items)
        : String.join(", ", items.subList(0, n - 1)) + " " + last + " " + items.get(n - 1);
  }

  // ---- Reasons

  private void leaders() {
    List<NodeId> leading =
        facts.voters().stream().filter(one -> facts.witness(one).leads()).toList();
    if (leading.isEmpty()) {
      sentences.add(
          "nobody leads"
              + (found.canElect()
                  ? ", and enough members are connected to elect a leader"
                  : "; an election takes %d connected members".formatted(found.needed().elect())));
    }
    for (NodeId one : leading) {
      List<NodeId> reached = now.reached(one);
      if (reached.size() < found.needed().write()) {
        sentences.add(
            "%s leads and reaches %s; a write takes %d"
                .formatted(
                    one,
                    reached.size() == 1 ? "nobody but itself" : names(reached),
                    found.needed().write()));
      }
    }
  }

  private void silences() {
    for (Witness one : facts.witnesses()) {
      for (Witness other : facts.witnesses()) {
        if (one.votes()
            && other.votes()
            && !one.node().equals(other.node())
            && one.hears().map(heard -> !heard.contains(other.node())).orElse(false)) {
          sentences.add("%s does not hear %s".formatted(one.node(), other.node()));
        }
      }
    }
  }

  private void replicas() {
    for (Witness one : facts.witnesses()) {
      if (one.equality() == Equality.DIVERGED) {
        sentences.add(
            "the replica of %s differs from a majority: it votes, serves nothing, and is given the state of another"
                .formatted(one.node()));
      }
    }
  }

  private void evidence() {
    if (!now.hasEvidence()) {
      sentences.add(
          "the policy refuses writes until %d voters have given evidence of the active epoch; %s"
              .formatted(
                  facts.evidence().needed(),
                  facts.evidence().given().isEmpty()
                      ? "none has"
                      : names(facts.evidence().given().stream().sorted().toList()) + " did"));
    }
  }

  /** A promise above the leader's ballot refuses what the leader proposes. */
  private void ballots() {
    found
        .leader()
        .map(facts::witness)
        .ifPresent(
            leader -> {
              for (Witness one : facts.witnesses()) {
                if (round(one.promised()) > round(leader.promised())) {
                  sentences.add(
                      "%s has promised ballot %s, above %s of the leader %s: what that proposes is refused there, and it is going to be replaced"
                          .formatted(one.node(), one.promised(), leader.promised(), leader.node()));
                }
              }
            });
  }

  private static long round(String ballot) {
    int dot = ballot.indexOf('.');
    try {
      return dot < 0 ? 0 : Long.parseLong(ballot.substring(0, dot));
    } catch (NumberFormatException unusual) {
      return 0; // of a node of another version
    }
  }

  private void next() {
    if (facts.configurations().size() > 1) {
      Quorums next = facts.configurations().get(1);
      sentences.add(
          "another configuration is on its way: %s, of which %d acknowledge and %d elect"
              .formatted(names(next.voters()), next.w(), next.toElect()));
    }
  }

  private static String names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
  }
}
