package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.DivergenceStatus;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.MembersStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Picture.Evidence;
import io.holdfast.mesh.Picture.Other;
import io.holdfast.mesh.core.health.Witness.Equality;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one node can say of a group: itself, and its peers by their own words and its ears. */
public final class Testimony {

  /** What is told elsewhere of a diagnosis. */
  private static final Set<GateKind> TOLD_ELSEWHERE =
      Set.of(GateKind.LEADER, GateKind.QUORUM, GateKind.PEERS, GateKind.EVIDENCE);

  private final Picture picture;
  private final GroupStatus status;
  private final GroupId group;
  private final TreeMap<NodeId, Other> others = new TreeMap<>();

  private Testimony(Picture picture, GroupStatus status) {
    this.picture = picture;
    this.status = status;
    this.group = new GroupId(status.group());
    picture.others().forEach(other -> others.put(other.glimpse().node(), other));
  }

  /**
   * What a node knows.
   *
   * @param picture its newest
   * @param status what it says of the group
   * @param members who takes part, where the group says so
   * @param evidenceRequired whether the policy refuses writes without evidence
   * @param sealed whether the group is being deleted
   */
  public static Facts of(
      Picture picture,
      GroupStatus status,
      Optional<MembersStatus> members,
      boolean evidenceRequired,
      boolean sealed) {
    return new Testimony(picture, status).facts(members, evidenceRequired, sealed);
  }

  private Facts facts(Optional<MembersStatus> members, boolean evidenceRequired, boolean sealed) {
    List<Quorums> configurations = new ArrayList<>();
    configurations.add(
        members
            .map(
                known ->
                    new Quorums(
                        known.configuration(),
                        voters(known.members()),
                        known.w(),
                        known.prepareQuorum()))
            .filter(known -> !known.voters().isEmpty())
            .orElseGet(
                () -> new Quorums(-1, status.members(), status.w(), status.prepareQuorum())));
    members
        .flatMap(MembersStatus::next)
        .ifPresent(
            next ->
                configurations.add(
                    new Quorums(
                        next.configuration(),
                        voters(next.members()),
                        next.w(),
                        next.prepareQuorum())));
    TreeSet<NodeId> everybody = new TreeSet<>(status.members());
    configurations.forEach(one -> everybody.addAll(one.voters()));
    members.ifPresent(known -> known.members().forEach(one -> everybody.add(one.node())));
    List<Witness> witnesses =
        everybody.stream().map(node -> node.equals(self()) ? ofItself() : ofPeer(node)).toList();
    return new Facts(group, configurations, witnesses, evidence(evidenceRequired), sealed);
  }

  private static List<NodeId> voters(List<MembersStatus.Member> members) {
    return members.stream()
        .filter(one -> one.role().equals("voter"))
        .map(MembersStatus.Member::node)
        .toList();
  }

  private NodeId self() {
    return picture.status().node();
  }

  private Facts.Evidence evidence(boolean required) {
    Picture.Control control = picture.control().get(status.group());
    return control == null
        ? Facts.Evidence.NONE
        : new Facts.Evidence(
            control.number(),
            required,
            control.needed(),
            control.gates().stream()
                .filter(Evidence::open)
                .map(Evidence::node)
                .collect(Collectors.toSet()));
  }

  private Witness ofItself() {
    List<String> reasons = new ArrayList<>();
    for (Gate gate : picture.health().troubles()) {
      // A warning that it does not take part is about groups that it does not testify of.
      boolean concerns =
          gate.group()
              .map(group::equals)
              .orElse(gate.kind() != GateKind.TAKES_PART || gate.state() != Gate.State.WARNING);
      if (concerns && !TOLD_ELSEWHERE.contains(gate.kind())) {
        reasons.add(gate.reason());
      }
    }
    return new Witness(
        self(),
        true,
        true,
        picture.status().state().equals("running") && GroupStatus.isServing(status.role()),
        equality(self()),
        0,
        Optional.of(hears()),
        status.role(),
        status.leader(),
        status.ballot(),
        status.highest(),
        reasons);
  }

  /** Those of the group that are no members yet are heard as nodes. */
  private Set<NodeId> hears() {
    Set<NodeId> hears = new HashSet<>(status.heard());
    others.keySet().stream().filter(this::hearsElsewhere).forEach(hears::add);
    return hears;
  }

  private Witness ofPeer(NodeId node) {
    boolean heard = status.heard().contains(node) || hearsElsewhere(node);
    Other other = others.get(node);
    if (other == null) {
      Witness unknown = Witness.unknown(node, Silence.of(picture.status(), others, node));
      // Whoever is heard votes, for all that is known.
      return heard ? serving(unknown, node) : unknown;
    }
    Glimpse words = other.glimpse();
    boolean ended = words.hasEnded();
    boolean fresh = !ended && other.ageMillis() < HealthTerms.FRESH.toMillis();
    Glimpse.@Nullable OfGroup part = words.group(group).orElse(null);
    boolean answers = heard && !ended;
    List<String> reasons = new ArrayList<>();
    if (!answers) {
      reasons.add(Silence.of(picture.status(), others, node));
    } else if (part == null) {
      reasons.add(node + " holds no replica of the group");
    } else if (!GroupStatus.isServing(part.role())) {
      reasons.add("the group is " + part.role() + " on " + node);
    }
    return new Witness(
        node,
        false,
        answers,
        part != null && (GroupStatus.isServing(part.role()) || !fresh),
        equality(node),
        other.ageMillis(),
        fresh ? Optional.of(links(words)) : Optional.empty(),
        part == null ? "" : part.role(),
        part == null ? Optional.empty() : part.leader(),
        part == null ? "-" : part.promised(),
        part == null ? "-" : part.highest(),
        reasons);
  }

  /** A learner or a new voter is no member of what this node's group status counts. */
  private boolean hearsElsewhere(NodeId node) {
    return !status.members().contains(node)
        && picture.status().peer(node).map(peer -> peer.reachable()).orElse(false);
  }

  private Witness serving(Witness unknown, NodeId node) {
    return new Witness(
        node,
        false,
        true,
        true,
        equality(node),
        -1,
        Optional.empty(),
        unknown.role(),
        unknown.leader(),
        unknown.promised(),
        unknown.highest(),
        List.of());
  }

  private static Set<NodeId> links(Glimpse words) {
    Set<NodeId> heard = new HashSet<>();
    heard.add(words.node());
    words.links().stream().filter(Glimpse.Link::heard).forEach(link -> heard.add(link.peer()));
    return heard;
  }

  private Equality equality(NodeId node) {
    DivergenceStatus known = status.divergence();
    return switch (known.state()) {
      case "minority" -> node.equals(self()) ? Equality.DIVERGED : Equality.EQUAL;
      case "majority_seen" -> known.members().contains(node) ? Equality.DIVERGED : Equality.EQUAL;
      case "no_majority" ->
          node.equals(self()) || known.members().contains(node)
              ? Equality.UNDECIDED
              : Equality.EQUAL;
      default -> Equality.EQUAL;
    };
  }
}
