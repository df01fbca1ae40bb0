package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.GroupTable.Known;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ChangesRequest;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.Directory;
import io.holdfast.mesh.GroupMembers;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Pictures;
import io.holdfast.mesh.PoolStatus;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.ReservationsRequest;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.WriteIds;
import io.holdfast.mesh.core.DirectoryRules;
import io.holdfast.mesh.core.GroupAnswers;
import io.holdfast.mesh.core.TakingPart;
import io.holdfast.mesh.core.WriteLimits;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** What a running node offers: requests go to their group's service, questions to its report. */
final class NodeMesh implements Mesh {

  private static final String NOT_WRITTEN =
      "Group meta holds the directory of the mesh: 'holdfast member' and 'holdfast group' change"
          + " it, and who may do that is said by an access manifest, and no other.";

  /** Each asks all members of a group, and waits for the slowest. */
  private static final int MAX_WHOLE_STORIES = 16;

  private final Turns wholeStories = new Turns(MAX_WHOLE_STORIES);
  private final RunningGroups running;
  private final NodeReport report;
  private final WriteLimits limits;
  private final WriteIds ids;
  private final GroupMembers members;
  private final Backups backups;
  private final Directory directory;
  private final NodeWatch watch;

  /**
   * @param ids of writes whose callers have given them none
   * @param members who takes part in the groups
   * @param backups hands out snapshots
   * @param directory the directory of the mesh
   * @param watch looks at the node
   */
  NodeMesh(
      HoldfastSettings settings,
      RunningGroups running,
      NodeReport report,
      WriteIds ids,
      GroupMembers members,
      Backups backups,
      Directory directory,
      NodeWatch watch) {
    this.watch = watch;
    this.members = members;
    this.backups = backups;
    this.running = running;
    this.report = report;
    this.ids = ids;
    this.limits = CoreSettings.writes(settings);
    this.directory = directory;
  }

  @Override
  public List<GroupId> groups() {
    return running.names();
  }

  // ---- Requests

  @Override
  public CompletionStage<WriteAnswer> write(WriteRequest request) {
    Optional<String> unusable = request.writeId().flatMap(WriteId::refusalOf);
    if (unusable.isPresent()) {
      return done(GroupAnswers.refused(OutcomeCode.INVALID, unusable.get(), ""));
    }
    WriteId id = WriteId.parse(request.writeId().orElseGet(ids::next));
    if (request.group().equals(GroupSettings.META)
        && !DirectoryRules.mayClientsWrite(request.command())) {
      return done(GroupAnswers.refused(OutcomeCode.INVALID, NOT_WRITTEN, id.toString()));
    }
    Optional<GroupNode> group = running.find(request.group());
    if (group.isEmpty()) {
      return done(notServed(request.group(), id.toString()));
    }
    Optional<String> excess = limits.excessOf(request.command());
    if (excess.isPresent()) {
      return done(GroupAnswers.refused(OutcomeCode.TOO_LARGE, excess.get(), id.toString()));
    }
    WriteCommand write = WriteCommand.of(id, request.command());
    Optional<String> elsewhere = elsewhere(request.group(), group.get());
    return elsewhere.isPresent()
        ? done(GroupAnswers.refused(OutcomeCode.NOT_A_MEMBER, elsewhere.get(), id.toString()))
        : group.get().service().write(write, request.caller(), request.patience());
  }

  /** Why this node serves nothing of a group, and who does; absent where it serves. */
  private Optional<String> elsewhere(GroupId name, GroupNode group) {
    return group
        .withoutPart()
        .map(
            taking ->
                (taking.part() == TakingPart.Part.REMOVED
                        ? "This node was removed from group %s; ask %s."
                        : "This node takes no part in group %s yet; ask %s.")
                    .formatted(
                        name,
                        taking.newest().members().stream()
                            .map(member -> report.doorOf(member.node()))
                            .collect(Collectors.joining(", "))));
  }

