package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.MembersView;
import io.holdfast.mesh.client.MembersView.Member;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How members shall be. What to do next follows from how they are, and from nothing that a run
 * remembers: so a run that was ended in whatever way goes on where it was when it is run again.
 */
sealed interface MemberGoal {

  /** What to do next. */
  MemberStep next(MembersView seen, NodeSurvey nodes);

  /**
   * A node, as it is named on the command line: {@code n4}, or {@code n4#1f3a...} where one name
   * stands for two data directories.
   *
   * @param incarnation hex digits; null for whichever there is
   */
  record Named(String node, @Nullable String incarnation) {

    static Named of(String text) {
      int hash = text.indexOf('#');
      return hash < 0
          ? new Named(text, null)
          : new Named(text.substring(0, hash), text.substring(hash + 1));
    }

    boolean is(Member member) {
      return member.node().equals(node)
          && (incarnation == null || hex(member.incarnation()).equals(hex(incarnation)));
    }

    List<Member> among(List<Member> members) {
      return members.stream().filter(this::is).toList();
    }

    /** Without zeros before it. */
    static String hex(String digits) {
      return digits.toLowerCase(Locale.ROOT).replaceFirst("^0+(?=.)", "");
    }
  }

  /**
   * A node votes, or learns.
   *
   * @param joining the node
   * @param votes whether it shall have a vote
   * @param w the accept quorum from its vote on, if it is named
   */
  record Joined(Named joining, boolean votes, OptionalInt w) implements MemberGoal {
    @Override
    public MemberStep next(MembersView seen, NodeSurvey nodes) {
      Optional<Member> found = own(joining, seen.newest(), nodes);
      if (found.isEmpty()) {
        return learner(joining, seen, nodes);
      }
      Member member = found.get();
      if (seen.next().isPresent()) {
        return governs(seen);
      }
      if (member.voter() || !votes) {
        return new MemberStep.Done(
            "%s %s".formatted(member.node(), member.voter() ? "votes" : "learns, without a vote"));
      }
      return member.alive() ? new MemberStep.Ask(change("promote", member, w)) : unheard(member);
    }
  }

  /**
   * A learner votes.
   *
   * @param learner the node
   * @param w the accept quorum from then on, if it is named
   */
  record Promoted(Named learner, OptionalInt w) implements MemberGoal {
    @Override
    public MemberStep next(MembersView seen, NodeSurvey nodes) {
      return own(learner, seen.newest(), nodes).isPresent()
          ? new Joined(learner, true, w).next(seen, nodes)
          : new MemberStep.Refuse(
              "not_a_learner",
              learner.node()
                  + " is no learner: 'holdfast member add "
                  + learner.node()
                  + "' first");
    }
  }

  /**
   * A node takes part no more, and may be stopped.
   *
   * @param leaving the node
   * @param w the accept quorum from then on, if it is named
   */
  record Removed(Named leaving, OptionalInt w) implements MemberGoal {
    @Override
    public MemberStep next(MembersView seen, NodeSurvey nodes) {
      List<Member> found = leaving.among(seen.newest());
      if (found.size() > 1) {
        return ambiguous(leaving, found);
      }
      if (seen.next().isPresent()) {
        return governs(seen);
      }
      if (found.size() == 1) {
        return new MemberStep.Ask(change("remove", found.get(0), w));
      }
      if (!nodes.isKnown(leaving.node())) {
        return new MemberStep.Refuse(
            "not_a_member",
            leaving.node() + " is no node of this mesh; see 'holdfast member list'");
      }
      return handedOver(leaving, new MemberStep.Done("", Optional.of(leaving)), seen);
    }
  }

