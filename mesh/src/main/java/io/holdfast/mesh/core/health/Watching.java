package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Picture.Control;
import io.holdfast.mesh.Picture.Other;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes one picture after the other, and remembers what has to be remembered between them: since
 * when gates are as they are, what happened lately, what peers last said, and how writes ended. Not
 * for several threads at once.
 */
public final class Watching {

  /** What a peer said, and when by the monotonic clock that was heard. */
  private record Heard(Glimpse glimpse, long atNanos) {}

  private final HealthTerms terms;
  private final Map<NodeId, Heard> heard = new TreeMap<>();
  private final Deque<Happening> happenings = new ArrayDeque<>();
  private final VerdictHistory history = new VerdictHistory();
  private Health before = Health.UNKNOWN;
  private Map<String, Seen> groupsBefore = Map.of();
  private long pictures;
  private long happened;

  /** What is compared from one picture to the next. */
  private record Seen(Optional<NodeId> leader, long drifts, long epoch) {}

  public Watching(HealthTerms terms) {
    this.terms = terms;
  }

  /**
   * A peer said something of itself.
   *
   * @param nowMillis by this node's wall clock
   */
  public void heard(Glimpse glimpse, long nowNanos, long nowMillis) {
    Heard last = heard.put(glimpse.node(), new Heard(glimpse, nowNanos));
    boolean news = last == null || !last.glimpse().state().equals(Glimpse.FAILED);
    if (glimpse.state().equals(Glimpse.FAILED) && news) {
      happen(
          nowMillis,
          Happening.Kind.STORAGE_ERROR,
          Optional.empty(),
          glimpse.node() + " has ended: " + String.join("; ", glimpse.reasons()));
    }
  }

  /** This node ends by itself: what was seen last, with that. */
  public Picture ends(Picture last, String why, long nowMillis) {
    happen(nowMillis, Happening.Kind.STORAGE_ERROR, Optional.empty(), "this node ends: " + why);
    return last.withHappenings(List.copyOf(happenings));
  }

  /**
   * The next picture.
   *
   * @param status what the node says of itself
   * @param control what is active, by group; nothing where that is not known
   */
  public Picture look(NodeStatus status, Map<String, Control> control, long nowNanos) {
    long nowMillis = status.clock().wallMillis();
    Map<NodeId, Other> others = others(nowNanos);
    Health health = aged(HealthRules.judge(terms, status, control, others));
    new Differences(this::happen, before, health, nowMillis).tell();
    compareGroups(status, control, nowMillis);
    before = health;
    history.count(status.groups(), nowMillis);
    pictures++;
    return new Picture(
        pictures,
        nowMillis,
        status,
        health,
        Map.copyOf(control),
        List.copyOf(others.values()),
        List.copyOf(happenings),
        history.all(),
        Map.of());
  }

  /** How well a node is of which this is known, apart from the pictures. */
  public Health judge(NodeStatus status, Map<String, Control> control, long nowNanos) {
    return aged(HealthRules.judge(terms, status, control, others(nowNanos)));
  }

  private Map<NodeId, Other> others(long nowNanos) {
    Map<NodeId, Other> others = new TreeMap<>();
    heard.forEach(
        (node, said) ->
            others.put(node, new Other(said.glimpse(), (nowNanos - said.atNanos()) / 1_000_000)));
    return others;
  }

  private Health aged(Health now) {
    List<Gate> gates = new ArrayList<>();
    for (Gate gate : now.gates()) {
      gates.add(
          before.gates().stream()
              .filter(gate::isSameAs)
              .filter(earlier -> earlier.state() == gate.state())
              .findFirst()
              .map(earlier -> gate.since(earlier.sinceMillis()))
              .orElse(gate));
    }
    return new Health(gates);
  }

  private void compareGroups(NodeStatus status, Map<String, Control> control, long nowMillis) {
    Map<String, Seen> now = new TreeMap<>();
    for (GroupStatus group : status.groups()) {
      Control active = control.get(group.group());
      Seen earlier = groupsBefore.get(group.group());
      Seen seen =
          new Seen(
              group.leader(),
              group.divergence().count(),
              active != null ? active.number() : earlier == null ? -1 : earlier.epoch());
      now.put(group.group(), seen);
      if (earlier != null) {
        tellChanges(group, earlier, seen, nowMillis);
      }
    }
    groupsBefore = now;
  }

  private void tellChanges(GroupStatus status, Seen earlier, Seen seen, long nowMillis) {
    Optional<GroupId> group = Optional.of(new GroupId(status.group()));
    if (!seen.leader().equals(earlier.leader())) {
      happen(
          nowMillis,
          Happening.Kind.LEADER_CHANGED,
          group,
          seen.leader().map(leader -> leader + " leads").orElse("no leader is heard")
              + earlier.leader().map(leader -> ", after " + leader).orElse(""));
    }
    if (seen.drifts() > earlier.drifts()) {
      happen(
          nowMillis,
          Happening.Kind.ID_DRIFT,
          group,
          "replicas differ since slot " + status.divergence().slot());
    }
    if (earlier.epoch() >= 0 && seen.epoch() > earlier.epoch()) {
      happen(
          nowMillis,
          Happening.Kind.EPOCH_ACTIVATED,
          group,
          "control epoch %d is active".formatted(seen.epoch()));
    }
  }

  private void happen(long atMillis, Happening.Kind kind, Optional<GroupId> group, String text) {
    happened++;
    happenings.addLast(new Happening(happened, atMillis, kind, group, text));
    if (happenings.size() > Picture.MAX_HAPPENINGS) {
      happenings.removeFirst();
    }
  }
}
