package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A has learned slot 7; B is asked before C. */
class SnapshotReceiverTest {

  private static final MemberId B = member("b");
  private static final MemberId C = member("c");
  private static final Slot LEARNED = new Slot(7);
  private static final SnapshotHead HEAD = new SnapshotHead(new Slot(50), Digest.ZERO, 9, 1_000);
  private static final ByteString CHUNK = ByteString.copyFromUtf8("chunk");
  private static final long TIMEOUT = 1_000;
  private static final long PAUSE = 40;

  private final SnapshotReceiver receiver = new SnapshotReceiver(settings());
  private long millis = 10_000;
  private List<ReplicaEffect> effects = new ArrayList<>();

  @Test
  void asksForWhatIsNotHereYet() {
    take(() -> receiver.begin(List.of(B, C), LEARNED, effects));
    assertThat(effects).containsExactly(work(new SnapshotWork.Receive(false)));
    worked(new SnapshotResult.Receiving(4));

    assertThat(effects).containsExactly(send(B, new SnapshotMessage.Ask(4, LEARNED)));
  }

  @Test
  void asksForTheNextChunkOnceTheOneBeforeIsDurable() {
    receive(B);
    assertThat(effects).containsExactly(askChunk(B, 0));
    chunk(B, 0);
    assertThat(effects).containsExactly(work(new SnapshotWork.Write(CHUNK)));
    worked(new SnapshotResult.Written(5));

    assertThat(effects).containsExactly(askChunk(B, 1));
    assertThat(receiver.progress())
        .contains(new SnapshotProgress(B, new Slot(50), CHUNK.size(), 1_000));
  }

  @Test
  void isCompleteOnceAllIsCheckedAndDoesNothingMore() {
    receive(B);
    heard(B, SnapshotMessage.Chunk.of(3, 0, ByteString.EMPTY, true));
    assertThat(effects).containsExactly(work(new SnapshotWork.Finish()));
    worked(new SnapshotResult.Whole(HEAD));

    assertThat(effects).containsExactly(new ReplicaEffect.SnapshotComplete(HEAD, false));
    assertThat(receiver.isComplete()).isTrue();
    receiver.cancel();
    assertThat(receiver.isComplete()).isTrue();
  }

  @Test
  void doesNotInstallWhatTheLogHasOvertaken() {
    receive(B);
    heard(B, SnapshotMessage.Chunk.of(3, 0, ByteString.EMPTY, true));
    take(() -> receiver.worked(new SnapshotResult.Whole(HEAD), new Slot(50), now(), effects));

    assertThat(effects).isEmpty();
    assertThat(receiver.isActive()).isFalse();
  }

  @Test
  void doesNotInstallWhatIsAnotherThanWasOffered() {
    receive(B);
    heard(B, SnapshotMessage.Chunk.of(3, 0, ByteString.EMPTY, true));
    worked(new SnapshotResult.Whole(new SnapshotHead(new Slot(50), Digest.of(CHUNK), 9, 1_000)));

    assertThat(effects).isEmpty();
    tickAfter(PAUSE);
    worked(new SnapshotResult.Receiving(0));
    assertThat(effects).containsExactly(send(C, new SnapshotMessage.Ask(0, LEARNED)));
  }

  @Test
  void beginsAnewWithAnotherMemberWhereWhatCameIsDamaged() {
    receive(B);
    chunk(B, 0);
    worked(new SnapshotResult.Unusable("damaged"));
    assertThat(effects).isEmpty();
    tickAfter(PAUSE);
    assertThat(effects).containsExactly(work(new SnapshotWork.Receive(false)));
    worked(new SnapshotResult.Receiving(0));

    assertThat(effects).containsExactly(send(C, new SnapshotMessage.Ask(0, LEARNED)));
  }

  @Test
  void asksForADamagedOrLostChunkAgainAndThenAnotherMember() {
    receive(B);
    heard(B, new SnapshotMessage.Chunk(3, 0, 0x1234, CHUNK, false));
    assertThat(effects).isEmpty();
    tickAfter(TIMEOUT);
    assertThat(effects).containsExactly(askChunk(B, 0));
    tickAfter(TIMEOUT);
    assertThat(effects).as("it waits longer than before").isEmpty();
    tickAfter(TIMEOUT);
    assertThat(effects).isEmpty();

    tickAfter(2 * PAUSE);
    worked(new SnapshotResult.Receiving(4));
    assertThat(effects).containsExactly(send(C, new SnapshotMessage.Ask(4, LEARNED)));
  }

  /** Else what is not resumed would be sent again and again where little may be sent. */
  @Test
  void waitsLongerForChunksAfterSomeThatDidNotComeInTime() {
    receive(B);
    tickAfter(TIMEOUT);
    tickAfter(2 * TIMEOUT);
    tickAfter(2 * PAUSE);
    worked(new SnapshotResult.Receiving(0));
    heard(C, new SnapshotMessage.Offer(3, HEAD));
    assertThat(effects).containsExactly(askChunk(C, 0));

    tickAfter(4 * TIMEOUT - 2);
    assertThat(effects).isEmpty();
    tickAfter(1);
    assertThat(effects).containsExactly(askChunk(C, 0));
    tickAfter(5 * TIMEOUT - 2);
    assertThat(effects).as("no longer than a session lasts").isEmpty();
  }

