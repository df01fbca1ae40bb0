package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.health.Witness.Equality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that is known of whether a group can go on: what {@link Diagnosis} is made of.
 *
 * @param group which
 * @param configurations the one that governs, then the one that is on its way, if there is one
 * @param witnesses what is known of each node that takes part
 * @param evidence what the active control epoch asks for
 * @param sealed whether the group is being deleted
 */
public record Facts(
    GroupId group,
    List<Quorums> configurations,
    List<Witness> witnesses,
    Evidence evidence,
    boolean sealed) {

  /**
   * Evidence of the active control epoch.
   *
   * @param epoch the number of that epoch, as far as it is known; -1 where none is
   * @param required whether writes are refused without it
   * @param needed how many voters have to give it
   * @param given who has
   */
  public record Evidence(long epoch, boolean required, int needed, Set<NodeId> given) {

    /** Nothing is asked for. */
    public static final Evidence NONE = new Evidence(-1, false, 0, Set.of());

    public Evidence {
      given = Set.copyOf(given);
    }
  }

  public Facts {
    configurations = List.copyOf(configurations);
    witnesses = List.copyOf(witnesses);
    if (configurations.isEmpty()) {
      throw new IllegalArgumentException("group " + group + " has no configuration");
    }
  }

  /** The configuration that governs. */
  public Quorums governing() {
    return configurations.get(0);
  }

  /** Everybody who votes now or will, in order of name. */
  public List<NodeId> voters() {
    TreeSet<NodeId> voters = new TreeSet<>();
    configurations.forEach(one -> voters.addAll(one.voters()));
    return List.copyOf(voters);
  }

  /** What is known of a node. */
  public Witness witness(NodeId node) {
    return witnesses.stream()
        .filter(one -> one.node().equals(node))
        .findFirst()
        .orElseGet(() -> Witness.unknown(node, "nobody knows anything of " + node));
  }

  /**
   * What several nodes know, as one: each is believed of itself, the youngest words of those that
   * do not answer, and whoever is heard by one of them runs.
   *
   * @param told what each of them says, at least one
   */
  public static Facts merged(List<Facts> told) {
    // Of those that know the newest configuration, one that knows of the next.
    Facts newest =
        told.stream()
            .max(
                Comparator.comparingLong((Facts one) -> one.governing().number())
                    .thenComparing(one -> one.configurations().size()))
            .orElseThrow(() -> new IllegalArgumentException("nobody told anything"));
    TreeSet<NodeId> nodes = new TreeSet<>(newest.voters());
    told.forEach(one -> one.witnesses().forEach(witness -> nodes.add(witness.node())));
    List<Witness> witnesses = new ArrayList<>();
    for (NodeId node : nodes) {
      witnesses.add(merged(told, node));
    }
    Evidence evidence =
        told.stream()
            .map(Facts::evidence)
            .max(Comparator.comparingLong(Evidence::epoch).thenComparing(one -> one.given().size()))
            .orElse(Evidence.NONE);
    return new Facts(
        newest.group(),
        newest.configurations(),
        witnesses,
        evidence,
        told.stream().anyMatch(Facts::sealed));
  }

  private static Witness merged(List<Facts> told, NodeId node) {
    List<Witness> all =
        told.stream()
            .flatMap(one -> one.witnesses().stream())
            .filter(one -> one.node().equals(node))
            .toList();
    Optional<Witness> own = all.stream().filter(Witness::own).findFirst();
    Witness best =
        own.or(
                () ->
                    all.stream()
                        .filter(one -> one.ageMillis() >= 0)
                        .min(Comparator.comparingLong(Witness::ageMillis)))
            .or(() -> all.stream().findFirst())
            .orElseGet(() -> Witness.unknown(node, "nobody knows anything of " + node));
    boolean answers = own.isPresent() || all.stream().anyMatch(Witness::answers);
    Equality equality =
        own.isPresent() && best.equality() != Equality.EQUAL
            ? best.equality()
            : all.stream()
                .map(Witness::equality)
                .max(Comparator.comparingInt(Facts::weight))
                .orElse(Equality.EQUAL);
    return best.with(answers, equality);
  }

  private static int weight(Equality equality) {
    return switch (equality) {
      case EQUAL -> 0;
      case UNDECIDED -> 1;
      case DIVERGED -> 2;
    };
  }
}
