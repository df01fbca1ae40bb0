package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupTable.Known;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.ChangeForm;
import io.holdfast.mesh.ChangeForm.Kind;
import io.holdfast.mesh.GroupMembers;
import io.holdfast.mesh.HostAnswer;
import io.holdfast.mesh.MembersStatus;
import io.holdfast.mesh.MembersStatus.Member;
import io.holdfast.mesh.MembersStatus.Next;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who takes part in the groups of a node, told and changed. For any thread. */
final class NodeMembers implements GroupMembers {

  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final DataDirectory directory;
  private final RunningGroups running;
  private final NodeReport report;
  private final Function<GroupId, CompletionStage<HostAnswer>> hosting;

  /**
   * @param hosting makes the node hold a replica of a group
   */
  NodeMembers(
      DataDirectory directory,
      RunningGroups running,
      NodeReport report,
      Function<GroupId, CompletionStage<HostAnswer>> hosting) {
    this.directory = directory;
    this.running = running;
    this.report = report;
    this.hosting = hosting;
  }

  // ---- Who takes part

  @Override
  public CompletionStage<Optional<MembersStatus>> members(GroupId group) {
    return running
        .find(group)
        .<CompletionStage<Optional<MembersStatus>>>map(
            node ->
                RunEnded.orElse(
                    node.view()
                        .thenCombine(
                            node.membership(),
                            (view, members) ->
                                Optional.of(status(group, node.role(view.role().code()), members))),
                    Optional::empty))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  private MembersStatus status(GroupId group, String role, MembershipView view) {
    return new MembersStatus(
        group,
        view.self().node(),
        role,
        view.governingNumber(),
        view.governsSince().number(),
        view.governing().w(),
        view.governing().prepareQuorum(),
        view.leader().map(MemberId::node),
        view.chosenUpTo().number(),
        everyone(view, view.governing()),
        view.nextFrom().map(from -> next(view, from)),
        view.isHandedOver(),
        running.known(group).map(Known::fingerprint).orElse(""));
  }

  private static Next next(MembershipView view, Slot from) {
    Configuration newest = view.newest();
    return new Next(
        view.number(), from.number(), newest.w(), newest.prepareQuorum(), everyone(view, newest));
  }

  private static List<Member> everyone(MembershipView view, Configuration configuration) {
    List<Member> members = new ArrayList<>();
    for (MemberId member : configuration.everyone()) {
      MembershipView.Seen seen = view.seen().getOrDefault(member, MembershipView.Seen.NEVER);
      long learned = seen.learnedUpTo().number();
      members.add(
          new Member(
              member.node(),
              HexFormat.of().toHexDigits(member.incarnation()),
              configuration.contains(member) ? "voter" : "learner",
              view.leader().equals(Optional.of(member)),
              seen.alive(),
              learned,
              Math.max(0, view.chosenUpTo().number() - learned)));
    }
    return members;
  }

  // ---- Changes

  @Override
  public CompletionStage<ChangeAnswer> change(GroupId group, ChangeForm form) {
    Optional<GroupNode> node = running.find(group);
    if (node.isEmpty()) {
      return CompletableFuture.completedFuture(without(group));
    }
    CompletionStage<ChangeAnswer> answer = change(node.get(), form);
    return RunEnded.orElse(answer, NodeMembers::notReady);
  }

  private ChangeAnswer without(GroupId group) {
    if (!running.hasBegun() || report.isStopping()) {
      return notReady();
    }
    String founders =
        running.known(group).stream()
            .flatMap(known -> known.settings().members().stream())
            .map(report::doorOf)
            .collect(Collectors.joining(", "));
    return new ChangeAnswer.Undecided(
        OutcomeCode.NOT_A_MEMBER,
        "This node holds no replica of group " + group + "; ask " + founders + ".",
        Optional.empty());
  }

  private static ChangeAnswer notReady() {
    return new ChangeAnswer.Undecided(
        OutcomeCode.NOT_READY,
        "This node does not take part yet, or is stopping; ask another one.",
        Optional.of(RETRY_SOON));
  }

  private CompletionStage<ChangeAnswer> change(GroupNode node, ChangeForm form) {
    return node.membership()
        .thenCompose(
            view -> {
              Optional<MembershipChange> change = change(form, view);
              return change.isPresent()
                  ? node.changes().change(change.get(), form.expected())
                  : CompletableFuture.completedFuture(unknown(form, view));
            });
  }

  /** The change with incarnations; absent where one of them cannot be told. */
  private Optional<MembershipChange> change(ChangeForm form, MembershipView view) {
    Configuration newest = view.newest();
    Optional<MemberId> node = form.node().flatMap(name -> named(form, name, newest));
    return switch (form.kind()) {
      case ADD -> node.map(MembershipChange.AddLearner::new);
      case PROMOTE -> node.map(who -> new MembershipChange.Promote(who, form.acceptQuorum()));
      case REMOVE -> node.map(who -> new MembershipChange.Remove(who, form.acceptQuorum()));
      case REPLACE ->
          node.flatMap(
              leaving ->
                  form.by()
                      .flatMap(by -> member(by, form.byIncarnation(), newest.learners(), true))
                      .map(joining -> new MembershipChange.Replace(leaving, joining)));
      case QUORUMS -> {
        int w = form.acceptQuorum().orElseThrow();
        int smallest = Math.max(1, newest.n() - w + 1);
        yield Optional.of(
            new MembershipChange.SetQuorums(w, form.prepareQuorum().orElse(smallest)));
      }
    };
  }

  private Optional<MemberId> named(ChangeForm form, NodeId name, Configuration newest) {
    return switch (form.kind()) {
      case ADD -> member(name, form.incarnation(), List.of(), true);
      case PROMOTE -> member(name, form.incarnation(), newest.learners(), true);
      case REPLACE -> member(name, form.incarnation(), newest.members(), true);
      default -> member(name, form.incarnation(), newest.everyone(), false);
    };
  }

  /**
   * Who is meant by a name: the incarnation that is named, else the only one among {@code some},
   * else the one that this node has met.
   *
   * @param met whether the one that this node has met will do
   */
  private Optional<MemberId> member(
      NodeId name, OptionalLong incarnation, Collection<MemberId> some, boolean met) {
    if (incarnation.isPresent()) {
      return Optional.of(new MemberId(name, incarnation.getAsLong()));
    }
    List<MemberId> found = some.stream().filter(member -> member.node().equals(name)).toList();
    if (found.size() == 1) {
      return Optional.of(found.get(0));
    }
    return met && found.isEmpty() ? met(name) : Optional.empty();
  }

  private Optional<MemberId> met(NodeId name) {
    MemberId self = directory.identity().member();
    if (name.equals(self.node())) {
      return Optional.of(self);
    }
    KnownPeer known = directory.ledger().peers().get(name);
    return known == null ? Optional.empty() : Optional.of(new MemberId(name, known.incarnation()));
  }

  private static ChangeAnswer unknown(ChangeForm form, MembershipView view) {
    String names = form.node().map(NodeId::value).orElse("");
    if (form.by().isPresent()) {
      names += ", " + form.by().get();
    }
    boolean joins = form.kind() == Kind.ADD || form.kind() == Kind.REPLACE;
    return new ChangeAnswer.Refused(
        new ChangeRefusal(
            ChangeRefusal.Code.NOT_A_MEMBER,
            joins
                ? "%s: no node of that name has been met here; see that it runs and that"
                        .formatted(names)
                    + " holdfast.mesh.peers lists it everywhere, or name its incarnation"
                : "%s: no one member, or more than one, has that name; those that take part: %s"
                    .formatted(names, view.newest())));
  }

  // ---- A replica

  @Override
  public CompletionStage<HostAnswer> host(GroupId group, Optional<String> wanted) {
    Optional<String> own = running.known(group).map(Known::fingerprint);
    if (own.isPresent() && wanted.isPresent() && !wanted.equals(own)) {
      return CompletableFuture.completedFuture(
          HostAnswer.refused(
              "settings_differ",
              "what the log depends on differs; here: "
                  + own.get()
                  + "; at the members: "
                  + wanted.get()
                  + "; make the settings of this node equal and start it again"));
    }
    return hosting.apply(group);
  }
}
