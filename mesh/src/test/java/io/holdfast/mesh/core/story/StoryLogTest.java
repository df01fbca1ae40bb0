package io.holdfast.mesh.core.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class StoryLogTest {

  private static final MemberId N1 = new MemberId(new NodeId("n1"), 1);
  private static final MemberId N2 = new MemberId(new NodeId("n2"), 2);
  private static final MemberId N3 = new MemberId(new NodeId("n3"), 3);
  private static final WriteId ID = id(1);
  private static final WriteId OTHER = id(2);

  private final StoryLog log = new StoryLog(N1.node(), 2, 1000);

  private static WriteId id(int number) {
    return WriteId.of(1_767_225_600_000L + number, new UUID(number, number));
  }

  private static ByteString command(WriteId id, Command command) {
    return CommandCodec.encode(WriteCommand.of(id, command));
  }

  private static ByteString put(WriteId id) {
    return command(id, new Command.Put(ByteString.copyFromUtf8("k"), ByteString.copyFromUtf8("v")));
  }

  private static Batch batch(ByteString... commands) {
    List<BatchEntry> entries = new ArrayList<>();
    entries.add(new BatchEntry.ConfigurationEntry(ByteString.copyFromUtf8("a change")));
    for (ByteString command : commands) {
      entries.add(new BatchEntry.CommandEntry(command));
    }
    return BatchFormat.encode(entries);
  }

  private static Accept accept(long slot, long round, Batch batch) {
    return new Accept(new Ballot(round, N1), new Slot(slot), batch, Slot.ZERO);
  }

  private static AcceptorReply.Accepted accepted(long slot, long round) {
    return new AcceptorReply.Accepted(
        new Ballot(round, N1), new Slot(slot), Digest.ZERO, Slot.ZERO, Digest.ZERO);
  }

  private static AckReport acks(int got) {
    return new AckReport(3, 2, got, 2 - got, List.of());
  }

  private List<String> whats(WriteId id, OptionalLong recorded) {
    return log.story(id, recorded).stream().map(Event::what).toList();
  }

  @Test
  void leaderTellsAWriteFromItsDoorToItsAnswer() {
    Batch batch = batch(put(OTHER), put(ID));
    log.received(ID, false, 1001);
    log.admitted(ID, 1002);
    log.asks(N1, accept(7, 3, batch), 1003);
    log.asks(N2, accept(7, 3, batch), 1003);
    log.asks(N3, accept(7, 3, batch), 1003);
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(3, N1), batch), 1004);
    log.replied(N1, accepted(7, 3), 1004);
    log.replied(N3, accepted(7, 3), 1005);
    log.replied(N2, accepted(8, 3), 1005);
    log.verdict(new Slot(7), new Verdict.Met(acks(2)), acks(2), 1006);
    log.executed(new Slot(7), 1006);
    log.verdict(new Slot(7), new Verdict.Met(acks(3)), acks(3), 1006);
    log.answered(ID, OutcomeCode.COMMITTED, 1007);

    List<Event> story = log.story(ID, OptionalLong.of(7));

    assertThat(story)
        .extracting(Event::what)
        .containsExactly(
            "received",
            "admitted",
            "proposed",
            "persisted",
            "acknowledged",
            "acknowledged",
            "verdict",
            "executed",
            "answered");
    assertThat(story.get(2).members()).containsExactly(N1.node(), N2.node(), N3.node());
    assertThat(story.get(2).slot()).hasValue(7);
    assertThat(story.get(2).ballot()).hasValue(3);
    assertThat(story.get(2).detail()).isEqualTo("slot 7 under ballot 3 sent to n1, n2, n3");
    assertThat(story.get(5).detail()).isEqualTo("n3 acknowledged");
    assertThat(story.get(6).detail()).isEqualTo("met: 2 acknowledged, 2 are needed");
    assertThat(story.get(8).detail()).isEqualTo("the client was told committed");
    assertThat(story.get(8).atMillis()).isEqualTo(1007);
    assertThat(whats(OTHER, OptionalLong.of(7))).doesNotContain("received", "answered");
  }

  @Test
  void followerTiesTheWriteToItsSlotByTheBatch() {
    log.forwarded(put(ID), N2, 1001);
    log.asked(N2, accept(7, 3, batch(put(ID))), 1002);
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(3, N2), batch(put(ID))), 1003);
    log.executed(new Slot(7), 1004);

    List<Event> story = log.story(ID, OptionalLong.of(7));

    assertThat(story)
        .extracting(Event::detail)
        .containsExactly(
            "sent on to n2",
            "slot 7 under ballot 3 arrived from n2",
            "slot 7 is on disk here",
            "slot 7 was executed here");
  }

  @Test
  void resendsAreToldEverMoreRarely() {
    Batch batch = batch(put(ID));
    for (int i = 0; i < 100; i++) {
      log.asks(N2, accept(7, 3, batch), 1001 + i);
    }

    assertThat(whats(ID, OptionalLong.empty()))
        .containsExactly(
            "proposed",
            "asked_again",
            "asked_again",
            "asked_again",
            "asked_again",
            "asked_again",
            "asked_again",
            "asked_again");
  }

  @Test
  void verdictThatWasNotMetIsTold() {
    log.asks(N1, accept(7, 3, batch(put(ID))), 1001);
    log.verdict(new Slot(7), new Verdict.NotMet(Verdict.Reason.TIMEOUT, acks(1)), acks(1), 1002);
    log.verdict(new Slot(8), new Verdict.LocalWriteFailed(acks(0)), acks(0), 1003);

    assertThat(log.story(ID, OptionalLong.empty()))
        .extracting(Event::detail)
        .contains("not met (timeout): 1 acknowledged, 2 are needed")
        .noneMatch(detail -> detail.contains("disk failed"));
  }

  @Test
  void slotThatWentToSomethingElseIsToldAsSuch() {
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(3, N2), batch(put(ID))), 1001);
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(4, N3), batch(put(OTHER))), 1002);
    log.asked(N3, accept(7, 4, batch(put(OTHER))), 1002);
    log.executed(new Slot(7), 1003);

    assertThat(whats(ID, OptionalLong.empty())).containsExactly("persisted", "superseded");
    assertThat(whats(OTHER, OptionalLong.of(7))).containsExactly("persisted", "asked", "executed");
  }

  @Test
  void resolveIsTold() {
    log.received(ID, true, 1001);
    log.persisted(
        new AcceptedPair(new Slot(9), new Ballot(4, N3), batch(command(ID, new Command.Resolve()))),
        1002);

    assertThat(log.story(ID, OptionalLong.of(9)))
        .extracting(Event::detail)
        .containsExactly("a client asked to resolve it", "slot 9 (to resolve it) is on disk here");
  }

  /** Recorded is where it was executed first; the same id may be in the log once more. */
  @Test
  void slotThatHoldsItAgainIsNotTakenForSomethingElse() {
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(3, N2), batch(put(ID))), 1001);
    log.executed(new Slot(7), 1002);
    log.persisted(
        new AcceptedPair(new Slot(9), new Ballot(3, N2), batch(command(ID, new Command.Resolve()))),
        1003);
    log.executed(new Slot(9), 1004);

    assertThat(log.story(ID, OptionalLong.of(7)))
        .extracting(Event::detail)
        .containsExactly(
            "slot 7 is on disk here",
            "slot 7 was executed here",
            "slot 9 (to resolve it) is on disk here",
            "slot 9 (to resolve it) was executed here");
  }

  @Test
  void slotOfAnIdThatExpiredIsNotTakenForSomethingElse() {
    log.asks(N1, accept(7, 3, batch(put(ID))), 1001);
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(3, N1), batch(put(ID))), 1002);
    log.executed(new Slot(7), 1003);

    assertThat(whats(ID, OptionalLong.empty()))
        .containsExactly("proposed", "persisted", "executed");
  }

  @Test
  void slotThatWasFetchedAfterwardsMayHoldAnything() {
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(3, N2), batch(put(ID))), 1001);
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(4, N3), batch(put(OTHER))), 1002);
    log.fetched(new Slot(7), 1003);
    log.executed(new Slot(7), 1004);

    assertThat(whats(ID, OptionalLong.empty())).containsExactly("persisted", "fetched", "executed");
  }

  @Test
  void answerOfAMemberThatDiffersIsToldAsNone() {
    AckReport differs =
        new AckReport(
            3,
            2,
            1,
            1,
            List.of(
                new AckReport.MemberAck(N1.node(), AckReport.State.ACKED, 1),
                new AckReport.MemberAck(N2.node(), AckReport.State.DRIFTED, 2)));
    log.asks(N1, accept(7, 3, batch(put(ID))), 1001);
    log.replied(N2, accepted(7, 3), 1002);
    log.verdict(new Slot(7), new Verdict.NotMet(Verdict.Reason.ID_DRIFT, differs), differs, 1003);

    assertThat(log.story(ID, OptionalLong.empty()))
        .extracting(Event::detail)
        .containsExactly(
            "slot 7 under ballot 3 sent to n1",
            "n2 acknowledged",
            "n2 holds something else, or differs: its answer does not count",
            "not met (id_drift): 1 acknowledged, 2 are needed");
  }

  @Test
  void memberThatIsFoundToDifferAfterTheQuorumIsToldOnce() {
    AckReport later =
        new AckReport(
            3, 2, 2, 0, List.of(new AckReport.MemberAck(N3.node(), AckReport.State.DRIFTED, 2)));
    Verdict met = new Verdict.Met(acks(2));
    log.asks(N1, accept(7, 3, batch(put(ID))), 1001);
    log.verdict(new Slot(7), met, acks(2), 1002);
    log.verdict(new Slot(7), met, later, 1003);
    log.verdict(new Slot(7), met, later, 1004);

    assertThat(whats(ID, OptionalLong.empty())).containsExactly("proposed", "verdict", "drifted");
  }

  @Test
  void slotsOfAWholeWindowAreKeptApart() {
    for (int i = 0; i < 20; i++) {
      log.asks(N2, accept(7, 3, batch(put(ID))), 1001 + i);
      log.asks(N2, accept(8, 3, batch(put(OTHER))), 1001 + i);
    }

    assertThat(whats(ID, OptionalLong.empty()))
        .containsOnlyOnce("proposed")
        .filteredOn("asked_again"::equals)
        .hasSizeLessThan(6);
  }

  @Test
  void slotThatWasFetchedIsToldByWhatIsRecorded() {
    log.fetched(new Slot(7), 1001);
    log.executed(new Slot(7), 1002);

    assertThat(whats(ID, OptionalLong.of(7))).containsExactly("fetched", "executed");
    assertThat(whats(ID, OptionalLong.empty())).isEmpty();
  }

  @Test
  void refusalsOfEveryKindAreTold() {
    log.notAdmitted(ID, OutcomeCode.DENIED, 1001);
    log.refused(put(ID), OutcomeCode.NO_LEADER, 1002);
    log.asks(N2, accept(7, 3, batch(put(ID))), 1003);
    log.replied(
        N2, new AcceptorReply.Rejected(new Ballot(3, N1), new Slot(7), new Ballot(9, N3)), 1004);
    log.replied(
        N2, new AcceptorReply.Rejected(new Ballot(3, N1), Slot.ZERO, new Ballot(9, N3)), 1005);
    log.replied(
        N3, new AcceptorReply.AlreadyChosen(new Ballot(3, N1), new Slot(7), new Slot(9)), 1006);

    assertThat(log.story(ID, OptionalLong.empty()))
        .extracting(Event::detail)
        .containsExactly(
            "not prepared: denied",
            "given no place in the log: no_leader",
            "slot 7 under ballot 3 sent to n2",
            "n2 refused: it has promised ballot 9",
            "n3 says that slot 7 was chosen before");
  }

  @Test
  void forgetsTheOldestAndSaysSinceWhenItRemembers() {
    assertThat(log.rememberedSinceMillis()).isEqualTo(1000);
    log.received(ID, false, 2000);
    for (int i = 0; i < EventRing.CAPACITY; i++) {
      log.received(OTHER, false, 3000 + i);
    }
    assertThat(whats(ID, OptionalLong.empty())).containsExactly("received");
    for (int i = 0; i < EventRing.CAPACITY / 31; i++) {
      log.received(OTHER, false, 3000 + i);
    }

    assertThat(whats(ID, OptionalLong.empty())).isEmpty();
    assertThat(log.rememberedSinceMillis()).isGreaterThan(2000);
    assertThat(log.story(OTHER, OptionalLong.empty()))
        .hasSizeGreaterThanOrEqualTo(EventRing.CAPACITY);
  }

  @Test
  void copyIsNotTouchedByWhatComesLater() {
    log.forwarded(put(ID), N2, 1001);
    StoryLog copy = log.copy();
    log.forwarded(put(ID), N3, 1002);

    assertThat(copy.story(ID, OptionalLong.empty()))
        .extracting(Event::detail)
        .containsExactly("sent on to n2");
    assertThat(copy.rememberedSinceMillis()).isEqualTo(1000);
    assertThat(whats(ID, OptionalLong.empty())).hasSize(2);
  }

  @Test
  void bytesThatAreNoBatchHaveNoIds() {
    Batch damaged = Batch.of(batch(put(ID)).bytes().substring(0, 30));
    log.persisted(new AcceptedPair(new Slot(7), new Ballot(3, N2), damaged), 1001);
    log.persisted(new AcceptedPair(new Slot(8), new Ballot(3, N2), Batch.NO_OP), 1002);
    log.forwarded(ByteString.copyFromUtf8("no command"), N2, 1003);

    assertThat(log.story(ID, OptionalLong.empty())).isEmpty();
  }

  @Test
  void clockThatWasSetBackKeepsTheOrder() {
    log.received(ID, false, 5000);
    log.answered(ID, OutcomeCode.COMMITTED, 4000);

    assertThat(log.story(ID, OptionalLong.empty()))
        .extracting(Event::atMillis)
        .containsExactly(5000L, 4000L);
  }
}
