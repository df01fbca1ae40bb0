package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
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
  private final Differences differences = new Differences(this::happened);
  private long lookedAtMillis;
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
    boolean news = last == null || !last.glimpse().hasEnded();
    if (glimpse.hasEnded() && news) {
      happen(
          nowMillis,
          endKind(glimpse.state()),
          Optional.empty(),
          glimpse.node() + " has ended: " + String.join("; ", glimpse.reasons()));
    }
  }

  /**
   * This node ends by itself: what was seen last, with that.
   *
   * @param state as in its last words
   */
  public Picture ends(Picture last, String state, String why, long nowMillis) {
    happen(nowMillis, endKind(state), Optional.empty(), "this node ends: " + why);
    return last.withHappenings(List.copyOf(happenings));
  }

  private static Happening.Kind endKind(String state) {
    return state.equals(Glimpse.FAILED) ? Happening.Kind.STORAGE_ERROR : Happening.Kind.NODE_ENDED;
  }

  /**
   * The next picture.
   *
   * @param status what the node says of itself
   * @param control what is active, by group; nothing where that is not known
   */
  public Picture look(NodeStatus status, Map<String, Control> control, long nowNanos) {
    long nowMillis = status.clock().wallMillis();
    lookedAtMillis = nowMillis;
    heard.keySet().removeIf(node -> status.peer(node).isEmpty());
    Map<NodeId, Other> others = others(nowNanos);
    Health health =
        differences.aged(HealthRules.judge(terms, status, control, others), nowNanos, nowMillis);
    differences.tell(health, status, others, nowNanos);
    compareGroups(status, control, nowMillis);
    history.count(status.groups(), nowNanos, nowMillis);
    return next(status, health, control, others, nowMillis);
  }

  /**
   * A picture of a node that cannot look at itself: what was seen last, and that it is old.
   *
   * @param last the one before it
   * @param why one sentence
   */
  public Picture blind(Picture last, String why, long nowNanos, long nowMillis) {
    lookedAtMillis = nowMillis;
    List<Gate> gates = new ArrayList<>();
    gates.add(
        new Gate(
            GateKind.TAKES_PART, Optional.empty(), Gate.State.CLOSED, List.of(why), nowMillis));
    last.health().gates().stream()
        .filter(gate -> gate.kind() != GateKind.TAKES_PART)
        .forEach(gates::add);
    Map<NodeId, Other> others = others(nowNanos);
    Health health = differences.aged(new Health(gates), nowNanos, nowMillis);
    differences.tell(health, last.status(), others, nowNanos);
    return next(last.status(), health, last.control(), others, nowMillis);
  }

  private Picture next(
      NodeStatus status,
      Health health,
      Map<String, Control> control,
      Map<NodeId, Other> others,
      long nowMillis) {
    pictures++;
    return new Picture(
        pictures,
        nowMillis,
        status,
        health,
        control,
        List.copyOf(others.values()),
        List.copyOf(happenings),
        history.all(),
        Map.of());
  }

  /** How well a node is of which this is known, apart from the pictures. */
  public Health judge(NodeStatus status, Map<String, Control> control, long nowNanos) {
    return differences.aged(
        HealthRules.judge(terms, status, control, others(nowNanos)),
        nowNanos,
        status.clock().wallMillis());
  }

  private Map<NodeId, Other> others(long nowNanos) {
    Map<NodeId, Other> others = new TreeMap<>();
    heard.forEach(
        (node, said) ->
            others.put(node, new Other(said.glimpse(), (nowNanos - said.atNanos()) / 1_000_000)));
    return others;
  }

  /** A group that does not answer is as it was: what is shown of it then is nothing, not news. */
  private void compareGroups(NodeStatus status, Map<String, Control> control, long nowMillis) {
    Map<String, Seen> now = new TreeMap<>();
    for (GroupStatus group : status.groups()) {
      Control active = control.get(group.group());
      Seen earlier = groupsBefore.get(group.group());
      if (!group.answers()) {
        if (earlier != null) {
          now.put(group.group(), earlier);
        }
        continue;
      }
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
    // The count begins anew where the group's parts were made anew.
    if (seen.drifts() > (seen.drifts() < earlier.drifts() ? 0 : earlier.drifts())) {
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

  private void happened(Happening.Kind kind, Optional<GroupId> group, String text) {
    happen(lookedAtMillis, kind, group, text);
  }

  private void happen(long atMillis, Happening.Kind kind, Optional<GroupId> group, String text) {
    happened++;
    happenings.addLast(new Happening(happened, atMillis, kind, group, text));
    if (happenings.size() > Picture.MAX_HAPPENINGS) {
      happenings.removeFirst();
    }
  }
}
