package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Has the groups of a mesh led by all of its nodes. Each node says how many groups it leads, and
 * which one it would like to lead; whoever leads that one gives it.
 *
 * <p>No node sees all groups, so it counts only its own; what others lead it has been told. A group
 * moves only from one that leads x to one that leads y, with x - y at least 2: x the giver knows,
 * and y is what the taker has said together with its want. It wants one group at a time, and says
 * for one look that it wants none before it wants another instead; by then the former want is
 * forgotten. So nothing else is given to it meanwhile, and y is true when the group moves. Each
 * move makes the sum of the squares of what the nodes lead smaller by 2 at least: they come to
 * rest.
 *
 * <p>That holds where hand-overs and words take less than the time from one look to the next.
 * Elections move groups as they like; then it begins anew.
 */
public final class LeaderSpread {

  /** From one look to the next. Longer than a hand-over takes to be seen everywhere. */
  public static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);

  /** Who is this many slots behind what is chosen can take over, about. */
  static final long MAX_BEHIND = 1_000;

  /** What was said longer ago is forgotten: three words of a peer. Shorter than a look's time. */
  static final Duration MEMORY = Duration.ofSeconds(3);

  /** It wants a group for so many looks; then it is not to be had. */
  static final int PATIENCE = 6;

  private static final int LEAST_DIFFERENCE = 2;

  /**
   * A group, as a node sees it.
   *
   * @param id the group; the same on every node
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
      return new Group(id, view.leader(), view.chosenUpTo(), keepingUp(view));
    }

    private boolean isLedBy(MemberId member) {
      return leader.equals(Optional.of(member));
    }
  }

  private static Set<MemberId> keepingUp(MembershipView view) {
    Set<MemberId> able = new TreeSet<>();
    if (view.nextFrom().isEmpty() && !view.sealed()) {
      for (MemberId voter : view.governing().members()) {
        MembershipView.Seen seen = seen(view, voter);
        long behind = view.chosenUpTo().number() - seen.learnedUpTo().number();
        if (seen.alive() && behind <= MAX_BEHIND) {
          able.add(voter);
        }
      }
    }
    return able;
  }

  private static MembershipView.Seen seen(MembershipView view, MemberId member) {
    return view.seen().getOrDefault(member, MembershipView.Seen.NEVER);
  }

  /**
   * Who should lead where the member that looks no longer shall: another voter that is alive and
   * keeps up, of those the one that has learned most; nobody while members change.
   */
  public static Optional<MemberId> successor(MembershipView view) {
    return keepingUp(view).stream()
        .filter(member -> !member.equals(view.self()))
        .max(Comparator.comparing(member -> seen(view, member).learnedUpTo()));
  }

  /**
   * What a node says to all others.
   *
   * @param leads how many groups it leads; from 0
   * @param wants a group that it would like to lead
   */
  public record Told(int leads, Optional<GroupId> wants) {

    /** Of a node that has not looked yet, or cannot. */
    public static final Told NOTHING = new Told(0, Optional.empty());

    public Told {
      if (leads < 0) {
        throw new IllegalArgumentException("leads " + leads + " groups");
      }
    }
  }

  /**
   * A group to hand over.
   *
   * @param group the group
   * @param successor who shall lead it
   */
  public record Move(GroupId group, MemberId successor) {}

  /**
   * What comes of a look.
   *
   * @param says what to tell all others until the next one
   * @param gives what to hand over now
   */
  public record Look(Told says, Optional<Move> gives) {}

  private record Heard(Told told, long atNanos) {}

  private final MemberId self;
  private final Map<MemberId, Heard> heard = new HashMap<>();
  private long looks;

  /** Since which look it wants what it wants. */
  private long wantsSince;

  private @Nullable GroupId wants;

  /** What it wanted and did not get, until there is nothing else to want. */
  private final Set<GroupId> inVain = new HashSet<>();

  /** What it gave and leads all the same, and at which look it did. */
  private final Map<GroupId, Long> tried = new HashMap<>();

  /**
   * Of a node that has heard nothing.
   *
   * @param self the node
   */
  public LeaderSpread(MemberId self) {
    this.self = self;
  }

  /** Another node has said so. */
  public void heard(MemberId from, Told told, Now now) {
    heard.put(from, new Heard(told, now.monotonicNanos()));
  }

  /**
   * To be called every {@link #LOOK_INTERVAL}.
   *
   * @param groups each group of which this node has a replica, once
   */
  public Look look(Collection<Group> groups, Now now) {
    looks++;
    heard.values().removeIf(word -> now.nanosSince(word.atNanos()) > MEMORY.toNanos());
    List<Group> own = groups.stream().filter(group -> group.isLedBy(self)).toList();
    tried.keySet().retainAll(own.stream().map(Group::id).toList());
    Optional<Move> gives = gives(own);
    gives.ifPresent(move -> tried.put(move.group(), looks));
    chooseWant(groups, own.size());
    return new Look(new Told(own.size(), Optional.ofNullable(wants)), gives);
  }

  // ---- Giving

  /** To the one that leads fewest, by name between equals; what it could not give before, last. */
  private Optional<Move> gives(List<Group> own) {
    return own.stream()
        .flatMap(
            group ->
                group.able().stream()
                    .filter(member -> mayTake(member, group, own.size()))
                    .map(member -> new Move(group.id(), member)))
        .min(
            Comparator.comparing((Move move) -> tried.getOrDefault(move.group(), 0L))
                .thenComparing(move -> count(move.successor()))
                .thenComparing(Move::successor));
  }

  private boolean mayTake(MemberId member, Group group, int leads) {
    Heard word = heard.get(member);
    return word != null
        && word.told().wants().equals(Optional.of(group.id()))
        && leads - word.told().leads() >= LEAST_DIFFERENCE;
  }

  private int count(MemberId member) {
    Heard word = heard.get(member);
    return word == null ? 0 : word.told().leads();
  }

  // ---- Wanting

  private void chooseWant(Collection<Group> groups, int leads) {
    GroupId before = wants;
    if (before == null) {
      want(groups, leads);
      return;
    }
    Optional<Group> wanted = groups.stream().filter(group -> group.id().equals(before)).findFirst();
    if (wanted.filter(group -> group.isLedBy(self)).isPresent()) {
      want(groups, leads);
      return;
    }
    boolean late = looks - wantsSince >= PATIENCE;
    // While nobody leads it, it may be on its way.
    boolean may =
        wanted.filter(group -> group.leader().isEmpty() || isToBeHad(group, leads)).isPresent();
    if (late) {
      inVain.add(before);
    }
    if (late || !may) {
      wants = null;
    }
  }

  /** Of whom leads most, by name between equals, the one with the fewest slots. */
  private void want(Collection<Group> groups, int leads) {
    List<Group> some = groups.stream().filter(group -> isToBeHad(group, leads)).toList();
    if (some.stream().allMatch(group -> inVain.contains(group.id()))) {
      inVain.clear();
    }
    wants =
        some.stream()
            .filter(group -> !inVain.contains(group.id()))
            .min(
                Comparator.comparing((Group group) -> -count(group.leader().orElseThrow()))
                    .thenComparing(group -> group.leader().orElseThrow())
                    .thenComparing(Group::chosenUpTo)
                    .thenComparing(Group::id))
            .map(Group::id)
            .orElse(null);
    wantsSince = looks;
  }

  private boolean isToBeHad(Group group, int leads) {
    return group.able().contains(self)
        && group
            .leader()
            .filter(leader -> heard.containsKey(leader))
            .filter(leader -> count(leader) - leads >= LEAST_DIFFERENCE)
            .isPresent();
  }
}
