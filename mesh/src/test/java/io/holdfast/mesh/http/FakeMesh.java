package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.AcceptorStatus;
import io.holdfast.mesh.CacheStatus;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ChangesRequest;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.ControlSample;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.Directory;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.DivergenceStatus;
import io.holdfast.mesh.GroupMembers;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.Found;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReservationsRequest;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.core.health.HealthRules;
import io.holdfast.mesh.core.health.HealthTerms;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.AckReport.MemberAck;
import io.holdfast.quorum.core.AckReport.State;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.ReadResult;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Answers as it is told to, and keeps what it was asked. */
final class FakeMesh implements Mesh {

  static final String WRITE_ID = "01890a5d-ac96-774b-bcce-b302099a8057";
  static final AckReport ACKS =
      new AckReport(
          3,
          2,
          2,
          0,
          List.of(
              new MemberAck(new NodeId("n1"), State.ACKED, 0.8),
              new MemberAck(new NodeId("n2"), State.ACKED, 1.25),
              new MemberAck(new NodeId("n3"), State.SILENT, -1)));

  final Queue<WriteRequest> writes = new ConcurrentLinkedQueue<>();
  final Queue<ReadRequest> reads = new ConcurrentLinkedQueue<>();
  final Queue<ReservationsRequest> questions = new ConcurrentLinkedQueue<>();
  final Queue<Optional<GroupId>> lookUps = new ConcurrentLinkedQueue<>();
  volatile CompletionStage<SnapshotAnswer> snapshotAnswer = new CompletableFuture<>();
  volatile List<GroupId> groups = List.of(new GroupId("main"), new GroupId("other"));
  volatile CompletionStage<WriteAnswer> writeAnswer =
      CompletableFuture.completedFuture(committed(OptionalLong.of(17)));
  volatile CompletionStage<ReadAnswer> readAnswer =
      CompletableFuture.completedFuture(found(ByteString.copyFromUtf8("value"), Optional.empty()));

  static WriteAnswer committed(OptionalLong modRevision) {
    return new WriteAnswer(
        OutcomeCode.COMMITTED,
        Optional.empty(),
        "",
        WRITE_ID,
        Optional.of(new Executed(9, modRevision, 16, false)),
        Optional.of(ACKS),
        Optional.empty());
  }

  static WriteAnswer answer(OutcomeCode code, Optional<Duration> retryAfter) {
    return new WriteAnswer(
        code,
        code == OutcomeCode.QUORUM_NOT_MET ? Optional.of("unreachable") : Optional.empty(),
        "told so",
        WRITE_ID,
        Optional.empty(),
        Optional.of(ACKS),
        retryAfter);
  }

  static ReadAnswer found(ByteString value, Optional<Duration> staleness) {
    return new Found(value, 3, 17, 4, new ReadPoint(99, 120, staleness));
  }

  WriteRequest onlyWrite() {
    if (writes.size() != 1) {
      throw new AssertionError("expected one write, saw " + writes);
    }
    return writes.element();
  }

  ByteString onlyKey() {
    return ((Command.OnKey) onlyWrite().command()).key();
  }

  ByteString onlyValue() {
    Command command = onlyWrite().command();
    return command instanceof Command.PutIf put ? put.value() : ((Command.Put) command).value();
  }

  ReadRequest onlyRead() {
    if (reads.size() != 1) {
      throw new AssertionError("expected one read, saw " + reads);
    }
    return reads.element();
  }

  /** Answers to the questions for changes; after them there is silence. */
  final Deque<CompletionStage<ChangesAnswer>> changes = new ConcurrentLinkedDeque<>();

  final Queue<ChangesRequest> followed = new ConcurrentLinkedQueue<>();

  @Override
  public CompletionStage<ChangesAnswer> changes(ChangesRequest request) {
    followed.add(request);
    CompletionStage<ChangesAnswer> next = changes.pollFirst();
    return next == null ? new CompletableFuture<>() : next;
  }

  @Override
  public CompletionStage<SnapshotAnswer> snapshot(GroupId group) {
    return snapshotAnswer;
  }

  @Override
  public CompletionStage<WriteAnswer> write(WriteRequest request) {
    writes.add(request);
    return writeAnswer;
  }

  @Override
  public CompletionStage<ReadAnswer> read(ReadRequest request) {
    if (request.caller().equals(Caller.NODE)
        && request.consistency() == ReadRequest.Consistency.LINEARIZABLE) {
      // The node's own question how far the log is.
      return CompletableFuture.completedFuture(
          new ReadAnswer.Listed(
              new ReadResult.Records(List.of(), 0, false, false, 0),
              new ReadAnswer.ReadPoint(0, 0, Optional.empty())));
    }
    reads.add(request);
    return readAnswer;
  }

  @Override
  public CompletionStage<ReadAnswer> reservations(ReservationsRequest request) {
    questions.add(request);
    return readAnswer;
  }

  @Override
  public CompletionStage<WriteAnswer> findWrite(
      String writeId, Optional<GroupId> group, Caller caller) {
    lookUps.add(group);
    return writeAnswer;
  }

  /** Who asked for the story of a write. */
  final Queue<Caller> storyAskers = new ConcurrentLinkedQueue<>();