  private WriteAnswer notServed(GroupId group, String writeId) {
    Optional<Known> known = running.known(group);
    if (running.hasBegun() && !report.isStopping() && known.isPresent()) {
      String others =
          known.get().settings().members().stream()
              .map(report::doorOf)
              .collect(Collectors.joining(", "));
      return GroupAnswers.refused(
          OutcomeCode.NOT_A_MEMBER,
          "This node holds no replica of group " + group + "; ask " + others + ".",
          writeId);
    }
    return known.isPresent() || running.names().isEmpty()
        ? GroupAnswers.refused(OutcomeCode.NOT_READY, notReady(), writeId)
        : GroupAnswers.refused(
            OutcomeCode.UNKNOWN_GROUP, "There is no group " + group + " here.", writeId);
  }

  private String notReady() {
    return report.isStopping()
        ? "This node is stopping; ask another one."
        : report
            .waitsFor()
            .map(why -> "This node was not let in yet: " + why)
            .orElse(
                "This node does not take part yet: a new mesh starts once all its members have"
                    + " met.");
  }

  @Override
  public CompletionStage<ReadAnswer> read(ReadRequest request) {
    return read(request.group(), request.query(), request.consistency(), request.caller());
  }

  @Override
  public CompletionStage<ReadAnswer> reservations(ReservationsRequest request) {
    return read(
        request.group(),
        new ReplicaQuery.OnReservations(request.query()),
        request.consistency(),
        request.caller());
  }

  private CompletionStage<ReadAnswer> read(
      GroupId groupId, ReplicaQuery query, Consistency consistency, Caller caller) {
    Optional<GroupNode> group = running.find(groupId);
    if (group.isEmpty()) {
      WriteAnswer why = notServed(groupId, "");
      return CompletableFuture.completedFuture(
          new ReadAnswer.Refused(why.code(), why.detail(), why.retryAfter()));
    }
    Optional<String> elsewhere = elsewhere(groupId, group.get());
    if (elsewhere.isPresent()) {
      return CompletableFuture.completedFuture(
          new ReadAnswer.Refused(OutcomeCode.NOT_A_MEMBER, elsewhere.get(), Optional.empty()));
    }
    return consistency == Consistency.LINEARIZABLE
        ? group.get().service().readLinearizable(query, caller)
        : group.get().service().readLocal(query, group.get().staleness(), caller);
  }

  @Override
  public CompletionStage<ChangesAnswer> changes(ChangesRequest request) {
    Optional<GroupNode> group = running.find(request.group());
    if (group.isEmpty()) {
      WriteAnswer why = notServed(request.group(), "");
      return CompletableFuture.completedFuture(
          new ChangesAnswer.Refused(why.code(), why.detail(), why.retryAfter()));
    }
    Optional<String> elsewhere = elsewhere(request.group(), group.get());
    if (elsewhere.isPresent()) {
      return CompletableFuture.completedFuture(
          new ChangesAnswer.Refused(OutcomeCode.NOT_A_MEMBER, elsewhere.get(), Optional.empty()));
    }
    return group.get().service().changes(request);
  }

  @Override
  public CompletionStage<SnapshotAnswer> snapshot(GroupId name) {
    Optional<GroupNode> group = running.find(name);
    if (group.isEmpty()) {
      WriteAnswer why = notServed(name, "");
      return CompletableFuture.completedFuture(
          new SnapshotAnswer.Refused(why.code(), why.detail(), why.retryAfter()));
    }
    Optional<String> elsewhere = elsewhere(name, group.get());
    return elsewhere.isPresent()
        ? CompletableFuture.completedFuture(
            new SnapshotAnswer.Refused(OutcomeCode.NOT_A_MEMBER, elsewhere.get(), Optional.empty()))
        : backups.open(name, group.get());
  }

