package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.Request;
import io.holdfast.mesh.core.RouterEffect.Admit;
import io.holdfast.mesh.core.RouterEffect.AnswerRead;
import io.holdfast.mesh.core.RouterEffect.AnswerWrite;
import io.holdfast.mesh.core.RouterEffect.AskReadIndex;
import io.holdfast.mesh.core.RouterEffect.CountDropped;
import io.holdfast.mesh.core.RouterEffect.LookUp;
import io.holdfast.mesh.core.RouterEffect.Query;
import io.holdfast.mesh.core.RouterEffect.Send;
import io.holdfast.mesh.core.RouterEffect.Submit;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.RequestTrace;
import io.holdfast.sync.core.TraceContext;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.WriteLookup;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequestRouterTest {

  private static final GroupId GROUP = new GroupId("g");
  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");
  private static final long WALL = 1_000_000_000L;
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final WriteId ID = id(1);
  private static final ByteString COMMAND =
      CommandCodec.encode(WriteCommand.of(ID, new Command.Put(KEY, KEY)));
  private static final ClientRequest.Write WRITE =
      ClientRequest.Write.of(WriteCommand.of(ID, new Command.Put(KEY, KEY)));
  private static final ClientRequest READ = new ClientRequest.Read(KEY);
  private static final ClientRequest FIND = new ClientRequest.FindWrite(ID);
  private static final AckReport ACKS = new AckReport(3, 2, 2, 0, List.of());
  private static final Outcome.Committed COMMITTED =
      new Outcome.Committed(
          new Slot(5),
          CommandCodec.encode(
              new CommandOutcome(new CommandResult.Applied(9, 8), false, new Slot(5))),
          ACKS);
  private static final ReadAnswer ABSENT =
      new ReadAnswer.Absent(new ReadAnswer.ReadPoint(5, 9, Optional.empty()));

  /** The first ticket; the router counts on from here. */
  private static final long T = 1000;

  private final RequestRouter router =
      new RequestRouter(
          GROUP, A, new RouterLimits(Duration.ofSeconds(3), 2, 3, Duration.ofSeconds(30)), T);

  private long millis;

  // ---- Where a request goes

  @Test
  void givesAWriteToItsOwnCoordinatorWhileItLeads() {
    leader(A);

    assertThat(ask(7, WRITE)).containsExactly(new Submit(T, new CommandEntry(COMMAND)));
    assertThat(writeAnswer(7, on(new RouterInput.Concluded(T, COMMITTED))))
        .returns(OutcomeCode.COMMITTED, WriteAnswer::code)
        .returns(ID.toString(), WriteAnswer::writeId);
  }

  @Test
  void givesAWriteToItsOwnCoordinatorWhileItHearsNoLeader() {
    assertThat(ask(7, WRITE)).containsExactly(new Submit(T, new CommandEntry(COMMAND)));
  }

  @Test
  void forwardsAWriteToTheLeaderAndItsAnswerBack() {
    leader(B);

    assertThat(ask(7, WRITE)).containsExactly(forward(B, T, 0, new Request.Write(COMMAND)));
    assertThat(on(new RouterInput.PeerAnsweredWrite(B, T, done())))
        .containsExactly(new AnswerWrite(7, done()));
  }

  @Test
  void forwardsAReadToTheLeaderAndItsAnswerBack() {
    leader(B);

    assertThat(ask(7, READ)).containsExactly(forward(B, T, 0, new Request.Read(KEY)));
    assertThat(on(new RouterInput.PeerAnsweredRead(B, T, ABSENT)))
        .containsExactly(new AnswerRead(7, ABSENT));
  }

  @Test
  void questionAboutReservationsTakesTheWayOfALinearizableRead() {
    ReplicaQuery question = new ReplicaQuery.OnReservations(new ReservationQuery.Pools("h1"));
    ReservationAnswer.Pools pools = new ReservationAnswer.Pools(List.of());
    ReadAnswer.Reservations answer =
        new ReadAnswer.Reservations(pools, new ReadAnswer.ReadPoint(5, 3, Optional.empty()), 1_000);
    leader(B);
    assertThat(ask(7, new ClientRequest.Read(question)))
        .containsExactly(forward(B, T, 0, new Request.Query(question)));
    assertThat(on(new RouterInput.PeerAnsweredRead(B, T, answer)))
        .containsExactly(new AnswerRead(7, answer));

    leader(A);
    assertThat(ask(8, new ClientRequest.Read(question)))
        .containsExactly(new RouterEffect.AskReadIndex(T + 1));
    assertThat(on(new RouterInput.ReadIndexIs(T + 1, new Slot(4))))
        .containsExactly(new Query(T + 1, new Slot(4), question, Credentials.NONE));
    assertThat(
            readAnswer(
                8,
                on(
                    new RouterInput.QueryDone(
                        T + 1, new ReadResult.OfReservations(pools, 3, 1_000), new Slot(5)))))
        .isEqualTo(answer);
  }

  @Test
  void forwardsALookUpToTheLeaderAndItsAnswerBack() {
    leader(B);

    assertThat(ask(7, FIND))
        .containsExactly(forward(B, T, 0, new Request.FindWrite(ID.toString())));
    assertThat(on(new RouterInput.PeerAnsweredWrite(B, T, done())))
        .containsExactly(new AnswerWrite(7, done()));
  }

  @Test
  void neverForwardsALocalRead() {
    leader(B);

    assertThat(ask(7, new ClientRequest.ReadLocal(KEY, Optional.empty())))
        .containsExactly(new Query(T, Slot.ZERO, ReadQuery.of(KEY), Credentials.NONE));
  }

  @Test
  void takesAForwardedRequestOnceHoweverOftenItArrives() {
    leader(A);
    assertThat(peer(B, 55, 1, WRITE)).containsExactly(new Submit(T, new CommandEntry(COMMAND)));

    assertThat(peer(B, 55, 1, WRITE))
        .as("while the first is under way")
        .allMatch(RouterEffect.CountDropped.class::isInstance);
    on(new RouterInput.Concluded(T, COMMITTED));
    assertThat(peer(B, 55, 1, WRITE))
        .as("when the first is answered")
        .allMatch(RouterEffect.CountDropped.class::isInstance);
    assertThat(peer(B, 56, 1, WRITE)).hasSize(1).allMatch(Submit.class::isInstance);
  }

  @Test
  void answersAPeerOverTheCoordinatorOfThisNode() {
    leader(A);

    assertThat(peer(B, 55, 1, WRITE)).containsExactly(new Submit(T, new CommandEntry(COMMAND)));
    assertThat(peerWriteAnswer(B, 55, on(new RouterInput.Concluded(T, COMMITTED))).code())
        .isEqualTo(OutcomeCode.COMMITTED);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, true", "2, false", "3, false", "2147483647, false"})
  void forwardsAtMostTwice(int hops, boolean forwarded) {
    leader(C);

    assertThat(peer(B, 55, hops, READ))
        .containsExactly(
            forwarded ? forward(C, T, hops, new Request.Read(KEY)) : new AskReadIndex(T));
  }

  @Test
  void endsALoopOfNodesThatEachBelieveTheOtherLeads() {
    leader(B);
    assertThat(peer(B, 55, 2, WRITE)).containsExactly(new Submit(T, new CommandEntry(COMMAND)));

    assertThat(peerWriteAnswer(B, 55, refused(T, OutcomeCode.NO_LEADER, Optional.of(B))).code())
        .isEqualTo(OutcomeCode.NO_LEADER);
  }

  @Test
  void passesOnWhatAPeerForwardedAndTheAnswerBack() {
    leader(C);

    assertThat(peer(B, 55, 1, WRITE)).containsExactly(forward(C, T, 1, new Request.Write(COMMAND)));
    assertThat(on(new RouterInput.PeerAnsweredWrite(C, T, done())))
        .containsExactly(new Send(B, new ForwardedWriteAnswer(GROUP, 55, done())));
  }

  @Test
  void takesTheNameOfARequestAlongAndBackToTheLogs() {
    leader(C);
    Optional<RequestTrace> trace =
        Optional.of(
            new RequestTrace(
                "req-1",
                Optional.of(new TraceContext("0".repeat(31) + "1", "0".repeat(15) + "2"))));
    Caller caller = new Caller(Credentials.NONE, Optional.empty(), trace);

    assertThat(peer(B, 55, 1, new ClientRequest.Read(ReadQuery.of(KEY), caller)))
        .containsExactly(new Send(C, new Forward(GROUP, T, 1, new Request.Read(KEY), caller)));
    ReadAnswer refused = GroupAnswers.refusedRead(OutcomeCode.NO_LEADER);
    assertThat(on(new RouterInput.PeerAnsweredRead(C, T, refused)))
        .containsExactly(new Send(B, new ForwardedReadAnswer(GROUP, 55, refused), trace));
  }

  // ---- What the coordinator refuses

  @Test
  void forwardsAWriteThatTheCoordinatorRefusedToTheLeaderItNames() {
    ask(7, WRITE);

    assertThat(refused(T, OutcomeCode.NO_LEADER, Optional.of(B)))
        .containsExactly(forward(B, T, 0, new Request.Write(COMMAND)));
  }

  @ParameterizedTest
  @CsvSource({"NO_LEADER, ", "NO_LEADER, a", "OVERLOADED, b"})
  void refusesAWriteThatTheCoordinatorRefusedWhereNoOtherLeads(OutcomeCode code, String hint) {
    ask(7, WRITE);

    Optional<MemberId> leader = Optional.ofNullable(hint).map(RequestRouterTest::member);
    assertThat(writeAnswer(7, refused(T, code, leader)))
        .returns(code, WriteAnswer::code)
        .returns(ID.toString(), WriteAnswer::writeId);
  }

  @Test
  void forwardsAReadThatTheCoordinatorRefusedToTheLeaderItNames() {
    ask(7, READ);

    assertThat(on(new RouterInput.ReadIndexRefused(T, OutcomeCode.NO_LEADER, Optional.of(B))))
        .containsExactly(forward(B, T, 0, new Request.Read(KEY)));
  }

  @ParameterizedTest
  @CsvSource({"NO_LEADER, ", "NO_LEADER, a", "OVERLOADED, b"})
  void refusesAReadThatTheCoordinatorRefusedWhereNoOtherLeads(OutcomeCode code, String hint) {
    ask(7, READ);

    Optional<MemberId> leader = Optional.ofNullable(hint).map(RequestRouterTest::member);
    assertThat(readAnswer(7, on(new RouterInput.ReadIndexRefused(T, code, leader))))
        .isInstanceOfSatisfying(
            ReadAnswer.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void tellsAnUndecidedWriteAsTheVerdictSays() {
    ask(7, WRITE);

    Verdict verdict = new Verdict.NotMet(Verdict.Reason.UNREACHABLE, ACKS);
    Outcome undecided = new Outcome.Undecided(new Slot(5), verdict, Optional.<Ballot>empty());
    assertThat(writeAnswer(7, on(new RouterInput.Concluded(T, undecided))))
        .returns(OutcomeCode.QUORUM_NOT_MET, WriteAnswer::code)
        .returns(Optional.of("unreachable"), WriteAnswer::reason);
  }

  /** Found live: "only 2 of the 2 acknowledgements needed came". */
  @Test
  void saysThatItsOwnDiskWasLateWhereOthersWereEnough() {
    ask(7, WRITE);

    AckReport enough = new AckReport(3, 2, 2, 1, List.of());
    Verdict verdict = new Verdict.NotMet(Verdict.Reason.TIMEOUT, enough);
    Outcome undecided = new Outcome.Undecided(new Slot(5), verdict, Optional.<Ballot>empty());
    assertThat(writeAnswer(7, on(new RouterInput.Concluded(T, undecided))).detail())
        .startsWith("Others acknowledged in time, but this node's own disk did not;");
  }

  // ---- Reads and look-ups at the replica

  @Test
  void readsAtTheReadIndex() {
    ask(7, READ);

    assertThat(on(new RouterInput.ReadIndexIs(T, new Slot(4))))
        .containsExactly(new Query(T, new Slot(4), ReadQuery.of(KEY), Credentials.NONE));
    VersionedValue value = new VersionedValue(ByteString.EMPTY, 1, 2, 2);
    assertThat(readAnswer(7, on(queried(value))))
        .isEqualTo(
            new ReadAnswer.Found(
                ByteString.EMPTY, 1, 2, 2, new ReadAnswer.ReadPoint(5, 9, Optional.empty())));
  }

  @Test
  void saysHowOldALocalReadMayBe() {
    Optional<Duration> staleness = Optional.of(Duration.ofMillis(40));
    ask(7, new ClientRequest.ReadLocal(KEY, staleness));

    assertThat(readAnswer(7, on(queried())))
        .isEqualTo(new ReadAnswer.Absent(new ReadAnswer.ReadPoint(5, 9, staleness)));
  }

  @ParameterizedTest
  @CsvSource({"OVERLOADED, OVERLOADED", "TIMED_OUT, NOT_READY"})
  void refusesAReadThatTheReplicaRefused(Refusal reason, OutcomeCode code) {
    ask(7, READ);
    on(new RouterInput.ReadIndexIs(T, new Slot(4)));

    assertThat(readAnswer(7, on(new RouterInput.ReplicaRefused(T, reason))))
        .isInstanceOfSatisfying(
            ReadAnswer.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void answersWhoWaitsForAReplicaThatHasStopped() {
    ask(7, READ);
    ask(8, FIND);
    on(new RouterInput.ReadIndexIs(T, new Slot(4)));
    on(new RouterInput.ReadIndexIs(T + 1, new Slot(4)));

    assertThat(readAnswer(7, on(new RouterInput.ReplicaStopped(T))))
        .isInstanceOf(ReadAnswer.Refused.class);
    assertThat(writeAnswer(8, on(new RouterInput.ReplicaStopped(T + 1))).code())
        .isEqualTo(OutcomeCode.NOT_READY);
  }

  @Test
  void findsAWriteThatWasExecuted() {
    assertThat(
            lookUp(
                    new WriteLookup.Recorded(
                        new CommandOutcome(new CommandResult.Applied(9, 8), true, new Slot(5))))
                .result())
        .hasValueSatisfying(executed -> assertThat(executed.replayed()).isTrue());
  }

  @Test
  void doesNotFindAWriteThatNobodySent() {
    assertThat(lookUp(new WriteLookup.Unknown()).code()).isEqualTo(OutcomeCode.NOT_FOUND);
  }

  @Test
  void neverGuessesAboutAWriteIdThatHasExpired() {
    ask(1, WRITE);

    assertThat(lookUp(new WriteLookup.Expired()).code()).isEqualTo(OutcomeCode.WRITE_ID_EXPIRED);
  }

  // ---- Writes in flight

  @Test
  void saysThatAWriteIsInFlightWhileItsVerdictIsOut() {
    ask(1, WRITE);

    assertThat(lookUp(new WriteLookup.Unknown()).code()).isEqualTo(OutcomeCode.IN_FLIGHT);
  }

  @Test
  void saysThatAWriteIsInFlightUntilTheLastOfItsDuplicatesIsDone() {
    ask(1, WRITE);
    ask(2, WRITE);
    assertThat(on(new RouterInput.Concluded(T, COMMITTED))).hasSize(1);

    assertThat(lookUp(new WriteLookup.Unknown()).code()).isEqualTo(OutcomeCode.IN_FLIGHT);
    on(new RouterInput.Concluded(T + 1, COMMITTED));
    assertThat(lookUp(new WriteLookup.Unknown()).code()).isEqualTo(OutcomeCode.NOT_FOUND);
  }

  @Test
  void answersEachOfTwoDuplicatesOnce() {
    ask(1, WRITE);
    ask(2, WRITE);

    assertThat(writeAnswer(2, on(new RouterInput.Concluded(T + 1, COMMITTED))).code())
        .isEqualTo(OutcomeCode.COMMITTED);
    assertThat(writeAnswer(1, on(new RouterInput.Concluded(T, COMMITTED))).code())
        .isEqualTo(OutcomeCode.COMMITTED);
  }

  @Test
  void saysInFlightOfAWriteThatWasWhenTheLookUpCameThoughItsVerdictOvertookIt() {
    ask(1, WRITE);
    ask(7, FIND);
    on(new RouterInput.ReadIndexIs(T + 1, new Slot(4)));
    on(new RouterInput.Concluded(T, COMMITTED));

    assertThat(
            writeAnswer(7, on(new RouterInput.LookedUp(T + 1, new WriteLookup.Unknown()))).code())
        .isEqualTo(OutcomeCode.IN_FLIGHT);
  }

  @Test
  void isNotInFlightHereOnceItIsForwarded() {
    ask(1, WRITE);
    refused(T, OutcomeCode.NO_LEADER, Optional.of(B));

    assertThat(lookUp(new WriteLookup.Unknown()).code()).isEqualTo(OutcomeCode.NOT_FOUND);
  }

  @Test
  void tellsAClientThatLeavesThatItsWriteIsInFlight() {
    ask(7, WRITE, Duration.ofSeconds(1));

    assertThat(tickAfter(999)).isEmpty();
    assertThat(writeAnswer(7, tickAfter(1)).code()).isEqualTo(OutcomeCode.IN_FLIGHT);
    assertThat(tickAfter(5000)).isEmpty();
    assertThat(on(new RouterInput.Concluded(T, COMMITTED))).isEmpty();
  }

  @Test
  void tellsAClientThatDoesNotStayAtOnceThatItsWriteIsInFlight() {
    List<RouterEffect> effects = ask(7, WRITE, Duration.ZERO);

    assertThat(effects.get(0)).isEqualTo(new Submit(T, new CommandEntry(COMMAND)));
    assertThat(writeAnswer(7, effects.subList(1, 2)).code()).isEqualTo(OutcomeCode.IN_FLIGHT);
  }

  @Test
  void answersAClientThatStaysLongEnoughOnlyOnce() {
    ask(7, WRITE, Duration.ofSeconds(1));
    on(new RouterInput.Concluded(T, COMMITTED));

    assertThat(tickAfter(2000)).isEmpty();
  }

  @Test
  void forwardsAWriteWhoseClientHasLeft() {
    ask(7, WRITE, Duration.ZERO);

    assertThat(refused(T, OutcomeCode.NO_LEADER, Optional.of(B)))
        .containsExactly(forward(B, T, 0, new Request.Write(COMMAND)));
    assertThat(on(new RouterInput.PeerAnsweredWrite(B, T, done()))).isEmpty();
  }

  @Test
  void letsAClientLeaveAWriteThatIsForwarded() {
    leader(B);
    ask(7, WRITE, Duration.ofSeconds(1));

    assertThat(writeAnswer(7, tickAfter(1000)).code()).isEqualTo(OutcomeCode.IN_FLIGHT);
    assertThat(tickAfter(5000)).isEmpty();
  }

  @Test
  void letsOnlyWritesBeInFlight() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RouterInput.Asked(1, READ, Optional.of(Duration.ZERO)));
  }

  // ---- Leaders that are lost, answers that are late or wrong

  @Test
  void doesNotKnowTheOutcomeOfAWriteWhoseLeaderIsLost() {
    leader(B);
    ask(7, WRITE);

    assertThat(writeAnswer(7, leader(null)))
        .returns(OutcomeCode.OUTCOME_UNKNOWN, WriteAnswer::code)
        .returns(ID.toString(), WriteAnswer::writeId);
  }

  @Test
  void doesNotKnowTheOutcomeOfAWriteWhoseLeaderIsSucceeded() {
    leader(B);
    ask(7, WRITE);

    assertThat(writeAnswer(7, leader(C)).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);
  }

  @Test
  void tellsAPeerToThatTheLeaderIsLost() {
    leader(C);
    peer(B, 55, 1, WRITE);

    assertThat(peerWriteAnswer(B, 55, leader(null)).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);
  }

  @Test
  void refusesReadsAndLookUpsWhoseLeaderIsLost() {
    leader(B);
    ask(7, READ);
    ask(8, FIND);

    List<RouterEffect> effects = leader(null);
    assertThat(readAnswer(7, effects.subList(0, 1)))
        .isInstanceOfSatisfying(
            ReadAnswer.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.NO_LEADER));
    assertThat(writeAnswer(8, effects.subList(1, 2)).code()).isEqualTo(OutcomeCode.NO_LEADER);
  }

  @Test
  void keepsWaitingForALeaderThatIsHeardAgain() {
    leader(B);
    ask(7, WRITE);

    assertThat(leader(B)).isEmpty();
  }

  @Test
  void keepsWaitingForItsOwnCoordinatorWhenTheLeaderChanges() {
    leader(A);
    ask(7, WRITE);

    assertThat(leader(B)).isEmpty();
  }

  @Test
  void doesNotKnowTheOutcomeOfAWriteThatTheLeaderDidNotAnswerInTime() {
    leader(B);
    ask(7, WRITE);

    assertThat(tickAfter(3000)).isEmpty();
    assertThat(writeAnswer(7, tickAfter(1)).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);
  }

  @Test
  void forwardedWriteThatWaitsLongerHoldsNoLaterOneBack() {
    leader(B);
    on(new RouterInput.AckTimeoutIs(Optional.of(Duration.ofSeconds(60))));
    ask(7, WRITE);
    on(new RouterInput.AckTimeoutIs(Optional.empty()));
    ask(8, WRITE);
    assertThat(writeAnswer(8, tickAfter(3_001)).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);
  }

  @Test
  void waitsForAForwardedWriteAsLongAsThePolicyHasAcknowledgementsTake() {
    leader(B);
    on(new RouterInput.AckTimeoutIs(Optional.of(Duration.ofSeconds(10))));
    ask(7, WRITE);
    assertThat(tickAfter(10_900)).isEmpty();
    assertThat(writeAnswer(7, tickAfter(200)).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);

    on(new RouterInput.AckTimeoutIs(Optional.empty()));
    ask(8, WRITE);
    assertThat(writeAnswer(8, tickAfter(3_001)).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);
  }

  @Test
  void timesOutEachForwardedRequestAtItsOwnDeadline() {
    leader(B);
    ask(7, READ);
    tickAfter(1000);
    ask(8, READ);

    assertThat(tickAfter(2001)).hasSize(1);
    assertThat(tickAfter(1000)).hasSize(1);
  }

  @Test
  void dropsAnAnswerThatComesTooLate() {
    leader(B);
    ask(7, WRITE);
    tickAfter(3001);

    assertDropped(on(new RouterInput.PeerAnsweredWrite(B, T, done())));
  }

  @Test
  void dropsAnAnswerFromAnotherPeerThanWasAsked() {
    leader(B);
    ask(7, WRITE);

    assertDropped(on(new RouterInput.PeerAnsweredWrite(C, T, done())));
    assertDropped(
        on(new RouterInput.PeerAnsweredWrite(new MemberId(new NodeId("b"), 99), T, done())));
    assertThat(on(new RouterInput.PeerAnsweredWrite(B, T, done()))).hasSize(1);
  }

  @Test
  void dropsAnAnswerToSomethingElseThanWasAsked() {
    leader(B);
    ask(7, WRITE);
    ask(8, READ);

    assertDropped(on(new RouterInput.PeerAnsweredRead(B, T, ABSENT)));
    assertDropped(on(new RouterInput.PeerAnsweredWrite(B, T + 1, done())));
    WriteAnswer other = GroupAnswers.inFlight(id(2).toString());
    assertDropped(on(new RouterInput.PeerAnsweredWrite(B, T, other)));
  }

  @Test
  void namesTheWriteWhereThePeerCouldNot() {
    leader(B);
    ask(7, WRITE);
    WriteAnswer nameless = GroupAnswers.refused(OutcomeCode.INVALID, "Not a command.", "");

    assertThat(writeAnswer(7, on(new RouterInput.PeerAnsweredWrite(B, T, nameless))))
        .returns(ID.toString(), WriteAnswer::writeId)
        .returns("Not a command.", WriteAnswer::detail);
  }

  @Test
  void dropsTheSecondAnswerOfEveryKind() {
    ask(7, READ);
    assertDropped(on(queried()));
    on(new RouterInput.ReadIndexIs(T, new Slot(4)));
    assertDropped(on(new RouterInput.ReadIndexIs(T, new Slot(4))));
    on(queried());
    assertDropped(on(queried()));
    assertDropped(on(new RouterInput.ReplicaRefused(T, Refusal.TIMED_OUT)));
    assertDropped(on(new RouterInput.ReplicaStopped(T)));
    assertDropped(on(new RouterInput.LookedUp(T, new WriteLookup.Unknown())));
    assertDropped(on(new RouterInput.ReadIndexRefused(T, OutcomeCode.NO_LEADER, Optional.empty())));
    assertDropped(on(new RouterInput.Concluded(T, COMMITTED)));
  }

  // ---- Bounds

  @Test
  void refusesMoreForwardedRequestsThanItsLimit() {
    leader(B);
    ask(1, READ);
    ask(2, WRITE);

    assertThat(writeAnswer(3, ask(3, WRITE)).code()).isEqualTo(OutcomeCode.OVERLOADED);
    on(new RouterInput.PeerAnsweredRead(B, T, ABSENT));
    assertThat(ask(4, WRITE)).singleElement().isInstanceOf(Send.class);
  }

  @Test
  void refusesWhatItsCoordinatorRefusedWhereItMayNotForwardMore() {
    ask(1, WRITE);
    leader(B);
    ask(2, READ);
    ask(3, READ);

    assertThat(writeAnswer(1, refused(T, OutcomeCode.NO_LEADER, Optional.of(B))).code())
        .isEqualTo(OutcomeCode.OVERLOADED);
  }

  @Test
  void refusesMoreRequestsHereThanItsLimit() {
    leader(A);
    ask(1, WRITE);
    ask(2, READ);
    peer(B, 55, 1, FIND);

    assertThat(writeAnswer(4, ask(4, WRITE)).code()).isEqualTo(OutcomeCode.OVERLOADED);
    assertThat(peerWriteAnswer(B, 56, peer(B, 56, 1, WRITE)).code())
        .isEqualTo(OutcomeCode.OVERLOADED);
    on(new RouterInput.Concluded(T, COMMITTED));
    assertThat(ask(5, WRITE)).singleElement().isInstanceOf(Submit.class);
  }

  @Test
  void answeredAndRefusedRequestsMakeRoomForOthers() {
    for (int n = 0; n < 9; n++) {
      assertThat(ask(n, READ)).containsExactly(new AskReadIndex(T + n));
      readAnswer(
          n, on(new RouterInput.ReadIndexRefused(T + n, OutcomeCode.OVERLOADED, Optional.empty())));
    }
    leader(B);
    for (int n = 9; n < 18; n++) {
      assertThat(ask(n, WRITE)).singleElement().isInstanceOf(Send.class);
      writeAnswer(n, on(new RouterInput.PeerAnsweredWrite(B, T + n, done())));
    }
  }

  @ParameterizedTest
  @CsvSource({"30000, true", "30001, false", "-999000000, true"})
  void refusesAWriteIdThatIsDatedTooFarAhead(long aheadMillis, boolean taken) {
    WriteId dated = WriteId.of(WALL + aheadMillis, new UUID(0, 1));

    List<RouterEffect> effects =
        ask(7, ClientRequest.Write.of(WriteCommand.of(dated, new Command.Put(KEY, KEY))));
    if (taken) {
      assertThat(effects).singleElement().isInstanceOf(Submit.class);
    } else {
      assertThat(writeAnswer(7, effects))
          .returns(OutcomeCode.INVALID, WriteAnswer::code)
          .returns(dated.toString(), WriteAnswer::writeId);
    }
  }

  // ---- The end

  @Test
  void answersEveryoneWhenItCloses() {
    ask(1, WRITE);
    peer(C, 55, 1, READ);
    leader(B);
    ask(3, WRITE);
    ask(4, FIND);

    List<RouterEffect> effects = on(new RouterInput.Close());
    assertThat(effects).hasSize(4);
    assertThat(writeAnswer(1, effects.subList(0, 1)).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);
    assertThat(effects.get(1))
        .isEqualTo(
            new Send(
                C,
                new ForwardedReadAnswer(
                    GROUP, 55, GroupAnswers.refusedRead(OutcomeCode.NOT_READY))));
    assertThat(writeAnswer(3, effects.subList(2, 3)).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);
    assertThat(writeAnswer(4, effects.subList(3, 4)).code()).isEqualTo(OutcomeCode.NOT_READY);
  }

  @Test
  void takesNothingOnceItIsClosed() {
    leader(B);
    on(new RouterInput.Close());

    assertThat(writeAnswer(1, ask(1, WRITE)).code()).isEqualTo(OutcomeCode.NOT_READY);
    assertThat(readAnswer(2, ask(2, new ClientRequest.ReadLocal(KEY, Optional.empty()))))
        .isInstanceOf(ReadAnswer.Refused.class);
    assertThat(peerWriteAnswer(C, 55, peer(C, 55, 1, WRITE)).code())
        .isEqualTo(OutcomeCode.NOT_READY);
  }

  @Test
  void dropsWhatComesAfterItClosed() {
    ask(1, WRITE);
    on(new RouterInput.Close());

    assertDropped(on(new RouterInput.Concluded(T, COMMITTED)));
  }

  // ---- What peers forward

  @Test
  void readsWhatItForwards() {
    assertThat(RouterInput.read(B, new Forward(GROUP, 55, 0, WRITE.toWire())))
        .isEqualTo(new RouterInput.PeerAsked(B, 55, 1, WRITE));
    assertThat(RouterInput.read(B, new Forward(GROUP, 55, 1, READ.toWire())))
        .isEqualTo(new RouterInput.PeerAsked(B, 55, 2, READ));
    assertThat(RouterInput.read(B, new Forward(GROUP, 55, 0, FIND.toWire())))
        .isEqualTo(new RouterInput.PeerAsked(B, 55, 1, FIND));
  }

  @Test
  void tellsAPeerThatItsCommandCannotBeRead() {
    Request garbage = new Request.Write(ByteString.copyFromUtf8("garbage"));

    assertThat(peerWriteAnswer(B, 55, on(RouterInput.read(B, new Forward(GROUP, 55, 0, garbage)))))
        .returns(OutcomeCode.INVALID, WriteAnswer::code)
        .returns("Not a command.", WriteAnswer::detail);
  }

  @Test
  void tellsAPeerThatItsWriteIdCannotBeRead() {
    Request garbage = new Request.FindWrite("garbage");

    assertThat(peerWriteAnswer(B, 55, on(RouterInput.read(B, new Forward(GROUP, 55, 0, garbage)))))
        .returns(OutcomeCode.INVALID, WriteAnswer::code)
        .returns("Not a write id.", WriteAnswer::detail);
  }

  @ParameterizedTest
  @EnumSource
  void isNotMovedByAnInputOfNoConsequence(Idle idle) {
    assertThat(on(idle.input)).isEmpty();
  }

  private enum Idle {
    TICK(new RouterInput.Tick()),
    NO_LEADER(new RouterInput.LeaderIs(Optional.empty())),
    CLOSE(new RouterInput.Close());

    private final RouterInput input;

    Idle(RouterInput input) {
      this.input = input;
    }
  }

  // ---- Admission

  @Test
  void hasAWriteAdmittedBeforeItIsProposed() {
    ByteString planned = ByteString.copyFromUtf8("with a plan");

    assertThat(step(new RouterInput.Asked(7, WRITE, Optional.empty())))
        .containsExactly(new Admit(T, WRITE.write(), Caller.ANYBODY));
    assertThat(step(new RouterInput.Admitted(T, planned)))
        .containsExactly(new Submit(T, new CommandEntry(planned)));
  }

  @Test
  void answersAWriteThatWasDecidedBeforeWithoutProposingIt() {
    step(new RouterInput.Asked(7, WRITE, Optional.empty()));

    assertThat(
            writeAnswer(
                7,
                step(
                    new RouterInput.AlreadyDecided(
                        T,
                        new CommandOutcome(new CommandResult.Applied(9, 8), true, new Slot(5))))))
        .returns(OutcomeCode.COMMITTED, WriteAnswer::code)
        .returns(Optional.empty(), WriteAnswer::acks)
        .satisfies(answer -> assertThat(answer.result().orElseThrow().replayed()).isTrue());
  }

  @ParameterizedTest
  @CsvSource({"NO_LEADER", "OVERLOADED", "CACHE_HORIZON_EXCEEDED", "INVALID"})
  void tellsWhyAWriteIsNotAdmitted(OutcomeCode code) {
    step(new RouterInput.Asked(7, WRITE, Optional.empty()));

    assertThat(writeAnswer(7, step(new RouterInput.NotAdmitted(T, code, "why"))))
        .returns(code, WriteAnswer::code)
        .returns("why", WriteAnswer::detail);
    assertDropped(step(new RouterInput.NotAdmitted(T, code, "why")));
  }

  @Test
  void forwardsAWriteThatIsNotAdmittedForWantOfLeadershipHere() {
    step(new RouterInput.Asked(7, WRITE, Optional.empty()));
    leader(B);

    assertThat(step(new RouterInput.NotAdmitted(T, OutcomeCode.NO_LEADER, "why")))
        .containsExactly(forward(B, T, 0, new Request.Write(COMMAND)));
  }

  @Test
  void refusesAWriteThatWaitsForAdmissionWhenTheReplicaStops() {
    step(new RouterInput.Asked(7, WRITE, Optional.empty()));

    assertThat(writeAnswer(7, step(new RouterInput.ReplicaStopped(T))).code())
        .isEqualTo(OutcomeCode.NOT_READY);
  }

  @Test
  void doesNotCallAWriteThatWaitsForAdmissionUnknownAtTheEnd() {
    step(new RouterInput.Asked(7, WRITE, Optional.empty()));

    assertThat(writeAnswer(7, step(new RouterInput.Close())).code())
        .isEqualTo(OutcomeCode.NOT_READY);
  }

  @Test
  void admitsAWriteThatCameTooLateAnewUnderTheSameId() {
    ask(7, WRITE);

    assertThat(step(new RouterInput.Concluded(T, tooLate())))
        .containsExactly(new Admit(T, WRITE.write(), Caller.ANYBODY));
    assertDropped(step(new RouterInput.Concluded(T, COMMITTED)));
    assertThat(step(new RouterInput.Admitted(T, COMMAND)))
        .containsExactly(new Submit(T, new CommandEntry(COMMAND)));
    assertThat(writeAnswer(7, step(new RouterInput.Concluded(T, COMMITTED))).code())
        .isEqualTo(OutcomeCode.COMMITTED);
  }

  @Test
  void givesAWriteUpThatCameTooLateAfterThreeMoreAdmissions() {
    ask(7, WRITE);
    for (int i = 0; i < RequestRouter.MAX_READMISSIONS; i++) {
      assertThat(on(new RouterInput.Concluded(T, tooLate())))
          .singleElement()
          .isInstanceOf(Submit.class);
    }

    assertThat(writeAnswer(7, step(new RouterInput.Concluded(T, tooLate()))))
        .returns(OutcomeCode.CACHE_HORIZON_EXCEEDED, WriteAnswer::code)
        .returns(Optional.of(Duration.ofSeconds(1)), WriteAnswer::retryAfter);
  }

  private static Outcome tooLate() {
    return concluded(new CommandResult.HorizonExceeded(), false);
  }

  private static Outcome concluded(CommandResult result, boolean replayed) {
    return new Outcome.Committed(
        new Slot(5), CommandCodec.encode(new CommandOutcome(result, replayed, new Slot(5))), ACKS);
  }

  // ---- Results of transactions

  private static final List<OperationResult> RESULTS = List.of(new OperationResult.Deleted(3));

  private static CommandResult done(Optional<List<OperationResult>> results) {
    return new CommandResult.TransactionDone(true, 9, true, results);
  }

  @Test
  void answersATransactionWithAResultPerOperation() {
    ask(7, WRITE);

    WriteAnswer answer =
        writeAnswer(
            7, on(new RouterInput.Concluded(T, concluded(done(Optional.of(RESULTS)), false))));

    assertThat(answer)
        .returns(OutcomeCode.COMMITTED, WriteAnswer::code)
        .returns(Optional.of(ACKS), WriteAnswer::acks);
    assertThat(answer.result().orElseThrow().transaction().orElseThrow().results())
        .contains(RESULTS);
  }

  @Test
  void looksUpTheResultsOfATransactionThatIsReplayed() {
    ask(7, WRITE);

    assertThat(on(new RouterInput.Concluded(T, concluded(done(Optional.empty()), true))))
        .containsExactly(new LookUp(T, Slot.ZERO, ID, Credentials.NODE));
    WriteAnswer answer =
        writeAnswer(
            7,
            on(
                new RouterInput.LookedUp(
                    T,
                    new WriteLookup.Recorded(
                        new CommandOutcome(done(Optional.of(RESULTS)), true, new Slot(5))))));

    assertThat(answer.result().orElseThrow())
        .returns(true, WriteAnswer.Executed::replayed)
        .satisfies(
            executed ->
                assertThat(executed.transaction().orElseThrow().results()).contains(RESULTS));
  }

  @Test
  void looksUpWhoHoldsANumberThatIsReplayedAndNothingWhereNobodyCould() {
    ask(7, WRITE);
    ask(8, WRITE);

    assertThat(
            writeAnswer(
                    7, on(new RouterInput.Concluded(T, concluded(refused(Code.EXCLUDED), true))))
                .code())
        .isEqualTo(OutcomeCode.EXCLUDED);
    assertThat(on(new RouterInput.Concluded(T + 1, concluded(refused(Code.CONFLICT), true))))
        .containsExactly(new LookUp(T + 1, Slot.ZERO, ID, Credentials.NODE));
  }

  private static CommandResult refused(Code code) {
    return new CommandResult.ReservationsRefused(
        new ReservationOutcome.Refused(code, 0, "ports", Optional.of(5L), Optional.empty()));
  }

  @Test
  void looksUpTheResultsOfATransactionThatAdmissionKnows() {
    step(new RouterInput.Asked(7, WRITE, Optional.empty()));

    assertThat(
            step(
                new RouterInput.AlreadyDecided(
                    T, new CommandOutcome(done(Optional.empty()), true, new Slot(5)))))
        .containsExactly(new LookUp(T, Slot.ZERO, ID, Credentials.NODE));
  }

  @Test
  void answersATransactionWhoseResultsAreGoneWithWhatIsKnown() {
    for (RouterInput none :
        List.of(
            new RouterInput.LookedUp(T, new WriteLookup.Expired()),
            new RouterInput.ReplicaRefused(T + 1, Refusal.OVERLOADED),
            new RouterInput.ReplicaStopped(T + 2),
            new RouterInput.Close())) {
      long ticket = ((Submit) ask(7, WRITE).get(0)).ticket();
      on(new RouterInput.Concluded(ticket, concluded(done(Optional.empty()), true)));

      assertThat(writeAnswer(7, on(none)))
          .returns(OutcomeCode.COMMITTED, WriteAnswer::code)
          .satisfies(
              answer ->
                  assertThat(answer.result().orElseThrow().transaction().orElseThrow().results())
                      .isEmpty());
    }
  }

  // ---- Reads of ranges and of the past

  private static final ReadQuery RANGE =
      new ReadQuery(KeyRange.prefix(KEY), OptionalLong.of(4), 10, ReadDetail.RECORDS);

  @Test
  void forwardsAReadOfARangeAsAQuery() {
    leader(B);

    assertThat(ask(7, new ClientRequest.Read(RANGE)))
        .containsExactly(forward(B, T, 0, new Request.Query(RANGE)));
  }

  @Test
  void listsWhatIsInARange() {
    ask(7, new ClientRequest.Read(RANGE));
    on(new RouterInput.ReadIndexIs(T, new Slot(4)));

    assertThat(readAnswer(7, on(queried(new VersionedValue(KEY, 1, 2, 2)))))
        .isInstanceOfSatisfying(
            ReadAnswer.Listed.class,
            listed -> assertThat(listed.keys().records()).singleElement().isNotNull());
  }

  @Test
  void saysWhatIsTheOldestRevisionThatCanBeRead() {
    ask(7, new ClientRequest.Read(RANGE));
    on(new RouterInput.ReadIndexIs(T, new Slot(4)));

    assertThat(
            readAnswer(
                7, on(new RouterInput.QueryDone(T, new ReadResult.Compacted(6), new Slot(5)))))
        .isEqualTo(new ReadAnswer.Compacted(6));
  }

  @Test
  void refusesAReadOfARevisionThatIsNotReached() {
    ReadResult future = new ReadResult.Future(3);
    ask(7, new ClientRequest.Read(RANGE));
    on(new RouterInput.ReadIndexIs(T, new Slot(4)));
    ask(8, new ClientRequest.ReadLocal(RANGE, Optional.empty()));

    assertThat(readAnswer(7, on(new RouterInput.QueryDone(T, future, new Slot(5)))))
        .isInstanceOfSatisfying(
            ReadAnswer.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.INVALID));
    assertThat(readAnswer(8, on(new RouterInput.QueryDone(T + 1, future, new Slot(5)))))
        .isInstanceOfSatisfying(
            ReadAnswer.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.NOT_READY));
  }

  @Test
  void refusesWhatOnlyALeaderProposesFromAPeer() {
    WriteCommand own = WriteCommand.of(ID, new Command.ExpireLease(3, 0));

    assertThat(
            RouterInput.read(
                B, new Forward(GROUP, 5, 0, new Request.Write(CommandCodec.encode(own)))))
        .isInstanceOf(RouterInput.PeerAskedUnreadably.class);
  }

  // ---- The scene

  /** One step; what it wants admitted is admitted at once, as the command that it is. */
  private List<RouterEffect> on(RouterInput input) {
    List<RouterEffect> effects = new ArrayList<>();
    for (RouterEffect effect : step(input)) {
      if (effect instanceof Admit admit) {
        effects.addAll(
            step(new RouterInput.Admitted(admit.ticket(), CommandCodec.encode(admit.write()))));
      } else {
        effects.add(effect);
      }
    }
    return effects;
  }

  private static RouterInput queried(VersionedValue... found) {
    List<KeyRecord> records = Arrays.stream(found).map(value -> new KeyRecord(KEY, value)).toList();
    return new RouterInput.QueryDone(
        T, new ReadResult.Records(records, records.size(), false, false, 9), new Slot(5));
  }

  private List<RouterEffect> step(RouterInput input) {
    return router.on(input, new Now(millis * 1_000_000 - 5_000_000_000L, WALL + millis));
  }

  private List<RouterEffect> ask(long token, ClientRequest request) {
    return on(new RouterInput.Asked(token, request, Optional.empty()));
  }

  private List<RouterEffect> ask(long token, ClientRequest request, Duration patience) {
    return on(new RouterInput.Asked(token, request, Optional.of(patience)));
  }

  private List<RouterEffect> peer(MemberId from, long token, int hops, ClientRequest request) {
    return on(new RouterInput.PeerAsked(from, token, hops, request));
  }

  private List<RouterEffect> leader(@org.jspecify.annotations.Nullable MemberId member) {
    return on(new RouterInput.LeaderIs(Optional.ofNullable(member)));
  }

  private List<RouterEffect> refused(long ticket, OutcomeCode code, Optional<MemberId> hint) {
    return on(new RouterInput.Concluded(ticket, new Outcome.Refused(code, hint)));
  }

  private List<RouterEffect> tickAfter(long later) {
    millis += later;
    return on(new RouterInput.Tick());
  }

  /** Looks ID up while A may answer, and returns what the client is told. */
  private WriteAnswer lookUp(WriteLookup found) {
    AskReadIndex asked = (AskReadIndex) ask(99, FIND).get(0);
    assertThat(on(new RouterInput.ReadIndexIs(asked.ticket(), new Slot(4))))
        .containsExactly(new LookUp(asked.ticket(), new Slot(4), ID, Credentials.NONE));
    return writeAnswer(99, on(new RouterInput.LookedUp(asked.ticket(), found)));
  }

  private static WriteAnswer writeAnswer(long token, List<RouterEffect> effects) {
    assertThat(effects).singleElement().isInstanceOf(AnswerWrite.class);
    AnswerWrite answer = (AnswerWrite) effects.get(0);
    assertThat(answer.token()).isEqualTo(token);
    return answer.answer();
  }

  private static ReadAnswer readAnswer(long token, List<RouterEffect> effects) {
    assertThat(effects).singleElement().isInstanceOf(AnswerRead.class);
    AnswerRead answer = (AnswerRead) effects.get(0);
    assertThat(answer.token()).isEqualTo(token);
    return answer.answer();
  }

  private static WriteAnswer peerWriteAnswer(MemberId to, long token, List<RouterEffect> effects) {
    assertThat(effects).singleElement().isInstanceOf(Send.class);
    Send send = (Send) effects.get(0);
    assertThat(send.to()).isEqualTo(to);
    ForwardedWriteAnswer answer = (ForwardedWriteAnswer) send.message();
    assertThat(answer.token()).isEqualTo(token);
    return answer.answer();
  }

  private static void assertDropped(List<RouterEffect> effects) {
    assertThat(effects).singleElement().isInstanceOf(CountDropped.class);
  }

  private static Send forward(MemberId to, long token, int hops, Request request) {
    return new Send(to, new Forward(GROUP, token, hops, request));
  }

  private static WriteAnswer done() {
    return GroupAnswers.executed(
        ID.toString(), CommandCodec.decodeOutcome(COMMITTED.result()), Optional.of(ACKS));
  }

  private static MemberId member(String node) {
    return new MemberId(new NodeId(node), 7);
  }

  private static WriteId id(long low) {
    return WriteId.of(WALL, new UUID(0, low));
  }

  // ---- Under what is active

  private static final Caller WITH_TOKEN =
      new Caller(Credentials.of(TokenHash.ofToken("secret")), Optional.empty());

  private static Outcome stale() {
    return concluded(
        new CommandResult.StaleControlEpoch(new ControlEpoch(3, SetHash.of(KEY), SetHash.NONE)),
        false);
  }

  private void refusedByWhatIsActive() {
    step(new RouterInput.Asked(7, WRITE, Optional.empty()));
    assertThat(step(new RouterInput.NotAdmitted(T, OutcomeCode.UNAUTHENTICATED, "who is it?")))
        .containsExactly(new AskReadIndex(T));
  }

  /** It may be a leader that has only begun, or none: something else may be active. */
  @Test
  void refusalByWhatIsActiveCountsOnceAllIsExecutedThatWasChosen() {
    refusedByWhatIsActive();
    assertThat(step(new RouterInput.ReadIndexIs(T, new Slot(9))))
        .containsExactly(new Query(T, new Slot(9), ReadQuery.POSITION, Credentials.NODE));
    assertThat(step(queried(new VersionedValue(ByteString.EMPTY, 1, 2, 2))))
        .containsExactly(new Admit(T, WRITE.write(), Caller.ANYBODY));

    WriteAnswer answer =
        writeAnswer(
            7, step(new RouterInput.NotAdmitted(T, OutcomeCode.UNAUTHENTICATED, "who is it?")));

    assertThat(answer.code()).isEqualTo(OutcomeCode.UNAUTHENTICATED);
  }

  @Test
  void writeThatIsLetInOnceAllIsExecutedIsProposed() {
    refusedByWhatIsActive();
    step(new RouterInput.ReadIndexIs(T, new Slot(9)));
    step(queried(new VersionedValue(ByteString.EMPTY, 1, 2, 2)));

    assertThat(step(new RouterInput.Admitted(T, COMMAND)))
        .containsExactly(new Submit(T, new CommandEntry(COMMAND)));
  }

  @Test
  void nodeThatDoesNotLeadSaysNobodyIsUnknown() {
    refusedByWhatIsActive();

    WriteAnswer answer =
        writeAnswer(
            7, step(new RouterInput.ReadIndexRefused(T, OutcomeCode.NO_LEADER, Optional.empty())));

    assertThat(answer.code()).as("it may be behind").isEqualTo(OutcomeCode.NO_LEADER);
  }

  @Test
  void whoIsDoubtedIsAnsweredWhenTheReplicaOrTheNodeEnds() {
    refusedByWhatIsActive();
    assertThat(writeAnswer(7, step(new RouterInput.ReplicaStopped(T))).code())
        .isEqualTo(OutcomeCode.NOT_READY);
  }

  /** Who settles a write by its id need not know what it has read. */
  @Test
  void looksUpTheResultsOfAResolvedTransactionAsWhoeverAsks() {
    ClientRequest.Write resolve =
        ClientRequest.Write.of(WriteCommand.of(ID, new Command.Resolve()), WITH_TOKEN);
    step(new RouterInput.Asked(7, resolve, Optional.empty()));
    step(new RouterInput.Admitted(T, COMMAND));

    assertThat(step(new RouterInput.Concluded(T, concluded(done(Optional.empty()), true))))
        .containsExactly(new LookUp(T, Slot.ZERO, ID, WITH_TOKEN.credentials()));
  }

  @Test
  void writeThatAnActivationOvertookIsAdmittedAnewForWhoeverAskedForIt() {
    ClientRequest.Write write = ClientRequest.Write.of(WRITE.write(), WITH_TOKEN);
    step(new RouterInput.Asked(7, write, Optional.empty()));
    step(new RouterInput.Admitted(T, COMMAND));

    assertThat(step(new RouterInput.Concluded(T, stale())))
        .containsExactly(new Admit(T, write.write(), WITH_TOKEN));
  }

  @Test
  void writeThatActivationsOvertakeAgainAndAgainIsRefusedInTheEnd() {
    step(new RouterInput.Asked(7, WRITE, Optional.empty()));
    for (int i = 0; i < RequestRouter.MAX_READMISSIONS; i++) {
      step(new RouterInput.Admitted(T, COMMAND));
      step(new RouterInput.Concluded(T, stale()));
    }
    step(new RouterInput.Admitted(T, COMMAND));

    WriteAnswer answer = writeAnswer(7, step(new RouterInput.Concluded(T, stale())));
    assertThat(answer.code()).isEqualTo(OutcomeCode.STALE_CONTROL_EPOCH);
  }

  @Test
  void whoNamedTheEpochIsToldThatItIsActiveNoMore() {
    Caller pinned =
        new Caller(Credentials.NONE, Optional.of(new Caller.Pinned(2, Optional.empty())));
    step(new RouterInput.Asked(7, ClientRequest.Write.of(WRITE.write(), pinned), Optional.empty()));
    step(new RouterInput.Admitted(T, COMMAND));

    WriteAnswer answer = writeAnswer(7, step(new RouterInput.Concluded(T, stale())));
    assertThat(answer.code()).isEqualTo(OutcomeCode.STALE_CONTROL_EPOCH);
    assertThat(answer.detail()).contains("epoch 3 (");
  }

  @Test
  void activationThatLostTheRaceIsNotMadeAnew() {
    WriteCommand approval =
        WriteCommand.of(
            ID, new Command.Approve(new Activation.Expected(2, SetHash.NONE), SetHash.NONE));
    step(new RouterInput.Asked(7, ClientRequest.Write.of(approval), Optional.empty()));
    step(new RouterInput.Admitted(T, COMMAND));

    WriteAnswer answer = writeAnswer(7, step(new RouterInput.Concluded(T, stale())));
    assertThat(answer.code()).isEqualTo(OutcomeCode.STALE_CONTROL_EPOCH);
  }
}
