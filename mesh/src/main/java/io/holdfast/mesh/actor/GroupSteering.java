package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.jmx.Steering;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.LeaderSpread;
import io.holdfast.quorum.core.MembershipView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Does with the groups of a node what operators tell it to. */
final class GroupSteering implements Steering {

  private static final Duration HAND_OVER_PATIENCE = Duration.ofSeconds(20);
  private static final Duration COMPARE_PATIENCE = Duration.ofSeconds(3);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final RunningGroups running;
  private final Supplier<Now> clock;
  private final Duration lately;
  private final Executor executor;

  /**
   * @param lately who was heard so long ago is still heard
   * @param executor where it goes on after waiting
   */
  GroupSteering(RunningGroups running, Supplier<Now> clock, Duration lately, Executor executor) {
    this.running = running;
    this.clock = clock;
    this.lately = lately;
    this.executor = executor;
  }

  private <T> CompletionStage<Outcome<T>> at(
      GroupId name, Function<GroupNode, CompletionStage<Outcome<T>>> work) {
    return running
        .find(name)
        .map(
            group ->
                RunEnded.orElse(
                    work.apply(group),
                    () -> Outcome.<T>refused("Group " + name + " ends on this node.")))
        .orElseGet(() -> refused("This node holds no replica of group " + name + "."));
  }

  private static <T> CompletionStage<Outcome<T>> refused(String why) {
    return CompletableFuture.completedFuture(Outcome.refused(why));
  }

  private <T> CompletionStage<T> later(Supplier<CompletionStage<T>> again) {
    return CompletableFuture.runAsync(
            () -> {},
            CompletableFuture.delayedExecutor(
                LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS, executor))
        .thenCompose(waited -> again.get());
  }

  private boolean isOver(Now since, Duration patience) {
    return clock.get().nanosSince(since.monotonicNanos()) > patience.toNanos();
  }

  // ---- Stepping down

  @Override
  public CompletionStage<Outcome<HandedOver>> stepDown(GroupId name) {
    return at(name, group -> group.membership().thenCompose(view -> stepDown(name, group, view)));
  }

  private CompletionStage<Outcome<HandedOver>> stepDown(
      GroupId name, GroupNode group, MembershipView view) {
    if (!view.leader().equals(Optional.of(view.self()))) {
      return refused(
          view.leader()
              .map(
                  leader -> "Group %s is led by %s: tell that node.".formatted(name, leader.node()))
              .orElse("Nobody is heard to lead group %s.".formatted(name)));
    }
    Optional<MemberId> successor = LeaderSpread.successor(view);
    if (successor.isEmpty()) {
      return refused(
          view.nextFrom().isPresent() || view.sealed()
              ? "The members of group %s are changing; try again later.".formatted(name)
              : "No other voter of group %s is alive and keeps up: this node goes on leading."
                  .formatted(name));
    }
    return handedOver(name, group, successor.get(), clock.get());
  }

  /** Asks again as long as it leads: a hand-over that is not likely to be finished is not begun. */
  private CompletionStage<Outcome<HandedOver>> handedOver(
      GroupId name, GroupNode group, MemberId successor, Now since) {
    return group
        .membership()
        .thenCompose(
            view -> {
              Optional<MemberId> leader = view.leader();
              boolean leads = leader.equals(Optional.of(view.self()));
              if (leader.isPresent() && !leads) {
                return CompletableFuture.completedFuture(
                    Outcome.of(new HandedOver(view.self().node(), leader.get().node())));
              }
              if (isOver(since, HAND_OVER_PATIENCE)) {
                return refused(
                    leads
                        ? "This node still leads group %s: callers wait for long, or %s cannot be left to lead; try again later."
                            .formatted(name, successor.node())
                        : "Group %s was handed to %s, and no leader is heard yet."
                            .formatted(name, successor.node()));
              }
              if (leads) {
                group.handOver(successor);
              }
              return later(() -> handedOver(name, group, successor, since));
            });
  }

  // ---- Trimming

  @Override
  public CompletionStage<Outcome<Trimmed>> trim(GroupId name) {
    return at(
        name,
        group ->
            group
                .membership()
                .thenCompose(
                    view ->
                        view.governsFrom().size() > 1
                            ? refused(
                                "The members of group %s are changing; try again later."
                                    .formatted(name))
                            : trim(group, view.durableAtAll())));
  }

  private static CompletionStage<Outcome<Trimmed>> trim(GroupNode group, Slot allowed) {
    return group
        .status()
        .thenCompose(
            before -> {
              group.trim(allowed);
              return group.status().thenApply(now -> trimmed(before, now, allowed));
            });
  }

  private static Outcome<Trimmed> trimmed(GroupStatus before, GroupStatus now, Slot allowed) {
    return Outcome.of(new Trimmed(before.trimmed(), now.trimmed(), allowed.number()));
  }

  // ---- Comparing

  @Override
  public CompletionStage<Outcome<Compared>> compare(GroupId name) {
    return at(name, group -> compare(group, clock.get()));
  }

  private CompletionStage<Outcome<Compared>> compare(GroupNode group, Now since) {
    return group
        .view()
        .thenCompose(
            view -> {
              List<CompletableFuture<Other>> others = new ArrayList<>();
              view.peers().forEach(peer -> others.add(compare(group, peer)));
              return CompletableFuture.allOf(others.toArray(CompletableFuture<?>[]::new))
                  .thenCompose(
                      done ->
                          concluded(
                              group,
                              view,
                              others.stream().map(CompletableFuture::join).toList(),
                              since));
            });
  }

  private CompletableFuture<Other> compare(GroupNode group, CoordinatorView.PeerView peer) {
    Slot slot = peer.state().applied();
    String hash = peer.state().chainHash().toString();
    if (peer.sinceHeard().filter(since -> since.compareTo(lately) <= 0).isEmpty()) {
      return CompletableFuture.completedFuture(
          new Other(peer.member().node(), 0, "", Optional.empty(), "It was not heard lately."));
    }
    return group
        .chain(slot)
        .thenApply(own -> compare(peer.member(), slot, hash, own))
        .toCompletableFuture();
  }

  static Other compare(MemberId member, Slot slot, String hash, ChainPoint own) {
    Optional<Boolean> equal = own.chainHash().map(hash::equals);
    String unknown =
        own.applied() < slot.number()
            ? "This replica has executed slots up to %d only.".formatted(own.applied())
            : "This replica does not remember its hash so far back.";
    return new Other(member.node(), slot.number(), hash, equal, equal.isPresent() ? "" : unknown);
  }

  private CompletionStage<Outcome<Compared>> concluded(
      GroupNode group, CoordinatorView view, List<Other> others, Now since) {
    boolean known = others.stream().allMatch(other -> other.equal().isPresent());
    if (!known && !isOver(since, COMPARE_PATIENCE)) {
      return later(() -> compare(group, since));
    }
    return group
        .status()
        .thenApply(
            status ->
                Outcome.of(
                    new Compared(
                        group.self().node(),
                        status.applied(),
                        view.divergence().state().code(),
                        others)));
  }
}