  volatile StoryAnswer storyAnswer =
      new StoryAnswer.Told(
          new WriteStory(
              WRITE_ID,
              "main",
              new NodeId("n1"),
              1_767_225_600_500L,
              "committed",
              OptionalLong.of(9),
              1_767_225_500_000L,
              List.of(new WriteStory.Clock(new NodeId("n2"), 3)),
              List.of(
                  new WriteStory.Event(
                      1_767_225_600_000L,
                      new NodeId("n1"),
                      "proposed",
                      OptionalLong.of(9),
                      OptionalLong.of(2),
                      List.of(new NodeId("n1"), new NodeId("n2")),
                      "slot 9 under ballot 2 sent to n1, n2")),
              0));

  @Override
  public CompletionStage<StoryAnswer> story(GroupId group, String writeId, Caller caller) {
    storyAskers.add(caller);
    return CompletableFuture.completedFuture(storyAnswer);
  }

  /** What all members tell of a write: n1 as above, n2 a little, n3 not, and n4 nothing. */
  volatile StoriesAnswer storiesAnswer =
      new StoriesAnswer.Told(
          Set.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"), new NodeId("n4")),
          List.of(
              ((StoryAnswer.Told) storyAnswer).story(),
              new WriteStory(
                  WRITE_ID,
                  "main",
                  new NodeId("n2"),
                  1_767_225_600_600L,
                  "committed",
                  OptionalLong.of(9),
                  1_767_225_500_000L,
                  List.of(),
                  List.of(
                      new WriteStory.Event(
                          1_767_225_600_007L,
                          new NodeId("n2"),
                          "persisted",
                          OptionalLong.of(9),
                          OptionalLong.of(2),
                          List.of(),
                          "slot 9 is on disk here")),
                  3)),
          Map.of(new NodeId("n3"), "not for you"));

  @Override
  public CompletionStage<StoriesAnswer> stories(GroupId group, String writeId, Caller caller) {
    storyAskers.add(caller);
    return CompletableFuture.completedFuture(storiesAnswer);
  }

  @Override
  public List<GroupId> groups() {
    return groups;
  }

  @Override
  public CompletionStage<Optional<GroupStatus>> group(GroupId group) {
    return CompletableFuture.completedFuture(
        group.value().equals("other") ? Optional.empty() : Optional.of(groupStatus()));
  }

  @Override
  public CompletionStage<Optional<ChainPoint>> chain(GroupId group, long slot) {
    return CompletableFuture.completedFuture(
        group.value().equals("other")
            ? Optional.empty()
            : Optional.of(
                new ChainPoint(
                    new NodeId("n1"),
                    9,
                    slot,
                    slot <= 9 ? Optional.of("f".repeat(64)) : Optional.empty())));
  }

  /** What is active, one answer after the other; the last one stays. */
  final Deque<ControlStatus> control =
      new ConcurrentLinkedDeque<>(List.of(ControlSample.status(ControlSample.after())));

  @Override
  public CompletionStage<Optional<ControlStatus>> control(GroupId group) {
    return CompletableFuture.completedFuture(
        Optional.ofNullable(control.size() > 1 ? control.poll() : control.peek()));
  }

  final FakeMembers members = new FakeMembers();

  @Override
  public GroupMembers members() {
    return members;
  }

  final FakeDirectory directory = new FakeDirectory();

  @Override
  public Directory directory() {
    return directory;
  }

  volatile Optional<NodeId> leader = Optional.empty();

  private GroupStatus groupStatus() {
    return new GroupStatus(
        "main",
        3,
        2,
        2,
        List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3")),
        List.of(new NodeId("n1"), new NodeId("n2")),
        "following",
        leader,
        "-",
        "-",
        9,
        9,
        8,
        0,
        0,
        0,
        Optional.empty(),
        17,
        5,
        0,
        0,
        AcceptorStatus.SILENT,
        new CacheStatus(2, 7, 5, 3, 2, 1, 1, 1, 0, 0, 0),
        "0".repeat(64),
        new DivergenceStatus("none", 0, List.of(), 0),
        0,
        0,
        Map.of("committed", 3L),
        List.of(),
        List.of());
  }

  final FakePictures pictures = new FakePictures();

  @Override
  public Pictures pictures() {
    return pictures;
  }

  @Override
  public CompletionStage<Health> health() {
    Map<String, Picture.Control> active = new TreeMap<>();
    ControlStatus known = control.peek();
    if (known != null) {
      active.put("main", Picture.Control.of(known));
    }
    return CompletableFuture.completedFuture(
        HealthRules.judge(
            new HealthTerms(Duration.ofSeconds(30), 2, 1), nodeStatus(), active, Map.of()));
  }

  @Override
  public CompletionStage<NodeStatus> status() {
    return CompletableFuture.completedFuture(nodeStatus());
  }

  /** What the node is, in a word. */
  volatile String state = "running";

  /** Whether the node takes part in a group. */
  volatile boolean replicas = true;

  NodeStatus nodeStatus() {
    return new NodeStatus(
        new NodeId("n1"),
        "mesh-id",
        "ff",
        1,
        "0.1.0",
        state,
        Optional.of("to be let in"),
        "127.0.0.1:1",
        "127.0.0.1:2",
        Duration.ofMillis(1500),
        List.of(
            new NodeStatus.PeerStatus(
                new NodeId("n2"), "127.0.0.1:3", "", false, -1, 0, "not heard")),
        replicas ? List.of(groupStatus()) : List.of(),
        Map.of(),
        new DiskStatus(100, 1_000),
        ClockStatus.at(1_767_225_600_000L),
        Map.of("journalBytes", 12.0));
  }
}
