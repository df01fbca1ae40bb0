package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a replica goes over from the log to a snapshot, and how fast it serves others. */
class ReplicaSnapshotTest {

  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");
  private static final Ballot NEW = new Ballot(2, B);
  private static final SnapshotHead HEAD = new SnapshotHead(new Slot(50), Digest.ZERO, 9, 1_000);

  private final ReplicaCore core =
      ReplicaCore.restore(
          A, List.of(A, B, C), settings(), new InMemoryReplicaStore(Commands.terms(100)).load());
  private long millis = 1_000_000;
  private List<ReplicaEffect> effects = new ArrayList<>();

  @Test
  void asksForASnapshotOnceNoLogHasWhatIsMissing() {
    watermark(90);
    tickAfter(100);
    trimmed(B);
    assertThat(effects).doesNotContain(work(new SnapshotWork.Receive(false)));
    tickAfter(50);
    trimmed(C);

    assertThat(effects).contains(work(new SnapshotWork.Receive(false)));
    worked(new SnapshotResult.Receiving(0));
    // The leader has most to do.
    assertThat(effects)
        .containsExactly(new ReplicaEffect.Send(C, new SnapshotMessage.Ask(0, Slot.ZERO)));
  }

  @Test
  void asksForASnapshotThoughAMemberDoesNotAnswer() {
    watermark(90);
    tickAfter(100);
    trimmed(B);
    tickAfter(50);
    tickAfter(1_001);

    assertThat(effects).contains(work(new SnapshotWork.Receive(false)));
  }

  @Test
  void doesNotAskForASnapshotWhereNobodyHasSaidThatTheLogIsTrimmed() {
    watermark(90);
    tickAfter(100);
    for (int i = 0; i < 10; i++) {
      tickAfter(1_001);
      assertThat(effects).doesNotContain(work(new SnapshotWork.Receive(false)));
    }
  }

  @Test
  void asksNoLogWhileASnapshotComesAndAsksAgainWhenItDoesNot() {
    needsSnapshot();
    tickAfter(900);
    assertThat(effects).isEmpty();
    tickAfter(200);
    tickAfter(100);
    worked(new SnapshotResult.Receiving(0));
    tickAfter(1_001);

    tickAfter(200);
    assertThat(effects)
        .contains(new ReplicaEffect.Send(B, new SyncMessage.Fetch(new Slot(1), 1_000)));
  }

  @Test
  void doesNothingMoreOnceASnapshotIsReady() {
    needsSnapshot();
    said(C, new SnapshotMessage.Offer(3, HEAD));
    said(C, SnapshotMessage.Chunk.of(3, 0, ByteString.EMPTY, true));
    worked(new SnapshotResult.Whole(HEAD));
    assertThat(effects).containsExactly(new ReplicaEffect.SnapshotComplete(HEAD, false));

    on(new ReplicaInput.LocallyAccepted(new Slot(1), NEW, batch(1)));
    tickAfter(10_000);
    assertThat(effects).isEmpty();
    assertThat(core.learned()).isEqualTo(Slot.ZERO);
  }

  @Test
  void doesWithoutTheSnapshotWhereTheLogComesAfterAll() {
    needsSnapshot();
    on(new ReplicaInput.LocallyAccepted(new Slot(1), NEW, batch(1)));
    assertThat(core.learned()).isEqualTo(new Slot(1));
    said(C, new SnapshotMessage.Offer(3, HEAD));

    assertThat(effects).isEmpty();
  }

  @Test
  void sendsTheLogNoFasterThanAllowed() {
    for (long slot = 1; slot <= 4; slot++) {
      on(new ReplicaInput.LocallyAccepted(new Slot(slot), NEW, batch(slot)));
    }
    watermark(4);
    // A quarter of a second has 250 bytes; a message takes what it takes.
    on(new ReplicaInput.FetchRequested(B, new Slot(1), 1_000));
    assertThat(effects).hasSize(1);
    on(new ReplicaInput.FetchRequested(C, new Slot(1), 1_000));
    assertThat(effects).isEmpty();
    on(new ReplicaInput.FetchRequested(C, new Slot(2), 1_000));
    assertThat(effects).isEmpty();

    tickAfter(1_000);
    assertThat(effects)
        .filteredOn(ReplicaEffect.Send.class::isInstance)
        .singleElement()
        .satisfies(
            effect -> {
              ReplicaEffect.Send send = (ReplicaEffect.Send) effect;
              assertThat(send.to()).isEqualTo(C);
              assertThat(((SyncMessage.Fetched) send.message()).fromSlot()).isEqualTo(new Slot(2));
            });
  }

  @Test
  void tellsHowFarItIsBehind() {
    on(new ReplicaInput.LocallyAccepted(new Slot(1), NEW, batch(1)));
    watermark(1);
    assertThat(core.lag(now()).slots()).isZero();
    millis += 5_000;
    assertThat(core.lag(now()).time()).isZero();

    watermark(90);
    millis += 2_000;
    ReplicaLag lag = core.lag(now());
    assertThat(lag.slots()).isEqualTo(89);
    assertThat(lag.time()).isEqualTo(Duration.ofSeconds(7));
    assertThat(lag.snapshot()).isEmpty();
  }

  @Test
  void tellsHowFarASnapshotIs() {
    needsSnapshot();
    said(C, new SnapshotMessage.Offer(3, HEAD));
    ByteString chunk = ByteString.copyFromUtf8("chunk");
    said(C, SnapshotMessage.Chunk.of(3, 0, chunk, false));
    worked(new SnapshotResult.Written(4));

    assertThat(core.lag(now()).snapshot())
        .contains(new SnapshotProgress(C, new Slot(50), chunk.size(), 1_000));
  }

  /** Until C was asked. */
  private void needsSnapshot() {
    watermark(90);
    tickAfter(100);
    trimmed(B);
    tickAfter(50);
    trimmed(C);
    worked(new SnapshotResult.Receiving(0));
  }

  private void watermark(long chosen) {
    on(new ReplicaInput.Watermark(NEW, new Slot(chosen), B));
  }

  private void trimmed(MemberId from) {
    on(new ReplicaInput.Fetched(from, new Slot(1), List.of(), new Slot(90), true));
  }

  private void said(MemberId from, SnapshotMessage message) {
    on(message.from(from));
  }

  private void worked(SnapshotResult result) {
    on(new ReplicaInput.SnapshotWorked(result));
  }

  private void tickAfter(long later) {
    millis += later;
    on(new ReplicaInput.Tick());
  }

  private void on(ReplicaInput input) {
    effects = core.on(input, now());
  }

  private Now now() {
    return new Now(millis * 1_000_000, millis);
  }

  private static ReplicaEffect work(SnapshotWork work) {
    return new ReplicaEffect.WorkOnSnapshot(work);
  }

  private static Batch batch(long n) {
    return new AcceptedPair(
            new Slot(n), NEW, Commands.batch(Commands.put(n, "k" + n, "v".repeat(90))))
        .batch();
  }

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }

  private static ReplicaSettings settings() {
    return new ReplicaSettings(
        Duration.ofMillis(100),
        Duration.ofMillis(1000),
        Duration.ofMillis(10),
        Duration.ofMillis(40),
        1_000,
        100_000,
        100_000,
        2,
        500_000,
        Duration.ofMinutes(20),
        1_000_000,
        2,
        Duration.ofMillis(5000),
        ServingSettings.DEFAULTS,
        new SnapshotSettings(1_000, 2, Duration.ofSeconds(5), Duration.ofMillis(1_000), 1));
  }
}