  /**
   * A node has the vote of another, which may be stopped.
   *
   * @param leaving who has it now
   * @param joining who shall have it
   */
  record Replaced(Named leaving, Named joining) implements MemberGoal {
    @Override
    public MemberStep next(MembersView seen, NodeSurvey nodes) {
      if (isOfOneName() && current(joining, nodes) == null) {
        return absent(joining); // which of that name is the new one is not known
      }
      Optional<Member> found = own(joining, seen.newest(), nodes);
      // Under the same name the one that leaves is the other directory.
      List<Member> left =
          leaving.among(seen.newest()).stream()
              .filter(member -> found.filter(member::equals).isEmpty())
              .toList();
      List<Member> old = left.stream().filter(Member::voter).toList();
      boolean votes = found.filter(Member::voter).isPresent();
      if (old.size() > 1) {
        return ambiguous(leaving, old);
      }
      if (old.isEmpty()) {
        // A name that was never one of the mesh, or of a learner, has handed nothing over.
        if (!votes || !left.isEmpty() || !nodes.isKnown(leaving.node())) {
          return new MemberStep.Refuse(
              "not_a_member",
              leaving.node() + " has no vote that could be passed on; see 'holdfast member list'");
        }
        return seen.next().isPresent()
            ? governs(seen)
            : handedOver(leaving, done(found.orElseThrow()), seen);
      }
      if (votes && found.filter(old.get(0)::equals).isEmpty()) {
        return new MemberStep.Refuse(
            "already_member",
            "%s has a vote already: 'holdfast member remove %s' takes %s out"
                .formatted(joining.node(), leaving.node(), leaving.node()));
      }
      if (found.isEmpty()) {
        return learner(joining, seen, nodes);
      }
      if (seen.next().isPresent()) {
        return governs(seen);
      }
      Member member = found.get();
      if (!member.alive()) {
        return unheard(member);
      }
      ObjectNode change = change("replace", old.get(0), OptionalInt.empty());
      change.put("by", member.node()).put("byIncarnation", member.incarnation());
      return new MemberStep.Ask(change);
    }

    private boolean isOfOneName() {
      return leaving.node().equals(joining.node());
    }

    /** Whether there ever was another directory of that name is not known once it is gone. */
    private MemberStep.Done done(Member member) {
      return isOfOneName()
          ? new MemberStep.Done(
              "%s votes with data directory %s, and no other of that name does"
                  .formatted(member.node(), member.incarnation()))
          : new MemberStep.Done(member.node() + " votes in its place", Optional.of(leaving));
    }
  }

  // ---- Steps that several goals have

  /** The member that the named node is now; a directory that was lost is another one. */
  private static Optional<Member> own(Named named, List<Member> members, NodeSurvey nodes) {
    String now = current(named, nodes);
    return new Named(named.node(), now).among(members).stream().findFirst();
  }

  /** The incarnation that is meant; null where nobody says which. */
  private static @Nullable String current(Named named, NodeSurvey nodes) {
    return named.incarnation() != null ? named.incarnation() : nodes.incarnationOf(named.node());
  }

  private static MemberStep absent(Named named) {
    return new MemberStep.Wait(
        named.node() + " does not answer: start it; a new one is let in with --at, its front door");
  }

  private static MemberStep learner(Named joining, MembersView seen, NodeSurvey nodes) {
    String incarnation = nodes.incarnationOf(joining.node());
    if (incarnation == null) {
      return absent(joining);
    }
    if (!nodes.serves(joining.node(), seen.group())) {
      return new MemberStep.Host(joining.node());
    }
    return seen.next().isPresent()
        ? governs(seen)
        : new MemberStep.Ask(
            Answers.object()
                .put("change", "add")
                .put("node", joining.node())
                .put(
                    "incarnation",
                    joining.incarnation() == null ? incarnation : joining.incarnation()));
  }

  private static MemberStep governs(MembersView seen) {
    MembersView.Next next = seen.next().orElseThrow();
    return new MemberStep.Wait(
        "configuration %d governs from slot %,d; slot %,d is chosen"
            .formatted(next.configuration(), next.governsFrom(), seen.chosen()));
  }

  private static MemberStep handedOver(Named leaving, MemberStep.Done then, MembersView seen) {
    return seen.handedOver()
        ? then
        : new MemberStep.Wait(
            "do not stop %s yet: who votes now has not learned all before slot %,d"
                .formatted(leaving.node(), seen.governsSince()));
  }

  private static MemberStep unheard(Member member) {
    return new MemberStep.Wait(member.node() + " is not heard: see that it runs");
  }

  private static MemberStep ambiguous(Named named, List<Member> found) {
    return new MemberStep.Refuse(
        "name_taken",
        named.node()
            + " stands for two data directories: name one, "
            + found.stream()
                .map(member -> member.node() + "#" + member.incarnation())
                .collect(Collectors.joining(" or ")));
  }

  private static ObjectNode change(String change, Member member, OptionalInt w) {
    ObjectNode form =
        Answers.object()
            .put("change", change)
            .put("node", member.node())
            .put("incarnation", member.incarnation());
    w.ifPresent(number -> form.put("acceptQuorum", number));
    return form;
  }
}
