package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica that differs from a majority serves nothing and is given another state. */
class DivergedReplicaTest {

  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");
  private static final Ballot LED = new Ballot(2, B);
  private static final Divergence FOUND = new Divergence(new Slot(2), List.of(B, C));
  private static final SnapshotHead SAME = new SnapshotHead(new Slot(2), Digest.ZERO, 9, 1_000);
  private static final SnapshotHead EARLIER = new SnapshotHead(new Slot(1), Digest.ZERO, 9, 1_000);

  private final InMemoryReplicaStore store = new InMemoryReplicaStore(Commands.terms(100));
  private final ReplicaCore core = restored();
  private long millis = 1_000_000;
  private List<ReplicaEffect> effects = new ArrayList<>();

  private ReplicaCore restored() {
    return ReplicaCore.restore(A, List.of(A, B, C), ReplicaSettings.DEFAULTS, store.load());
  }

  private void on(ReplicaInput input) {
    effects = core.on(input, new Now(millis * 1_000_000, millis));
  }

  private void tickAfter(Duration later) {
    millis += later.toMillis();
    on(new ReplicaInput.Tick());
  }

  private void accepted(long slot) {
    on(
        new ReplicaInput.LocallyAccepted(
            new Slot(slot), LED, Commands.batch(Commands.put(slot, "k" + slot, "v"))));
  }

  /** Two slots are executed, then it is found to differ. */
  private void diverges() {
    accepted(1);
    accepted(2);
    on(new ReplicaInput.Watermark(LED, new Slot(2), B));
    assertThat(core.state().applied()).isEqualTo(new Slot(2));
    on(new ReplicaInput.Diverged(FOUND));
  }

  private void asks() {
    diverges();
    tickAfter(Duration.ofMillis(10));
    worked(new SnapshotResult.Receiving(0));
  }

  private void worked(SnapshotResult result) {
    on(new ReplicaInput.SnapshotWorked(result));
  }

  private void receives(SnapshotHead head) {
    on(new ReplicaInput.AboutSnapshot(B, new SnapshotMessage.Offer(3, head)));
    on(new ReplicaInput.AboutSnapshot(B, SnapshotMessage.Chunk.of(3, 0, ByteString.EMPTY, true)));
    worked(new SnapshotResult.Whole(head));
  }

  @Test
  void answersNoReadAnyMore() {
    diverges();

    on(new ReplicaInput.Query(1, Slot.ZERO, ReadQuery.of(Commands.bytes("k1"))));
    assertThat(effects).containsExactly(refused(1));
    on(new ReplicaInput.LookupWrite(2, Slot.ZERO, Commands.id(1)));
    assertThat(effects).containsExactly(refused(2));
    on(new ReplicaInput.NextChanges(3, 1, Commands.key("k1"), Duration.ofSeconds(1)));
    assertThat(effects).containsExactly(refused(3));
  }

  @Test
  void refusesWhatWaitsAndWhatTheStoreWasAskedFor() {
    accepted(1);
    on(new ReplicaInput.Query(1, new Slot(9), ReadQuery.of(Commands.bytes("k1"))));
    on(new ReplicaInput.NextChanges(2, 1, Commands.key("other"), Duration.ofSeconds(9)));

    on(new ReplicaInput.Diverged(FOUND));

    assertThat(effects).contains(refused(1));
    on(new ReplicaInput.StoreAnswered(1, new StoreAnswer.Changes(List.of())));
    assertThat(effects).containsExactly(refused(2));
  }

  @Test
  void admitsNothing() {
    diverges();

    on(new ReplicaInput.Admit(4, Commands.put(7, "k", "v")));

    assertThat(effects)
        .singleElement()
        .satisfies(
            effect ->
                assertThat(((ReplicaEffect.AdmissionRefused) effect).code())
                    .isEqualTo(OutcomeCode.NO_LEADER));
  }

  @Test
  void executesAndFlushesNothing() {
    diverges();
    accepted(3);
    on(new ReplicaInput.Watermark(LED, new Slot(3), B));
    tickAfter(Duration.ofMinutes(5));

    assertThat(effects).noneMatch(ReplicaEffect.Flush.class::isInstance);
    assertThat(core.state().applied()).isEqualTo(new Slot(2));
  }

  @Test
  void marksItsStoreSoThatARestartKnows() {
    diverges();

    assertThat(effects).contains(new ReplicaEffect.MarkDiverged(FOUND));
    assertThat(core.divergence()).contains(FOUND);
    on(new ReplicaInput.Diverged(FOUND));
    assertThat(effects).isEmpty();
  }

  @Test
  void replicaThatStartsFromAMarkedStoreServesNothing() {
    ReplicaCore again = restored();
    assertThat(again.startDiverged(FOUND)).isEqualTo(again.start());

    Now now = new Now(5_000_000, 5);
    assertThat(
            again.on(new ReplicaInput.Query(1, Slot.ZERO, ReadQuery.of(Commands.bytes("k"))), now))
        .containsExactly(refused(1));
    assertThat(again.on(new ReplicaInput.Tick(), now))
        .contains(new ReplicaEffect.WorkOnSnapshot(new SnapshotWork.Receive(true)));
  }

  @Test
  void dropsWhatAnEarlierAttemptHasLeftAndAsksTheMajorityOnly() {
    accepted(1);
    on(new ReplicaInput.Watermark(LED, new Slot(1), B));
    on(new ReplicaInput.Diverged(new Divergence(new Slot(1), List.of(C))));
    tickAfter(Duration.ofMillis(10));
    assertThat(effects).contains(new ReplicaEffect.WorkOnSnapshot(new SnapshotWork.Receive(true)));
    worked(new SnapshotResult.Receiving(0));

    assertThat(effects)
        .containsExactly(new ReplicaEffect.Send(C, new SnapshotMessage.Ask(0, Slot.ZERO)));
    tickAfter(Duration.ofMinutes(1));
    tickAfter(Duration.ofMinutes(1));
    worked(new SnapshotResult.Receiving(0));
    assertThat(effects)
        .containsExactly(new ReplicaEffect.Send(C, new SnapshotMessage.Ask(0, Slot.ZERO)));
  }

  @Test
  void snapshotOfItsOwnSlotWillDo() {
    asks();
    assertThat(effects)
        .containsExactly(new ReplicaEffect.Send(B, new SnapshotMessage.Ask(0, new Slot(1))));

    receives(SAME);

    assertThat(effects).containsExactly(new ReplicaEffect.SnapshotComplete(SAME, true));
  }

  @Test
  void snapshotOfAnEarlierSlotWillNot() {
    asks();

    on(new ReplicaInput.AboutSnapshot(B, new SnapshotMessage.Offer(3, EARLIER)));

    assertThat(effects).isEmpty();
  }

  @Test
  void sendsNoSnapshotAndGoesOnServingItsLog() {
    diverges();

    on(new ReplicaInput.AboutSnapshot(C, new SnapshotMessage.Ask(0, Slot.ZERO)));
    assertThat(effects)
        .containsExactly(
            new ReplicaEffect.Send(
                C, new SnapshotMessage.Refusal(0, SnapshotMessage.Reason.NOT_AHEAD)));
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1_000));
    assertThat(effects).hasSize(1).allMatch(ReplicaEffect.Send.class::isInstance);
  }

  private static ReplicaEffect refused(long token) {
    return new ReplicaEffect.ReadRefused(token, ReplicaEffect.Refusal.DIVERGED);
  }

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }
}
