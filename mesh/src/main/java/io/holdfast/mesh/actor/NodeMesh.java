package io.holdfast.mesh.actor;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.JournalCounters;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.PeerAddress;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.Software;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.WriteRequest.Operation;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandLimits;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What a running node offers: requests go to their group's service, questions to its actors. */
final class NodeMesh implements Mesh {

  private final HoldfastSettings settings;
  private final DataDirectory directory;
  private final JournalDatabase journal;
  private final Supplier<Map<GroupId, GroupNode>> running;
  private final List<GroupId> names;
  private final long startedNanos = System.nanoTime();
  private final Map<NodeId, String> frontDoors = new ConcurrentHashMap<>();
  private final LongAdder strangers = new LongAdder();
  private volatile String httpAddr = "";
  private volatile boolean stopping;
  private volatile boolean leading;

  NodeMesh(
      HoldfastSettings settings,
      DataDirectory directory,
      JournalDatabase journal,
      Supplier<Map<GroupId, GroupNode>> running) {
    this.settings = settings;
    this.directory = directory;
    this.journal = journal;
    this.running = running;
    this.names = settings.groups().stream().map(GroupSettings::name).sorted().toList();
  }

  void servesAt(String address) {
    httpAddr = address;
  }

  String httpAddr() {
    return httpAddr;
  }

  void peerServesAt(NodeId peer, String address) {
    frontDoors.put(peer, address);
  }

  void countStranger() {
    strangers.increment();
  }

  void stopping() {
    stopping = true;
  }

  /** Whether this node led a group when it was last looked at. */
  boolean leadsAnyGroup() {
    for (GroupNode group : running.get().values()) {
      var unused = group.view().thenAccept(view -> leading = view.role().code().equals("leading"));
    }
    return leading;
  }

  @Override
  public List<GroupId> groups() {
    return names;
  }

  // ---- Requests

  @Override
  public CompletionStage<WriteAnswer> write(WriteRequest request) {
    Optional<String> unusable = request.writeId().flatMap(WriteId::refusalOf);
    if (unusable.isPresent()) {
      return done(GroupAnswers.refused(OutcomeCode.INVALID, unusable.get(), ""));
    }
    WriteId id = request.writeId().map(WriteId::parse).orElseGet(NodeMesh::newWriteId);
    long ahead = id.timeMillis() - System.currentTimeMillis();
    if (ahead > settings.quorum().clockSkewWarn().toMillis()) {
      return done(
          GroupAnswers.refused(
              OutcomeCode.INVALID,
              "The write id is dated %d s ahead of this node's clock; at most %d s are allowed."
                  .formatted(
                      TimeUnit.MILLISECONDS.toSeconds(ahead),
                      settings.quorum().clockSkewWarn().toSeconds()),
              id.toString()));
    }
    GroupNode group = running.get().get(request.group());
    if (group == null) {
      return done(notServed(request.group(), id.toString()));
    }
    Command command;
    try {
      command = command(request);
    } catch (IllegalArgumentException e) {
      return done(
          GroupAnswers.refused(OutcomeCode.INVALID, String.valueOf(e.getMessage()), id.toString()));
    }
    Optional<String> excess = CommandLimits.excessOf(command);
    if (excess.isPresent()) {
      return done(GroupAnswers.refused(OutcomeCode.TOO_LARGE, excess.get(), id.toString()));
    }
    CompletableFuture<WriteAnswer> answer = group.service().write(WriteCommand.of(id, command));
    return request
        .patience()
        .<CompletionStage<WriteAnswer>>map(patience -> within(patience, answer, id.toString()))
        .orElse(answer);
  }

  private static Command command(WriteRequest request) {
    ByteString key = request.key();
    OptionalLong expected = request.expectedModRevision();
    if (request.operation() == Operation.PUT) {
      return expected.isPresent()
          ? new Command.PutIf(key, request.value(), expected.getAsLong())
          : new Command.Put(key, request.value());
    }
    return expected.isPresent()
        ? new Command.DeleteIf(key, expected.getAsLong())
        : new Command.Delete(key);
  }

