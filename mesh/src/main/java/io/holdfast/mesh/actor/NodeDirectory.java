package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.DirectoryCodec;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.wire.MeshDirectoryProto;
import io.holdfast.mesh.Directory;
import io.holdfast.mesh.DirectoryAnswer;
import io.holdfast.mesh.DirectoryStatus;
import io.holdfast.mesh.GroupForm;
import io.holdfast.mesh.NodeForm;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.client.WriteIds;
import io.holdfast.mesh.core.DirectoryRules;
import io.holdfast.mesh.core.DirectoryRules.Decision;
import io.holdfast.mesh.core.DoorMessage;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipView;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of the mesh at one node: told and changed through group {@code meta}, where this
 * node has a replica of it, and followed from there. What a change makes of it is for {@link
 * DirectoryRules} to say. For any thread.
 */
final class NodeDirectory implements Directory {

  private static final Logger LOG = LoggerFactory.getLogger(NodeDirectory.class);

  /** The one key of group {@code meta}: its value is the directory, its revision the version. */
  private static final ByteString KEY = ByteString.copyFromUtf8("directory");

  private static final Duration TICK = Duration.ofMillis(500);

  /** Somebody else changed it each time. */
  private static final int TRIES = 8;

  private final HoldfastSettings settings;
  private final DataDirectory directory;
  private final RunningGroups running;
  private final NodeReport report;
  private final PeerLinks links;
  private final WriteIds ids;
  private final MemberId self;
  private final Set<GroupId> sealed = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean keeping = new AtomicBoolean();
  private volatile Set<GroupId> told = Set.of();
  private volatile boolean warned;
  private volatile @Nullable ActorRef<DoorMessage> door;
  private volatile @Nullable Cancellable ticking;

  NodeDirectory(
      HoldfastSettings settings,
      DataDirectory directory,
      RunningGroups running,
      NodeReport report,
      PeerLinks links,
      WriteIds ids) {
    this.settings = settings;
    this.directory = directory;
    this.running = running;
    this.report = report;
    this.links = links;
    this.ids = ids;
    this.self = directory.identity().member();
  }

  /** From now on it follows group {@code meta}, and keeps it where it is this node's to do. */
  void start(ActorSystem system, ActorRef<DoorMessage> toDoor) {
    door = toDoor;
    ticking =
        system.scheduler().scheduleWithFixedDelay(TICK, TICK, this::tick, system.dispatcher());
  }

  void close() {
    Cancellable timer = ticking;
    if (timer != null) {
      timer.cancel();
    }
  }

  private MeshDirectory known() {
    return directory.ledger().directory();
  }

  @Override
  public DirectoryStatus status() {
    MeshDirectory now = known();
    List<DirectoryStatus.Node> nodes = new ArrayList<>();
    now.nodes()
        .forEach(
            (name, node) ->
                nodes.add(
                    new DirectoryStatus.Node(
                        name,
                        HexFormat.of().toHexDigits(node.incarnation()),
                        node.address().toString())));
    List<DirectoryStatus.Group> groups = new ArrayList<>();
    now.groups().forEach((name, group) -> groups.add(status(name, group)));
    return new DirectoryStatus(now.version(), nodes, groups);
  }

  private static DirectoryStatus.Group status(GroupId name, ListedGroup group) {
    return new DirectoryStatus.Group(
        name,
        group.settings().members(),
        group.w(),
        group.prepareQuorum(),
        group.deleting() ? "deleting" : "serving",
        group.log().equals(name));
  }

  // ---- Changes

  @Override
  public CompletionStage<DirectoryAnswer> admit(NodeForm node) {
    return change(
        now ->
            alive(now.member(node.node()))
                .thenApply(alive -> DirectoryRules.admit(now, node, alive)),
        "%s is let in with data directory %x, at %s"
            .formatted(node.node(), node.incarnation(), node.address()));
  }

  @Override
  public CompletionStage<DirectoryAnswer> create(GroupForm group) {
    return change(
        now -> decided(DirectoryRules.create(now, group, settings.logTerms())),
        "group %s is made".formatted(group.group()));
  }

  @Override
  public CompletionStage<DirectoryAnswer> delete(GroupId group) {
    return change(
        now -> decided(DirectoryRules.delete(now, group)),
        "group %s is being deleted".formatted(group));
  }

  private static CompletionStage<Decision> decided(Decision decision) {
    return CompletableFuture.completedFuture(decision);
  }