  @Override
  public CompletionStage<WriteAnswer> findWrite(
      String writeId, Optional<GroupId> group, Caller caller) {
    Optional<String> unusable = WriteId.refusalOf(writeId);
    if (unusable.isPresent()) {
      return done(GroupAnswers.refused(OutcomeCode.INVALID, unusable.get(), ""));
    }
    WriteId id = WriteId.parse(writeId);
    if (group.isPresent()) {
      return findIn(group.get(), id, caller);
    }
    List<GroupId> served =
        running.names().stream()
            .filter(name -> !name.equals(GroupSettings.META) && running.find(name).isPresent())
            .toList();
    if (served.isEmpty()) {
      return done(GroupAnswers.refused(OutcomeCode.NOT_READY, notReady(), writeId));
    }
    CompletionStage<WriteAnswer> found = done(GroupAnswers.notExecuted(writeId));
    for (GroupId name : served) {
      found = found.thenCombine(findIn(name, id, caller), GroupAnswers::moreTelling);
    }
    return found;
  }

  private CompletionStage<WriteAnswer> findIn(GroupId name, WriteId id, Caller caller) {
    return running
        .find(name)
        .<CompletionStage<WriteAnswer>>map(
            group ->
                elsewhere(name, group)
                    .<CompletionStage<WriteAnswer>>map(
                        where ->
                            done(
                                GroupAnswers.refused(
                                    OutcomeCode.NOT_A_MEMBER, where, id.toString())))
                    .orElseGet(() -> group.service().findWrite(id, caller)))
        .orElseGet(() -> done(notServed(name, id.toString())));
  }

  @Override
  public CompletionStage<StoryAnswer> story(GroupId group, String writeId, Caller caller) {
    WriteId id = WriteId.parse(writeId);
    return running
        .find(group)
        .map(found -> found.service().story(id, caller))
        .orElseGet(
            () -> {
              WriteAnswer why = notServed(group, writeId);
              return CompletableFuture.completedFuture(
                  new StoryAnswer.Refused(why.code(), why.detail()));
            });
  }

  @Override
  public CompletionStage<StoriesAnswer> stories(GroupId group, String writeId, Caller caller) {
    WriteId id = WriteId.parse(writeId);
    Optional<GroupNode> found = running.find(group);
    if (found.isEmpty()) {
      WriteAnswer why = notServed(group, writeId);
      return CompletableFuture.completedFuture(new StoriesAnswer.Refused(why.code(), why.detail()));
    }
    return wholeStories.take(
        () -> found.get().stories(id, caller),
        () ->
            CompletableFuture.completedFuture(
                new StoriesAnswer.Refused(
                    OutcomeCode.OVERLOADED,
                    "This node puts together %d stories of writes already."
                        .formatted(MAX_WHOLE_STORIES))));
  }

  private static CompletionStage<WriteAnswer> done(WriteAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  @Override
  public GroupMembers members() {
    return members;
  }

  @Override
  public Directory directory() {
    return directory;
  }

  // ---- Status

  @Override
  public CompletionStage<Optional<GroupStatus>> group(GroupId group) {
    return running
        .find(group)
        .<CompletionStage<Optional<GroupStatus>>>map(
            node -> RunEnded.orElse(node.status().thenApply(Optional::of), Optional::empty))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  @Override
  public CompletionStage<Optional<ChainPoint>> chain(GroupId group, long slot) {
    return running
        .find(group)
        .<CompletionStage<Optional<ChainPoint>>>map(
            node ->
                RunEnded.orElse(
                    node.chain(new Slot(slot)).thenApply(Optional::of), Optional::empty))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  @Override
  public CompletionStage<Optional<ControlStatus>> control(GroupId group) {
    return running
        .find(group)
        .filter(node -> elsewhere(group, node).isEmpty())
        .map(node -> RunEnded.orElse(node.control(), Optional::empty))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  /** How much of the pools of a group is given; none where that is not known. */
  CompletionStage<List<PoolStatus>> pools(GroupId group) {
    return running
        .find(group)
        .filter(node -> elsewhere(group, node).isEmpty())
        .map(node -> RunEnded.orElse(node.pools(), List::<PoolStatus>of))
        .orElseGet(() -> CompletableFuture.completedFuture(List.of()));
  }

  @Override
  public CompletionStage<Health> health() {
    return watch.health(this);
  }

  @Override
  public Pictures pictures() {
    return watch;
  }

  @Override
  public CompletionStage<NodeStatus> status() {
    return report.status();
  }
}