  @Test
  void takesEachChunkOnceAndInOrder() {
    receive(B);
    chunk(B, 1);
    assertThat(effects).isEmpty();
    chunk(C, 0);
    assertThat(effects).isEmpty();
    heard(B, SnapshotMessage.Chunk.of(4, 0, CHUNK, false));
    assertThat(effects).isEmpty();
    chunk(B, 0);
    chunk(B, 0);
    assertThat(effects).isEmpty();
    worked(new SnapshotResult.Written(4));
    chunk(B, 0);
    assertThat(effects).isEmpty();
  }

  @Test
  void asksTheSameMemberForANewSessionWhereItHasForgottenTheOldOne() {
    receive(B);
    chunk(B, 0);
    worked(new SnapshotResult.Written(5));
    heard(B, new SnapshotMessage.Refusal(3, SnapshotMessage.Reason.UNKNOWN_SESSION));
    tickAfter(PAUSE);
    worked(new SnapshotResult.Receiving(5));

    assertThat(effects).containsExactly(send(B, new SnapshotMessage.Ask(5, LEARNED)));
  }

  @Test
  void ignoresARefusalOfAnEarlierSession() {
    receive(B);
    heard(B, new SnapshotMessage.Refusal(2, SnapshotMessage.Reason.UNKNOWN_SESSION));
    heard(B, new SnapshotMessage.Refusal(0, SnapshotMessage.Reason.BUSY));
    chunk(B, 0);

    assertThat(effects).containsExactly(work(new SnapshotWork.Write(CHUNK)));
  }

  @Test
  void endsWhenNoMemberHasBeenOfHelpSoThatTheLogIsAskedForAgain() {
    begin();
    heard(B, new SnapshotMessage.Refusal(0, SnapshotMessage.Reason.BUSY));
    tickAfter(PAUSE);
    worked(new SnapshotResult.Receiving(0));
    assertThat(effects).containsExactly(send(C, new SnapshotMessage.Ask(0, LEARNED)));
    assertThat(receiver.isActive()).isTrue();
    tickAfter(TIMEOUT);

    assertThat(receiver.isActive()).isFalse();
    assertThat(receiver.progress()).isEmpty();
  }

  @Test
  void refusesAnOfferThatIsNotAhead() {
    begin();
    heard(B, new SnapshotMessage.Offer(3, new SnapshotHead(LEARNED, Digest.ZERO, 9, 1_000)));

    assertThat(effects).isEmpty();
  }

  @Test
  void endsWhereTheLogCanBeHadAfterAll() {
    receive(B);
    receiver.cancel();
    assertThat(receiver.isActive()).isFalse();
  }

  @Test
  void endsOnlyOnceTheStoreHasDoneWhatItWasAskedTo() {
    receive(B);
    chunk(B, 0);
    receiver.cancel();
    assertThat(receiver.isActive()).isTrue();
    worked(new SnapshotResult.Written(5));

    assertThat(effects).isEmpty();
    assertThat(receiver.isActive()).isFalse();
  }

  private void begin() {
    take(() -> receiver.begin(List.of(B, C), LEARNED, effects));
    worked(new SnapshotResult.Receiving(0));
  }

  /** Until the first chunk of session 3 was asked for. */
  private void receive(MemberId from) {
    begin();
    heard(from, new SnapshotMessage.Offer(3, HEAD));
  }

  private void chunk(MemberId from, long index) {
    heard(from, SnapshotMessage.Chunk.of(3, index, CHUNK, false));
  }

  private void heard(MemberId from, SnapshotMessage message) {
    take(() -> receiver.heard(from, message, now(), effects));
  }

  private void worked(SnapshotResult result) {
    take(() -> receiver.worked(result, LEARNED, now(), effects));
  }

  private void tickAfter(long later) {
    millis += later + 1;
    take(() -> receiver.tick(now(), effects));
  }

  private void take(Runnable step) {
    effects = new ArrayList<>();
    step.run();
  }

  private Now now() {
    return new Now(millis * 1_000_000, millis);
  }

  private static ReplicaEffect askChunk(MemberId to, long index) {
    return send(to, new SnapshotMessage.AskChunk(3, index));
  }

  private static ReplicaEffect send(MemberId to, SnapshotMessage message) {
    return new ReplicaEffect.Send(to, message);
  }

  private static ReplicaEffect work(SnapshotWork work) {
    return new ReplicaEffect.WorkOnSnapshot(work);
  }

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }

  private static ReplicaSettings settings() {
    ReplicaSettings defaults = ReplicaSettings.DEFAULTS;
    return new ReplicaSettings(
        defaults.gapPatience(),
        defaults.fetchTimeout(),
        Duration.ofMillis(PAUSE / 2),
        Duration.ofMillis(2 * PAUSE),
        defaults.fetchChunkBytes(),
        defaults.maxBufferedBytes(),
        defaults.maxTailBytes(),
        defaults.maxLogReads(),
        defaults.flushBytes(),
        defaults.flushInterval(),
        defaults.maxUnflushedBytes(),
        defaults.maxWaitingReads(),
        defaults.maxReadWait(),
        defaults.serving(),
        new SnapshotSettings(
            1_000, 2, Duration.ofSeconds(5), Duration.ofMillis(TIMEOUT), 2, 10_000));
  }
}