  /** Whether a member is heard by this node in any group. */
  private CompletionStage<Boolean> alive(Optional<MemberId> member) {
    CompletionStage<Boolean> heard = CompletableFuture.completedFuture(false);
    if (member.isPresent()) {
      for (GroupNode group : running.all()) {
        CompletionStage<Boolean> here =
            RunEnded.orElse(
                group
                    .membership()
                    .thenApply(
                        view ->
                            view.seen()
                                .getOrDefault(member.get(), MembershipView.Seen.NEVER)
                                .alive()),
                () -> false);
        heard = heard.thenCombine(here, Boolean::logicalOr);
      }
    }
    return heard;
  }

  private CompletionStage<DirectoryAnswer> change(
      Function<MeshDirectory, CompletionStage<Decision>> rule, String done) {
    Optional<GroupNode> meta = running.find(GroupSettings.META);
    if (meta.isEmpty()) {
      return CompletableFuture.completedFuture(elsewhere());
    }
    if (meta.get().withoutPart().isPresent()) {
      return CompletableFuture.completedFuture(elsewhere());
    }
    return change(meta.get(), rule, done, TRIES);
  }

  private DirectoryAnswer elsewhere() {
    if (!running.hasBegun() || report.isStopping()) {
      return refused(OutcomeCode.NOT_READY, "This node does not take part yet, or is stopping.");
    }
    String members =
        running.known(GroupSettings.META).stream()
            .flatMap(group -> group.settings().members().stream())
            .map(report::doorOf)
            .collect(Collectors.joining(", "));
    return refused(
        OutcomeCode.NOT_A_MEMBER, "This node holds no replica of group meta; ask " + members + ".");
  }

  private static DirectoryAnswer refused(OutcomeCode code, String detail) {
    return DirectoryAnswer.refused(code.httpStatus(), code.code(), detail);
  }

  /** Decides on the directory as it is, and writes what comes of it if it is still the same. */
  private CompletionStage<DirectoryAnswer> change(
      GroupNode meta,
      Function<MeshDirectory, CompletionStage<Decision>> rule,
      String done,
      int tries) {
    return meta.readLinearizable(ReadQuery.of(KEY))
        .thenCompose(
            answer -> {
              if (answer instanceof ReadAnswer.Refused refused) {
                return answered(refused(refused.code(), refused.detail()));
              }
              MeshDirectory now = read(answer);
              if (now.version() == 0) {
                return answered(
                    refused(
                        OutcomeCode.NOT_READY,
                        "The directory is not made yet: no member of group meta has met all founders"
                            + " of all groups."));
              }
              return rule.apply(now)
                  .thenCompose(decision -> carryOut(meta, now, rule, decision, done, tries));
            });
  }

  private CompletionStage<DirectoryAnswer> carryOut(
      GroupNode meta,
      MeshDirectory now,
      Function<MeshDirectory, CompletionStage<Decision>> rule,
      Decision decision,
      String done,
      int tries) {
    if (decision instanceof Decision.Refused refused) {
      return answered(DirectoryAnswer.refused(refused.status(), refused.code(), refused.detail()));
    }
    return decision instanceof Decision.Becomes becomes
        ? write(meta, now.version(), becomes.next())
            .thenCompose(written -> concluded(meta, rule, done, tries, written))
        : answered(DirectoryAnswer.done(done, now.version()));
  }

  private CompletionStage<DirectoryAnswer> concluded(
      GroupNode meta,
      Function<MeshDirectory, CompletionStage<Decision>> rule,
      String done,
      int tries,
      WriteAnswer written) {
    if (written.code() == OutcomeCode.COMMITTED) {
      long version = written.result().orElseThrow().modRevision().orElseThrow();
      LOG.info("{}: version {} of the directory", done, version);
      return answered(DirectoryAnswer.done(done, version));
    }
    if (written.code() == OutcomeCode.COMPARE_FAILED && tries > 1) {
      return change(meta, rule, done, tries - 1);
    }
    return answered(
        written.code() == OutcomeCode.COMPARE_FAILED
            ? refused(
                OutcomeCode.OVERLOADED, "Others change the directory all the time; ask again.")
            : refused(written.code(), written.detail()));
  }

