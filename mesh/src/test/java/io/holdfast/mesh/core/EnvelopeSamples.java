package io.holdfast.mesh.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.core.Envelope.AskStory;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.Envelope.Body;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedChange;
import io.holdfast.mesh.core.Envelope.ForwardedChangeAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.Greet;
import io.holdfast.mesh.core.Envelope.KnowsDirectory;
import io.holdfast.mesh.core.Envelope.Refuse;
import io.holdfast.mesh.core.Envelope.Request;
import io.holdfast.mesh.core.Envelope.TellDirectory;
import io.holdfast.mesh.core.Envelope.TellGlimpse;
import io.holdfast.mesh.core.Envelope.TellStory;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.core.Envelope.Welcome;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.AckReport.MemberAck;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.quorum.core.LeaderSpread;
import io.holdfast.quorum.core.MemberState;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.RequestTrace;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.SnapshotMessage;
import io.holdfast.sync.core.SyncMessage;
import io.holdfast.sync.core.TraceContext;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.holdfast.sync.core.reservation.ValueKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** One of everything that nodes say to each other, and generators of any of it. */
final class EnvelopeSamples {

  private static final GroupId GROUP = new GroupId("main");
  private static final MemberId MEMBER = new MemberId(new NodeId("node-1"), 0xFEDC_BA98_7654_3210L);
  private static final MemberId OTHER = new MemberId(new NodeId("node-4"), 7);
  private static final Ballot BALLOT = new Ballot(42, MEMBER);
  private static final ByteString BYTES = ByteString.copyFromUtf8("some bytes");
  private static final Batch BATCH = Batch.of(BYTES);
  private static final String ID = "01941f29-7c00-7a1b-8c2d-3e4f5a6b7c8d";
  private static final AckReport ACKS =
      new AckReport(
          3,
          2,
          1,
          1,
          List.of(
              new MemberAck(new NodeId("node-1"), AckReport.State.ACKED, 0.75),
              new MemberAck(new NodeId("node-2"), AckReport.State.SILENT, -1)));

