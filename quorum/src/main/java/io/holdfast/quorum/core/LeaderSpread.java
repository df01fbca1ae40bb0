package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which group a node had better let another lead, so that the groups of a mesh are led by all of
 * its nodes. It counts who leads what among the groups that it is told of.
 *
 * <p>A group moves only from one that leads at least two more to one that leads so many fewer, and
 * of all who could give a group to the same node only the one that leads most does. So among nodes
 * that see the same, each gives one and takes one at most at a time; every such move makes the sum
 * of the squares of what they lead smaller, and they come to rest.
 */
public final class LeaderSpread {

  /** Who is this many slots behind what is chosen can take over, about. */
  static final long MAX_BEHIND = 1_000;

  private static final int LEAST_DIFFERENCE = 2;

  /**
   * A group, as a node sees it.
   *
   * @param id the group
   * @param leader who leads it; empty while nobody is heard
   * @param chosenUpTo how many slots were chosen in it
   * @param able voters that are alive and keep up; nobody while its members change
   */
  public record Group(GroupId id, Optional<MemberId> leader, Slot chosenUpTo, Set<MemberId> able) {

    public Group {
      able = Set.copyOf(able);
    }

    /** Of what a member knows. */
    public static Group of(GroupId id, MembershipView view) {
      Set<MemberId> able = new TreeSet<>();
      if (view.nextFrom().isEmpty() && !view.sealed()) {
        for (MemberId voter : view.governing().members()) {
          MembershipView.Seen seen = view.seen().getOrDefault(voter, MembershipView.Seen.NEVER);
          long behind = view.chosenUpTo().number() - seen.learnedUpTo().number();
          if (seen.alive() && behind <= MAX_BEHIND) {
            able.add(voter);
          }
        }
      }
      return new Group(id, view.leader(), view.chosenUpTo(), able);
    }
  }

  /**
   * What to do.
   *
   * @param group the group
   * @param successor who shall lead it
   */
  public record Move(GroupId group, MemberId successor) {}

  private final Collection<Group> groups;
  private final Map<MemberId, Integer> leading = new HashMap<>();

  private LeaderSpread(Collection<Group> groups) {
    this.groups = groups;
    groups.forEach(
        group -> group.leader().ifPresent(leader -> leading.merge(leader, 1, Integer::sum)));
  }

  /**
   * What {@code self} shall hand over, if anything: of the groups that it leads the one with the
   * fewest chosen slots, to the voter that leads the fewest; by name where that is the same.
   *
   * @param groups each group of the node, once
   */
  public static Optional<Move> next(MemberId self, Collection<Group> groups) {
    return new LeaderSpread(groups).next(self);
  }

  private Optional<Move> next(MemberId self) {
    List<Group> own =
        groups.stream()
            .filter(group -> group.leader().equals(Optional.of(self)))
            .sorted(Comparator.comparing(Group::chosenUpTo).thenComparing(Group::id))
            .toList();
    for (Group group : own) {
      Optional<MemberId> successor =
          group.able().stream()
              .filter(member -> isFarBehind(member, self) && isFirstToGive(self, member))
              .min(Comparator.comparingInt(this::count).thenComparing(Comparator.naturalOrder()));
      if (successor.isPresent()) {
        return Optional.of(new Move(group.id(), successor.get()));
      }
    }
    return Optional.empty();
  }

  private int count(MemberId member) {
    return leading.getOrDefault(member, 0);
  }

  private boolean isFarBehind(MemberId member, MemberId leader) {
    return count(leader) - count(member) >= LEAST_DIFFERENCE;
  }

  /** Whether nobody else who could give a group to {@code member} leads more. */
  private boolean isFirstToGive(MemberId self, MemberId member) {
    return groups.stream()
        .filter(group -> group.able().contains(member))
        .flatMap(group -> group.leader().stream())
        .filter(leader -> isFarBehind(member, leader))
        .min(
            Comparator.comparingInt(this::count)
                .reversed()
                .thenComparing(Comparator.naturalOrder()))
        .filter(self::equals)
        .isPresent();
  }
}