  private static CompletionStage<DirectoryAnswer> answered(DirectoryAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private CompletionStage<WriteAnswer> write(GroupNode meta, long version, MeshDirectory next) {
    Command command = new Command.PutIf(KEY, DirectoryCodec.toProto(next).toByteString(), version);
    return meta.service()
        .write(WriteCommand.of(WriteId.parse(ids.next()), command), Caller.NODE, Optional.empty());
  }

  /** The directory in an answer; its version is the revision that it was written at. */
  private static MeshDirectory read(ReadAnswer answer) {
    if (!(answer instanceof ReadAnswer.Found found)) {
      return MeshDirectory.NONE;
    }
    try {
      return DirectoryCodec.fromProto(
          MeshDirectoryProto.parseFrom(found.value()).toBuilder()
              .setVersion(found.modRevision())
              .build());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("group meta holds no directory", e);
    }
  }

  // ---- Following and keeping

  /** A peer has executed that these take no writes any more. */
  void heardSealed(Set<GroupId> logs) {
    MeshDirectory now = known();
    logs.stream().filter(now::hasLog).forEach(sealed::add);
  }

  /** The directory has changed. */
  void follow() {
    MeshDirectory now = known();
    sealed.removeIf(log -> !now.hasLog(log));
  }

  private void tick() {
    Optional<GroupNode> meta = running.find(GroupSettings.META);
    if (report.isStopping() || !keeping.compareAndSet(false, true)) {
      return;
    }
    CompletionStage<?> followed =
        meta.isPresent() ? follow(meta.get()) : CompletableFuture.completedFuture(null);
    var unused =
        followed
            .thenCompose(done -> seal())
            .whenComplete(
                (done, failure) -> {
                  keeping.set(false);
                  if (failure != null) {
                    LOG.debug("the directory is looked at again", failure);
                  }
                });
  }

  private CompletionStage<?> follow(GroupNode meta) {
    return meta.service()
        .readLocal(ReadQuery.of(KEY), meta.staleness(), Caller.NODE)
        .thenCompose(
            answer -> {
              if (answer instanceof ReadAnswer.Refused) {
                return CompletableFuture.completedFuture(null);
              }
              MeshDirectory now = read(answer);
              ActorRef<DoorMessage> to = door;
              if (to != null && now.version() > known().version()) {
                to.tell(new NodeDoor.Learned(now));
              }
              return holdsOther(answer) ? CompletableFuture.completedFuture(null) : keep(meta, now);
            });
  }

  /** Whether group {@code meta} was written to as a group of somebody's settings. */
  private boolean holdsOther(ReadAnswer answer) {
    boolean other = answer instanceof ReadAnswer.Absent absent && absent.at().revision() > 0;
    if (other && !warned) {
      warned = true;
      LOG.error(
          "group meta holds records of an earlier release, and can hold no directory beside them:"
              + " no node can be let in and no group made; start the earlier release, save a"
              + " snapshot of the group, and restore it under another name into fresh directories");
    }
    return other;
  }

  private CompletionStage<?> keep(GroupNode meta, MeshDirectory now) {
    if (meta.withoutPart().isPresent()) {
      return CompletableFuture.completedFuture(null);
    }
    Optional<MeshDirectory> next =
        DirectoryRules.kept(
            now,
            settings,
            directory.ledger(),
            self,
            running.leads(GroupSettings.META, self),
            Set.copyOf(sealed),
            addresses());
    return next.isPresent()
        ? write(meta, now.version(), next.get())
        : CompletableFuture.completedFuture(null);
  }

  private Map<MemberId, HostPort> addresses() {
    Map<MemberId, HostPort> addresses = new TreeMap<>(links.said());
    addresses.put(self, settings.mesh().advertised());
    return addresses;
  }

  /** Seals groups that are being deleted and are led here, and tells of those that are. */
  private CompletionStage<?> seal() {
    List<CompletableFuture<Optional<GroupId>>> asked = new ArrayList<>();
    for (Map.Entry<GroupId, ListedGroup> group : known().groups().entrySet()) {
      Optional<GroupNode> here = running.find(group.getKey());
      if (group.getValue().deleting() && here.isPresent()) {
        GroupId log = group.getValue().log();
        asked.add(
            RunEnded.orElse(
                    here.get().membership().thenApply(view -> seal(here.get(), log, view)),
                    Optional::<GroupId>empty)
                .toCompletableFuture());
      }
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenAccept(
            all -> {
              Set<GroupId> done = new HashSet<>();
              asked.forEach(one -> one.join().ifPresent(done::add));
              sealed.addAll(done);
              ActorRef<DoorMessage> to = door;
              if (to != null && !done.equals(told)) {
                told = done;
                to.tell(new NodeDoor.Sealed(done));
              }
            });
  }

  private Optional<GroupId> seal(GroupNode group, GroupId log, MembershipView view) {
    if (view.sealed()) {
      return Optional.of(log);
    }
    if (view.leader().equals(Optional.of(self))) {
      var unused = group.changes().change(new MembershipChange.Seal(), OptionalLong.empty());
    }
    return Optional.empty();
  }
}
