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
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a replica goes over from the log to a snapshot, and how fast it serves others. */
class ReplicaSnapshotTest {

  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");
  private static final Ballot NEW = new Ballot(2, B);
  private static final SnapshotHead HEAD = new SnapshotHead(new Slot(50), Digest.ZERO, 9, 1_000);

  private ReplicaCore core = replica(1_000);
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
    tickAfter(1_000);
    // At once 1,000 bytes for each, and 218 for all; a message takes what it takes.
    long sent = 0;
    do {
      on(new ReplicaInput.FetchRequested(B, new Slot(1), 1_000));
      for (ReplicaEffect effect : effects) {
        SyncMessage message = ((ReplicaEffect.Send) effect).message();
        for (AcceptedPair pair : ((SyncMessage.Fetched) message).pairs()) {
          sent += pair.batch().size();
        }
      }
    } while (!effects.isEmpty() && sent < 10_000);
    assertThat(sent).isBetween(1_218L, 1_218L + 2L * batch(1).size());
    on(new ReplicaInput.FetchRequested(B, new Slot(2), 1_000));
    assertThat(effects).isEmpty();

    tickAfter(1_000);
    assertThat(effects)
        .filteredOn(ReplicaEffect.Send.class::isInstance)
        .singleElement()
        .satisfies(
            effect -> {
              ReplicaEffect.Send send = (ReplicaEffect.Send) effect;
              assertThat(send.to()).isEqualTo(B);
              assertThat(((SyncMessage.Fetched) send.message()).fromSlot()).isEqualTo(new Slot(2));
            });
  }

  @Test
  void sendsSnapshotsSlowlyWhileItExecutesMuch() {
    // Executed are 600 commands a second, in fewer bytes than half of the limit.
    core = replica(200_000);
    execute(1, 1);
    tickAfter(Duration.ofMinutes(20).toMillis());
    on(new ReplicaInput.Flushed(new Slot(1)));
    execute(2, 3_000);
    said(C, new SnapshotMessage.Ask(0, Slot.ZERO));
    long session =
        effects.stream()
            .filter(ReplicaEffect.WorkOnSnapshot.class::isInstance)
            .map(effect -> ((ReplicaEffect.WorkOnSnapshot) effect).work())
            .mapToLong(work -> ((SnapshotWork.Open) work).session())
            .sum();
    worked(new SnapshotResult.Opened(session, HEAD));
    Optional<ByteString> chunk = Optional.of(ByteString.copyFrom(new byte[50_000]));
    said(C, new SnapshotMessage.AskChunk(session, 0));
    worked(new SnapshotResult.ChunkRead(session, chunk));
    assertThat(effects).hasAtLeastOneElementOfType(ReplicaEffect.Send.class);

    said(C, new SnapshotMessage.AskChunk(session, 1));
    worked(new SnapshotResult.ChunkRead(session, chunk));
    tickAfter(990);
    assertThat(effects).doesNotHaveAnyElementsOfTypes(ReplicaEffect.Send.class);
    // Nothing was executed for a second.
    tickAfter(20);
    assertThat(effects).hasAtLeastOneElementOfType(ReplicaEffect.Send.class);
  }

  @Test
  void sendsTheLogTwiceAsFastAsItExecutes() {
    execute(1, 3_000);
    execute(2, 1);

    int answers = 0;
    do {
      on(new ReplicaInput.FetchRequested(B, new Slot(2), 1_000));
      answers += effects.size();
    } while (!effects.isEmpty() && answers < 1_000);

    // A quarter of a second has far more than the limit.
    assertThat(answers).isGreaterThan(30);
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

  /** So many commands, in one slot. */
  private void execute(long slot, int commands) {
    WriteCommand[] writes = new WriteCommand[commands];
    for (int i = 0; i < commands; i++) {
      writes[i] = Commands.put(i + 1, "k" + i, "v");
    }
    on(new ReplicaInput.LocallyAccepted(new Slot(slot), NEW, Commands.batch(writes)));
    watermark(slot);
    assertThat(core.state().applied()).isEqualTo(new Slot(slot));
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

  private static ReplicaCore replica(long bytesPerSecond) {
    return ReplicaCore.restore(
        A,
        List.of(A, B, C),
        settings(bytesPerSecond),
        new InMemoryReplicaStore(Commands.terms(100)).load());
  }

  private static ReplicaSettings settings(long bytesPerSecond) {
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
        new SnapshotSettings(
            bytesPerSecond, 2, Duration.ofSeconds(5), Duration.ofMillis(1_000), 1, 1 << 30));
  }
}