  private static CompletionStage<WriteAnswer> within(
      Duration patience, CompletableFuture<WriteAnswer> answer, String writeId) {
    if (patience.isZero()) {
      return answer.isDone() ? answer : done(GroupAnswers.inFlight(writeId));
    }
    return answer
        .copy()
        .completeOnTimeout(
            GroupAnswers.inFlight(writeId), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static WriteId newWriteId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return WriteId.of(System.currentTimeMillis(), new UUID(random.nextLong(), random.nextLong()));
  }

  private WriteAnswer notServed(GroupId group, String writeId) {
    return names.contains(group)
        ? GroupAnswers.refused(OutcomeCode.NOT_READY, notReady(), writeId)
        : GroupAnswers.refused(
            OutcomeCode.UNKNOWN_GROUP, "There is no group " + group + " here.", writeId);
  }

  private String notReady() {
    return stopping
        ? "This node is stopping; ask another one."
        : "This node does not take part yet: a new mesh starts once all its members have met.";
  }

  @Override
  public CompletionStage<ReadAnswer> read(ReadRequest request) {
    GroupNode group = running.get().get(request.group());
    if (group == null) {
      WriteAnswer why = notServed(request.group(), "");
      return CompletableFuture.completedFuture(
          new ReadAnswer.Refused(why.code(), why.detail(), why.retryAfter()));
    }
    return request.consistency() == Consistency.LINEARIZABLE
        ? group.service().readLinearizable(request.key())
        : group.service().readLocal(request.key(), group.staleness());
  }

  @Override
  public CompletionStage<WriteAnswer> findWrite(String writeId, Optional<GroupId> group) {
    Optional<String> unusable = WriteId.refusalOf(writeId);
    if (unusable.isPresent()) {
      return done(GroupAnswers.refused(OutcomeCode.INVALID, unusable.get(), ""));
    }
    List<GroupId> asked = group.map(List::of).orElse(names);
    CompletionStage<WriteAnswer> found =
        done(
            GroupAnswers.refused(
                OutcomeCode.NOT_FOUND, "No write with this id has been executed so far.", writeId));
    for (GroupId name : asked) {
      GroupNode node = running.get().get(name);
      found =
          found.thenCompose(
              sofar -> {
                if (sofar.code() != OutcomeCode.NOT_FOUND) {
                  return done(sofar);
                }
                return node == null
                    ? done(notServed(name, writeId))
                    : node.service().findWrite(writeId);
              });
    }
    return found;
  }

  private static CompletionStage<WriteAnswer> done(WriteAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  // ---- Status

  @Override
  public CompletionStage<Optional<GroupStatus>> group(GroupId group) {
    GroupNode node = running.get().get(group);
    return node == null
        ? CompletableFuture.completedFuture(Optional.empty())
        : node.status().thenApply(Optional::of);
  }

  @Override
  public CompletionStage<NodeStatus> status() {
    List<CompletableFuture<GroupStatus>> asked = new ArrayList<>();
    List<CompletableFuture<CoordinatorView>> views = new ArrayList<>();
    for (GroupNode group : running.get().values()) {
      asked.add(group.status().toCompletableFuture());
      views.add(group.view().toCompletableFuture());
    }
    List<CompletableFuture<?>> all = new ArrayList<>(asked);
    all.addAll(views);
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            unused ->
                status(
                    asked.stream().map(CompletableFuture::join).toList(),
                    views.stream().map(CompletableFuture::join).toList()));
  }

  private NodeStatus status(List<GroupStatus> groups, List<CoordinatorView> views) {
    return new NodeStatus(
        settings.node().id(),
        settings.mesh().id(),
        HexFormat.of().toHexDigits(directory.identity().incarnation()),
        directory.identity().bootCount(),
        Software.version(),
        state(),
        httpAddr,
        settings.mesh().advertised().toString(),
        Duration.ofNanos(System.nanoTime() - startedNanos),
        peers(views),
        groups,
        counters());
  }

  private String state() {
    if (stopping) {
      return "stopping";
    }
    if (!running.get().isEmpty()) {
      return "running";
    }
    return directory.ledger().admitted() ? "starting" : "founding";
  }

  private List<PeerStatus> peers(List<CoordinatorView> views) {
    List<PeerStatus> peers = new ArrayList<>();
    for (PeerAddress peer : settings.mesh().peers()) {
      if (!peer.node().equals(settings.node().id())) {
        peers.add(peer(peer, views));
      }
    }
    return peers;
  }

  private PeerStatus peer(PeerAddress peer, List<CoordinatorView> views) {
    long heardMillis = -1;
    long skewMillis = 0;
    for (CoordinatorView view : views) {
      for (CoordinatorView.PeerView seen : view.peers()) {
        if (seen.member().node().equals(peer.node()) && seen.sinceHeard().isPresent()) {
          long since = seen.sinceHeard().get().toMillis();
          heardMillis = heardMillis < 0 ? since : Math.min(heardMillis, since);
          if (seen.state().wallMillis() > 0) {
            skewMillis = seen.state().wallMillis() + since - System.currentTimeMillis();
          }
        }
      }
    }
    boolean reachable =
        heardMillis >= 0 && heardMillis <= 2 * settings.coordinator().electionTimeout().toMillis();
    String detail = reachable ? "" : heardMillis < 0 ? "never heard" : "silent";
    return new PeerStatus(
        peer.node(),
        peer.address().toString(),
        frontDoors.getOrDefault(peer.node(), ""),
        reachable,
        heardMillis,
        skewMillis,
        detail);
  }

  private Map<String, Double> counters() {
    JournalCounters written = journal.writer().counters();
    Map<String, Double> counters = new TreeMap<>();
    counters.put("journalBytes", (double) journal.database().fileBytes());
    counters.put("journalSynchronousWrites", (double) journal.database().syncWrites().writes());
    counters.put("journalCommits", (double) written.commits());
    counters.put("journalEvents", (double) written.events());
    counters.put(
        "journalEventsPerCommit",
        written.commits() == 0 ? 0 : (double) written.events() / written.commits());
    counters.put("strangers", (double) strangers.sum());
    return counters;
  }
}