  private static final RequestTrace TRACE =
      new RequestTrace(
          "req-7",
          Optional.of(new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")));

  private EnvelopeSamples() {}

  /** Of one who shows a token and has looked at an epoch. */
  private static Forward forwardedFor(Optional<RequestTrace> trace) {
    Caller caller =
        new Caller(
            Credentials.of(TokenHash.ofToken("secret")),
            Optional.of(new Caller.Pinned(3, Optional.of(SetHash.of(BYTES)))),
            trace);
    return new Forward(GROUP, 3, 1, new Request.Read(BYTES), caller);
  }

  static Map<String, Envelope> all() {
    Map<String, Body> bodies = new LinkedHashMap<>();
    bodies.put(
        "greet", new Greet("mesh", "line one\nline two", 3, List.of(7L, -8L), "127.0.0.1:8101"));
    bodies.put("welcome", new Welcome("127.0.0.1:8102", 9));
    bodies.put("refuse", new Refuse("stale_copy", "because", 9));
    bodies.put("welcome-of-directory", new Welcome("127.0.0.1:8102", 9, 12));
    bodies.put("refuse-of-directory", new Refuse("not_a_peer", "because", 9, 12));
    bodies.put(
        "knows-directory",
        new KnowsDirectory(
            "mesh",
            12,
            new HostPort("10.0.0.4", 4100),
            Set.of(new GroupId("old--9"), new GroupId("orders--5"))));
    bodies.put(
        "knows-directory-leading",
        new KnowsDirectory(
            "mesh",
            12,
            new HostPort("10.0.0.4", 4100),
            Set.of(),
            new LeaderSpread.Told(300, Optional.of(new GroupId("orders--5")))));
    bodies.put("tell-directory", new TellDirectory("mesh", DirectorySample.large()));
    bodies.put("glimpse", new TellGlimpse(GlimpseSample.of(MEMBER.node())));
    bodies.put(
        "to-acceptor",
        new ToAcceptor(GROUP, new AcceptorRequest.Accept(BALLOT, new Slot(7), BATCH, new Slot(6))));
    bodies.put(
        "to-coordinator",
        new ToCoordinator(
            GROUP,
            new AcceptorReply.Accepted(
                BALLOT, new Slot(7), BATCH.digest(), new Slot(6), Digest.ZERO)));
    bodies.put(
        "between-coordinators",
        new BetweenCoordinators(
            GROUP,
            new CoordinatorMessage.Heartbeat(
                BALLOT, new Slot(7), new Slot(2), MemberState.UNKNOWN)));
    bodies.put(
        "between-replicas-fetch",
        new BetweenReplicas(GROUP, new SyncMessage.Fetch(new Slot(5), 1024)));
    bodies.put(
        "between-replicas-fetched",
        new BetweenReplicas(
            GROUP,
            new SyncMessage.Fetched(
                new Slot(5),
                List.of(new AcceptedPair(new Slot(5), BALLOT, BATCH)),
                new Slot(6),
                true)));
    snapshots()
        .forEach(
            (name, message) ->
                bodies.put("between-replicas-" + name, new BetweenReplicas(GROUP, message)));
    bodies.put("forward-write", new Forward(GROUP, -1, 0, new Request.Write(BYTES)));
    bodies.put("forward-read", forwardedRead().body());
    bodies.put("forward-find-write", new Forward(GROUP, 2, 0, new Request.FindWrite(ID)));
    bodies.put("forward-traced", forwardedFor(Optional.of(TRACE)));
    bodies.put(
        "forward-named",
        forwardedFor(Optional.of(new RequestTrace("req.1:a/b", Optional.empty()))));
    bodies.put("forward-shown", forwardedFor(Optional.empty()));
    bodies.put(
        "answer-committed",
        new ForwardedWriteAnswer(
            GROUP,
            -1,
            new WriteAnswer(
                OutcomeCode.COMMITTED,
                Optional.empty(),
                "",
                ID,
                Optional.of(new Executed(7, OptionalLong.of(19), 18, false)),
                Optional.of(ACKS),
                Optional.empty())));
    bodies.put(
        "answer-not-met",
        new ForwardedWriteAnswer(
            GROUP,
            3,
            new WriteAnswer(
                OutcomeCode.QUORUM_NOT_MET,
                Optional.of("timeout"),
                "it may still commit",
                ID,
                Optional.empty(),
                Optional.of(ACKS),
                Optional.of(Duration.ofSeconds(1)))));
    bodies.put(
        "answer-found",
        new ForwardedReadAnswer(
            GROUP,
            4,
            new ReadAnswer.Found(BYTES, 1, 9, 2, new ReadPoint(7, 19, Optional.empty()))));
    bodies.put(
        "answer-absent",
        new ForwardedReadAnswer(
            GROUP, 5, new ReadAnswer.Absent(new ReadPoint(7, 19, Optional.empty()))));
    bodies.put(
        "answer-refused-read",
        new ForwardedReadAnswer(GROUP, 6, GroupAnswers.refusedRead(OutcomeCode.NO_LEADER)));
    bodies.put(
        "forward-query",
        new Forward(
            GROUP,
            7,
            0,
            new Request.Query(
                new ReadQuery(KeyRange.prefix(BYTES), OptionalLong.of(5), 10, ReadDetail.KEYS))));
    bodies.put(
        "answer-transaction",
        new ForwardedWriteAnswer(
            GROUP,
            8,
            new WriteAnswer(
                OutcomeCode.COMMITTED,
                Optional.empty(),
                "",
                ID,
                Optional.of(
                    Executed.of(
                        7,
                        false,
                        new CommandResult.TransactionDone(
                            true, 19, true, Optional.of(List.of(new OperationResult.Deleted(2)))))),
                Optional.of(ACKS),
                Optional.empty())));
    bodies.put(
        "answer-listed",
        new ForwardedReadAnswer(
            GROUP,
            9,
            new ReadAnswer.Listed(
                new ReadResult.Records(
                    List.of(new KeyRecord(BYTES, new VersionedValue(BYTES, 1, 9, 2, 3))),
                    5,
                    true,
                    true,
                    12),
                new ReadPoint(7, 12, Optional.empty()))));
    bodies.put(
        "forward-reservations",
        new Forward(
            GROUP,
            12,
            0,
            new Request.Query(
                new ReplicaQuery.OnReservations(
                    new ReservationQuery.Find(
                        ReservationFilter.ofPath("h1", "/a", true),
                        Optional.of(new ValueKey("ports", "h1", -5)),
                        100)))));
    bodies.put(
        "answer-reservations",
        new ForwardedReadAnswer(
            GROUP,
            13,
            new ReadAnswer.Reservations(
                new ReservationAnswer.Found(
                    List.of(
                        new Reservation(
                            "ports", "h1", 7, "h1", "/a", "t", "p", "", "ann", 1, 2, 3)),
                    true),
                new ReadPoint(7, 12, Optional.empty()),
                99)));
    bodies.put("answer-compacted", new ForwardedReadAnswer(GROUP, 10, new ReadAnswer.Compacted(8)));
    bodies.put(
        "forward-change",
        new ForwardedChange(
            GROUP, 11, 1, new MembershipChange.Replace(MEMBER, OTHER), OptionalLong.of(3)));
    bodies.put(
        "answer-changed", new ForwardedChangeAnswer(GROUP, 11, new ChangeAnswer.Changed(4, 1064)));
    bodies.put(
        "answer-change-sealed", new ForwardedChangeAnswer(GROUP, 11, new ChangeAnswer.Sealed()));
    bodies.put(
        "answer-change-refused",
        new ForwardedChangeAnswer(
            GROUP,
            12,
            new ChangeAnswer.Refused(
                new ChangeRefusal(ChangeRefusal.Code.NOT_CAUGHT_UP, "n4 is 1203 slots behind"))));
    bodies.put(
        "answer-change-undecided",
        new ForwardedChangeAnswer(
            GROUP,
            13,
            new ChangeAnswer.Undecided(
                OutcomeCode.NO_LEADER, "nobody leads", Optional.of(Duration.ofSeconds(1)))));
    bodies.putAll(stories());
    Map<String, Envelope> samples = new LinkedHashMap<>();
    bodies.forEach((name, body) -> samples.put(name, new Envelope(MEMBER, 0xABCD, body)));
    return samples;
  }

  private static Map<String, Body> stories() {
    WriteStory story =
        new WriteStory(
            ID,
            "main",
            MEMBER.node(),
            1_700_000_000_500L,
            "committed",
            OptionalLong.of(7),
            1_700_000_000_000L,
            List.of(new WriteStory.Clock(OTHER.node(), -250)),
            List.of(
                new WriteStory.Event(
                    1_700_000_000_100L,
                    MEMBER.node(),
                    "received",
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    List.of(),
                    "a client asked for it"),
                new WriteStory.Event(
                    1_700_000_000_101L,
                    MEMBER.node(),
                    "proposed",
                    OptionalLong.of(7),
                    OptionalLong.of(42),
                    List.of(MEMBER.node(), OTHER.node()),
                    "slot 7 under ballot 42 sent to node-1, node-4")),
            12);
    Map<String, Body> bodies = new LinkedHashMap<>();
    bodies.put(
        "ask-story",
        new AskStory(
            GROUP, 14, ID, new Caller(Credentials.of(TokenHash.ofToken("s")), Optional.empty())));
    bodies.put("tell-story", new TellStory(GROUP, 14, new StoryAnswer.Told(story)));
    bodies.put(
        "tell-story-refused",
        new TellStory(
            GROUP, 15, new StoryAnswer.Refused(OutcomeCode.DENIED, "it may not be looked up")));
    return bodies;
  }

  static Envelope forwardedRead() {
    return new Envelope(MEMBER, 0xABCD, new Forward(GROUP, 1, 1, new Request.Read(BYTES)));
  }

  // ---- Any

  static Arbitrary<Envelope> any() {
    return Combinators.combine(anyMember(), Arbitraries.longs(), anyBody()).as(Envelope::new);
  }

  private static Arbitrary<Body> anyBody() {
    return Arbitraries.<Body>oneOf(
        Combinators.combine(
                anyText(),
                anyText(),
                Arbitraries.longs(),
                Arbitraries.longs().list().ofMaxSize(4),
                anyText())
            .as(Greet::new),
        Combinators.combine(anyText(), Arbitraries.longs(), Arbitraries.longs()).as(Welcome::new),
        Combinators.combine(
                anyText().filter(code -> !code.isEmpty()),
                anyText(),
                Arbitraries.longs(),
                Arbitraries.longs())
            .as(Refuse::new),
        Combinators.combine(
                anyText(),
                Arbitraries.longs().greaterOrEqual(0),
                Arbitraries.of(new HostPort("h", 1), new HostPort("::1", 65535)),
                anyGroup().set().ofMaxSize(3),
                Combinators.combine(Arbitraries.integers().greaterOrEqual(0), anyGroup().optional())
                    .as(LeaderSpread.Told::new))
            .as(KnowsDirectory::new),
        Combinators.combine(
                anyText(), Arbitraries.of(DirectorySample.seeded(), DirectorySample.large()))
            .as(TellDirectory::new),
        anyGroup().flatMap(group -> anyRequest().map(ask -> new ToAcceptor(group, ask))),
        anyGroup().flatMap(group -> anyReply().map(reply -> new ToCoordinator(group, reply))),
        anyGroup()
            .flatMap(group -> anyCoordinatorMessage().map(m -> new BetweenCoordinators(group, m))),
        anyGroup().flatMap(group -> anySync().map(m -> new BetweenReplicas(group, m))),
        Combinators.combine(
                anyGroup(),
                Arbitraries.longs(),
                Arbitraries.integers().between(0, EnvelopeCodec.MAX_HOPS),
                anyForwarded())
            .as(Forward::new),
        Combinators.combine(anyGroup(), Arbitraries.longs(), anyWriteAnswer())
            .as(ForwardedWriteAnswer::new),
        Combinators.combine(anyGroup(), Arbitraries.longs(), anyReadAnswer())
            .as(ForwardedReadAnswer::new),
        Combinators.combine(
                anyGroup(),
                Arbitraries.longs(),
                Arbitraries.integers().between(0, EnvelopeCodec.MAX_HOPS),
                anyChange(),
                Arbitraries.longs().greaterOrEqual(0).optional())
            .as(
                (group, token, hops, change, expected) ->
                    new ForwardedChange(
                        group,
                        token,
                        hops,
                        change,
                        expected.map(OptionalLong::of).orElse(OptionalLong.empty()))),
        Combinators.combine(anyGroup(), Arbitraries.longs(), anyChangeAnswer())
            .as(ForwardedChangeAnswer::new),
        Combinators.combine(anyGroup(), Arbitraries.longs(), anyText())
            .as((group, token, id) -> new AskStory(group, token, id, Caller.ANYBODY)),
        Combinators.combine(
                anyGroup(), Arbitraries.longs(), Arbitraries.of(OutcomeCode.class), anyText())
            .as(
                (group, token, code, detail) ->
                    new TellStory(group, token, new StoryAnswer.Refused(code, detail))));
  }

  private static Arbitrary<MembershipChange> anyChange() {
    Arbitrary<OptionalInt> w =
        Arbitraries.integers()
            .between(1, 7)
            .optional()
            .map(given -> given.map(OptionalInt::of).orElse(OptionalInt.empty()));
    return Arbitraries.oneOf(
        anyMember().map(MembershipChange.AddLearner::new),
        Combinators.combine(anyMember(), w).as(MembershipChange.Promote::new),
        Combinators.combine(anyMember(), w).as(MembershipChange.Remove::new),
        Combinators.combine(anyMember(), anyMember()).as(MembershipChange.Replace::new),
        Combinators.combine(
                Arbitraries.integers().between(1, 7), Arbitraries.integers().between(1, 7))
            .as(MembershipChange.SetQuorums::new));
  }

  private static Arbitrary<ChangeAnswer> anyChangeAnswer() {
    Arbitrary<Long> number = Arbitraries.longs().greaterOrEqual(0);
    return Arbitraries.oneOf(
        Combinators.combine(number, number).as(ChangeAnswer.Changed::new),
        Combinators.combine(Arbitraries.of(ChangeRefusal.Code.class), anyText())
            .as((code, reason) -> new ChangeAnswer.Refused(new ChangeRefusal(code, reason))),
        Combinators.combine(Arbitraries.of(OutcomeCode.class), anyText(), anyWait())
            .as(ChangeAnswer.Undecided::new));
  }

  private static Arbitrary<AcceptorRequest> anyRequest() {
    return Arbitraries.oneOf(
        Combinators.combine(anyBallot(), anySlot(1)).as(AcceptorRequest.Prepare::new),
        Combinators.combine(anyBallot(), anySlot(1), anyBatch(), anySlot(0))
            .as(AcceptorRequest.Accept::new),
        Combinators.combine(anyBallot(), Arbitraries.longs()).as(AcceptorRequest.Probe::new));
  }

  private static Arbitrary<AcceptorReply> anyReply() {
    return Arbitraries.oneOf(
        Combinators.combine(anyBallot(), anySlot(1), anyDigest(), anySlot(0), anyDigest())
            .as(AcceptorReply.Accepted::new),
        Combinators.combine(anyBallot(), anySlot(0), anyBallot()).as(AcceptorReply.Rejected::new),
        Combinators.combine(anyBallot(), anySlot(1), anySlot(0))
            .as(AcceptorReply.AlreadyChosen::new),
        Combinators.combine(anyBallot(), Arbitraries.longs())
            .as(AcceptorReply.ProbeConfirmed::new));
  }

  private static Arbitrary<CoordinatorMessage> anyCoordinatorMessage() {
    return Arbitraries.oneOf(
        Combinators.combine(Arbitraries.longs(), anySlot(0)).as(CoordinatorMessage.PrePrepare::new),
        Combinators.combine(anyBallot(), anyMember()).as(CoordinatorMessage.Resigned::new));
  }

  /** One of each message about snapshots. */
  private static Map<String, SyncMessage> snapshots() {
    SnapshotHead head = new SnapshotHead(new Slot(50), BATCH.digest(), 900, 123_456_789_012L);
    Map<String, SyncMessage> messages = new LinkedHashMap<>();
    messages.put("ask-snapshot", new SnapshotMessage.Ask(800, new Slot(7)));
    messages.put("snapshot-offer", new SnapshotMessage.Offer(1_700_000_000_000L, head));
    messages.put("ask-snapshot-chunk", new SnapshotMessage.AskChunk(1_700_000_000_000L, 3));
    messages.put(
        "snapshot-chunk",
        new SnapshotMessage.Chunk(1_700_000_000_000L, 3, 0xCAFE_BABE, BYTES, true));
    messages.put(
        "snapshot-refusal",
        new SnapshotMessage.Refusal(1_700_000_000_000L, SnapshotMessage.Reason.UNKNOWN_SESSION));
    return messages;
  }

  private static Arbitrary<SyncMessage> anySnapshotMessage() {
    Arbitrary<Long> number = Arbitraries.longs().greaterOrEqual(0);
    Arbitrary<SnapshotHead> head =
        Combinators.combine(number, number, number)
            .as(
                (slot, place, size) ->
                    new SnapshotHead(new Slot(slot), BATCH.digest(), place, size));
    return Arbitraries.oneOf(
        Combinators.combine(number, number)
            .as((place, slot) -> new SnapshotMessage.Ask(place, new Slot(slot))),
        Combinators.combine(number, head).as(SnapshotMessage.Offer::new),
        Combinators.combine(number, number).as(SnapshotMessage.AskChunk::new),
        Combinators.combine(number, number, Arbitraries.integers(), Arbitraries.of(true, false))
            .as(
                (session, index, crc, last) ->
                    new SnapshotMessage.Chunk(session, index, crc, BYTES, last)),
        Combinators.combine(number, Arbitraries.of(SnapshotMessage.Reason.class))
            .as(SnapshotMessage.Refusal::new));
  }

  private static Arbitrary<SyncMessage> anySync() {
    Arbitrary<AcceptedPair> pairs =
        Combinators.combine(anySlot(1), anyBallot(), anyBatch()).as(AcceptedPair::new);
    return Arbitraries.oneOf(
        Combinators.combine(anySlot(1), Arbitraries.integers().greaterOrEqual(1))
            .as(SyncMessage.Fetch::new),
        Combinators.combine(
                anySlot(0), pairs.list().ofMaxSize(3), anySlot(0), Arbitraries.of(true, false))
            .as(SyncMessage.Fetched::new),
        anySnapshotMessage());
  }

  private static Arbitrary<Request> anyForwarded() {
    return Arbitraries.oneOf(
        anyBytes().map(Request.Write::new),
        anyBytes().map(Request.Read::new),
        Combinators.combine(
                anyBytes(),
                Arbitraries.longs().between(1, Long.MAX_VALUE).optional(),
                Arbitraries.integers().between(1, ReadQuery.MAX_LIMIT),
                Arbitraries.of(ReadDetail.class))
            .as(
                (prefix, revision, limit, detail) ->
                    new Request.Query(
                        new ReadQuery(
                            KeyRange.prefix(prefix),
                            revision.map(OptionalLong::of).orElse(OptionalLong.empty()),
                            limit,
                            detail))),
        anyText().filter(text -> text.length() <= 36).map(Request.FindWrite::new));
  }

  private static Arbitrary<WriteAnswer> anyWriteAnswer() {
    Arbitrary<Long> counts = Arbitraries.longs().greaterOrEqual(0);
    Arbitrary<OptionalLong> revisions =
        Arbitraries.oneOf(counts.map(OptionalLong::of), Arbitraries.just(OptionalLong.empty()));
    return Combinators.combine(
            Arbitraries.of(OutcomeCode.class),
            anyText().filter(reason -> !reason.isEmpty()).optional(),
            anyText(),
            anyText().filter(text -> text.length() <= 36),
            Combinators.combine(counts, revisions, counts, Arbitraries.of(true, false))
                .as(
                    (slot, took, previous, replayed) ->
                        new Executed(slot, took, previous, replayed))
                .optional(),
            anyAcks().optional(),
            anyWait())
        .as(WriteAnswer::new);
  }

  private static Arbitrary<ReadAnswer> anyReadAnswer() {
    Arbitrary<Long> counts = Arbitraries.longs().greaterOrEqual(0);
    Arbitrary<ReadPoint> points =
        Combinators.combine(counts, counts)
            .as((slot, revision) -> new ReadPoint(slot, revision, Optional.empty()));
    return Arbitraries.oneOf(
        Combinators.combine(anyBytes(), counts, counts, counts, points).as(ReadAnswer.Found::new),
        points.map(ReadAnswer.Absent::new),
        Combinators.combine(
                anyBytes(),
                Arbitraries.longs().between(1, Long.MAX_VALUE),
                counts,
                Arbitraries.of(true, false),
                points)
            .as(
                (bytes, revision, count, flag, at) ->
                    new ReadAnswer.Listed(
                        new ReadResult.Records(
                            List.of(
                                new KeyRecord(
                                    bytes, new VersionedValue(bytes, 1, revision, 1, count))),
                            count,
                            flag,
                            !flag,
                            revision),
                        at)),
        Arbitraries.longs().between(1, Long.MAX_VALUE).map(ReadAnswer.Compacted::new),
        Combinators.combine(Arbitraries.of(OutcomeCode.class), anyText(), anyWait())
            .as(ReadAnswer.Refused::new));
  }

  private static Arbitrary<AckReport> anyAcks() {
    Arbitrary<Integer> counts = Arbitraries.integers().between(0, 7);
    Arbitrary<MemberAck> members =
        Combinators.combine(
                anyMember(), Arbitraries.of(AckReport.State.class), Arbitraries.doubles())
            .as((member, state, millis) -> new MemberAck(member.node(), state, millis));
    return Combinators.combine(counts, counts, counts, counts, members.list().ofMaxSize(7))
        .as(AckReport::new);
  }

  private static Arbitrary<Optional<Duration>> anyWait() {
    return Arbitraries.longs().between(1, 60_000).map(Duration::ofMillis).optional();
  }

  private static Arbitrary<String> anyText() {
    return Arbitraries.strings().excludeChars('\uFFFF').ofMaxLength(40).filter(s -> !lone(s));
  }

  /** Half a pair of surrogates is no text that UTF-8 could carry. */
  private static boolean lone(String text) {
    return text.chars().anyMatch(c -> Character.isSurrogate((char) c));
  }

  private static Arbitrary<GroupId> anyGroup() {
    return Arbitraries.of("main", "a", "group-2").map(GroupId::new);
  }

  private static Arbitrary<MemberId> anyMember() {
    return Combinators.combine(Arbitraries.of("a", "node-1", "z".repeat(63)), Arbitraries.longs())
        .as((node, life) -> new MemberId(new NodeId(node), life));
  }

  private static Arbitrary<Ballot> anyBallot() {
    return Combinators.combine(Arbitraries.longs().between(1, Long.MAX_VALUE), anyMember())
        .as(Ballot::new);
  }

  private static Arbitrary<Slot> anySlot(long least) {
    return Arbitraries.longs().between(least, Long.MAX_VALUE).map(Slot::new);
  }

  private static Arbitrary<Batch> anyBatch() {
    return anyBytes().map(Batch::of);
  }

  private static Arbitrary<Digest> anyDigest() {
    return anyBatch().map(Batch::digest);
  }

  private static Arbitrary<ByteString> anyBytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(ByteString::copyFrom);
  }
}
