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
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotServerTest {

  private static final MemberId B = member("b");
  private static final MemberId C = member("c");
  private static final MemberId D = member("d");
  private static final SnapshotHead HEAD = new SnapshotHead(new Slot(50), Digest.ZERO, 9, 1_000);
  private static final ByteString CHUNK = ByteString.copyFromUtf8("chunk");

  private static final SnapshotSettings SETTINGS =
      new SnapshotSettings(8_000, 2, Duration.ofSeconds(5), Duration.ofSeconds(1), 3, 1_000_000);

  private final LiveLoad live = new LiveLoad();
  private final CatchUpRate rate = new CatchUpRate(settings(), live);
  private final SnapshotServer server = new SnapshotServer(SETTINGS, rate);
  private long millis = 10_000;
  private List<ReplicaEffect> effects = new ArrayList<>();

  @Test
  void pinsAStateAndOffersWhatItIsOf() {
    long session = ask(B);

    opened(session, HEAD);

    assertThat(effects).containsExactly(send(B, new SnapshotMessage.Offer(session, HEAD)));
  }

  @Test
  void refusesWhereTheStoreHoldsNoMoreThanTheMemberThatAsks() {
    take(
        () ->
            server.asked(
                B, new SnapshotMessage.Ask(0, new Slot(50)), new Slot(50), now(), effects));
    assertThat(effects).containsExactly(refused(B, 0, SnapshotMessage.Reason.NOT_AHEAD));

    long session = ask(B);
    opened(session, new SnapshotHead(new Slot(7), Digest.ZERO, 9, 1_000));
    assertThat(effects)
        .containsExactly(
            work(new SnapshotWork.Close(session)), refused(B, 0, SnapshotMessage.Reason.NOT_AHEAD));
  }

  @Test
  void sendsNoMoreThanItsBoundAtATime() {
    ask(B);
    ask(C);
    take(
        () ->
            server.asked(D, new SnapshotMessage.Ask(0, new Slot(7)), new Slot(50), now(), effects));

    assertThat(effects).containsExactly(refused(D, 0, SnapshotMessage.Reason.BUSY));
    assertThat(server.sessions()).isEqualTo(2);
  }

  /** What it sent would be a second witness of what may be its own mistake. */
  @Test
  void sendsNothingWhileItMayBeTheOneThatIsWrong() {
    long begun = begin(B);

    take(() -> server.undecided(true, effects));
    assertThat(effects).containsExactly(work(new SnapshotWork.Close(begun)));
    take(() -> askChunk(B, begun, 0));
    assertThat(effects).containsExactly(refused(B, begun, SnapshotMessage.Reason.UNKNOWN_SESSION));
    take(
        () ->
            server.asked(C, new SnapshotMessage.Ask(0, new Slot(7)), new Slot(50), now(), effects));
    assertThat(effects).containsExactly(refused(C, 0, SnapshotMessage.Reason.BUSY));

    take(() -> server.undecided(false, effects));
    assertThat(effects).isEmpty();
    long session = ask(B);
    opened(session, HEAD);
    assertThat(effects).containsExactly(send(B, new SnapshotMessage.Offer(session, HEAD)));
  }

  @Test
  void readsEachChunkOnceItIsAskedFor() {
    long session = begin(B);

    take(() -> askChunk(B, session, 0));
    assertThat(effects).containsExactly(work(new SnapshotWork.ReadChunk(session)));
    read(session, Optional.of(CHUNK));
    assertThat(effects)
        .containsExactly(send(B, SnapshotMessage.Chunk.of(session, 0, CHUNK, false)));
    take(() -> askChunk(B, session, 1));
    read(session, Optional.empty());
    assertThat(effects)
        .containsExactly(send(B, SnapshotMessage.Chunk.of(session, 1, ByteString.EMPTY, true)));
  }

  @Test
  void sendsAChunkAgainWithoutReadingIt() {
    long session = begin(B);
    take(() -> askChunk(B, session, 0));
    read(session, Optional.of(CHUNK));

    take(() -> askChunk(B, session, 0));

    assertThat(effects)
        .containsExactly(send(B, SnapshotMessage.Chunk.of(session, 0, CHUNK, false)));
  }

  @Test
  void ignoresAQuestionForAChunkThatIsPastOrIsBeingRead() {
    long session = begin(B);
    take(() -> askChunk(B, session, 0));
    take(() -> askChunk(B, session, 0));
    assertThat(effects).isEmpty();
    read(session, Optional.of(CHUNK));
    take(() -> askChunk(B, session, 1));
    read(session, Optional.of(CHUNK));

    take(() -> askChunk(B, session, 0));
    assertThat(effects).isEmpty();
    take(() -> askChunk(B, session, 3));
    assertThat(effects).isEmpty();
  }

  @Test
  void saysThatItDoesNotKnowASessionOfAnotherMemberOrOfBeforeARestart() {
    long session = begin(B);

    take(() -> askChunk(C, session, 0));
    assertThat(effects)
        .containsExactly(refused(C, session, SnapshotMessage.Reason.UNKNOWN_SESSION));
    take(() -> askChunk(B, session - 1, 0));
    assertThat(effects)
        .containsExactly(refused(B, session - 1, SnapshotMessage.Reason.UNKNOWN_SESSION));
  }

  @Test
  void givesSessionsOtherNumbersThanBeforeARestart() {
    long before = ask(B);
    millis++;
    SnapshotServer restarted = new SnapshotServer(SnapshotSettings.DEFAULTS, rate);
    List<ReplicaEffect> after = new ArrayList<>();
    restarted.asked(B, new SnapshotMessage.Ask(0, new Slot(7)), new Slot(50), now(), after);

    assertThat(after).doesNotContain(work(new SnapshotWork.Open(before, 0)));
  }

  @Test
  void offersTheSameAgainWhereTheQuestionIsRepeated() {
    long session = begin(B);

    take(
        () ->
            server.asked(B, new SnapshotMessage.Ask(0, new Slot(7)), new Slot(50), now(), effects));

    assertThat(effects).containsExactly(send(B, new SnapshotMessage.Offer(session, HEAD)));
  }

  @Test
  void endsTheSessionOfAMemberThatAsksForAnotherOne() {
    long session = begin(B);
    take(() -> askChunk(B, session, 0));
    read(session, Optional.of(CHUNK));

    long next = ask(B);

    assertThat(next).isNotEqualTo(session);
    assertThat(effects).contains(work(new SnapshotWork.Close(session)));
    assertThat(server.sessions()).isEqualTo(1);
  }

  @Test
  void endsTheSessionOfAMemberThatFallsSilent() {
    long session = begin(B);
    millis += 5_000;
    take(() -> server.tick(now(), effects));
    assertThat(effects).isEmpty();
    millis++;
    take(() -> server.tick(now(), effects));

    assertThat(effects).containsExactly(work(new SnapshotWork.Close(session)));
    assertThat(server.sessions()).isZero();
  }

  /** What is said before there is anything to close is said again. */
  @Test
  void closesAStateThatIsPinnedTooLate() {
    long session = ask(B);
    millis += 6_000;
    take(() -> server.tick(now(), effects));

    opened(session, HEAD);

    assertThat(effects).containsExactly(work(new SnapshotWork.Close(session)));
  }

  @Test
  void makesRoomForAnotherMemberWhereOneHasEverything() {
    long done = begin(B);
    take(() -> askChunk(B, done, 0));
    read(done, Optional.empty());
    ask(C);

    ask(D);

    assertThat(effects).contains(work(new SnapshotWork.Close(done)));
    assertThat(server.sessions()).isEqualTo(2);
  }

  @Test
  void sendsNoFasterThanAllowed() {
    ByteString large = ByteString.copyFrom(new byte[7_000]);
    long session = begin(B);
    // What snapshots always have, and what is spare: neither has as much as it sends.
    sends(session, 0, large);
    sends(session, 1, large);
    take(() -> askChunk(B, session, 2));
    read(session, Optional.of(large));
    assertThat(effects).isEmpty();

    millis += 749;
    take(() -> server.tick(now(), effects));
    assertThat(effects).isEmpty();
    millis += 2;
    take(() -> server.tick(now(), effects));
    assertThat(effects)
        .containsExactly(send(B, SnapshotMessage.Chunk.of(session, 2, large, false)));
  }

  @Test
  void sendsSlowlyWhileMuchIsWritten() {
    ByteString large = ByteString.copyFrom(new byte[1_000]);
    long session = begin(B);
    writes(5_000);
    sends(session, 0, large);
    take(() -> askChunk(B, session, 1));
    read(session, Optional.of(large));
    assertThat(effects).isEmpty();

    writes(740);
    take(() -> server.tick(now(), effects));
    assertThat(effects).isEmpty();
    writes(20);
    take(() -> server.tick(now(), effects));
    assertThat(effects)
        .containsExactly(send(B, SnapshotMessage.Chunk.of(session, 1, large, false)));
  }

  @Test
  void sendsAllThatItHasBegunBeforeTheLogIsTrimmedThatIsNeededWithIt() {
    SnapshotHead larger = new SnapshotHead(new Slot(50), Digest.ZERO, 9, 100_000);
    ByteString large = ByteString.copyFrom(new byte[3_000]);
    writes(25_000);
    long session = ask(B);
    opened(session, larger);
    opened(ask(C), larger);
    sends(session, 0, large);
    take(() -> askChunk(B, session, 1));
    read(session, Optional.of(large));

    // Of 200,000 bytes so many a second that 500,000 are written meanwhile, half of the log: 4,000.
    // At first a quarter of that could be sent.
    writes(480);
    take(() -> server.tick(now(), effects));
    assertThat(effects).isEmpty();
    writes(60);
    take(() -> server.tick(now(), effects));
    assertThat(effects).hasSize(1);
  }

  /** 10,000 commands a second of a byte each, for a while. */
  private void writes(long forMillis) {
    for (long end = millis + forMillis; millis < end; millis += 10) {
      live.executed(100, 100, now());
    }
  }

  private void sends(long session, long index, ByteString chunk) {
    take(() -> askChunk(B, session, index));
    read(session, Optional.of(chunk));
    assertThat(effects)
        .containsExactly(send(B, SnapshotMessage.Chunk.of(session, index, chunk, false)));
  }

  private static ReplicaSettings settings() {
    ReplicaSettings defaults = ReplicaSettings.DEFAULTS;
    return new ReplicaSettings(
        defaults.gapPatience(),
        defaults.fetchTimeout(),
        defaults.fetchBackoff(),
        defaults.maxFetchBackoff(),
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
        SETTINGS);
  }

  private long ask(MemberId from) {
    take(
        () ->
            server.asked(
                from, new SnapshotMessage.Ask(0, new Slot(7)), new Slot(50), now(), effects));
    return effects.stream()
        .filter(ReplicaEffect.WorkOnSnapshot.class::isInstance)
        .map(effect -> ((ReplicaEffect.WorkOnSnapshot) effect).work())
        .filter(SnapshotWork.Open.class::isInstance)
        .mapToLong(open -> ((SnapshotWork.Open) open).session())
        .findFirst()
        .orElseThrow();
  }

  private long begin(MemberId from) {
    long session = ask(from);
    opened(session, HEAD);
    return session;
  }

  private void askChunk(MemberId from, long session, long index) {
    server.asked(from, new SnapshotMessage.AskChunk(session, index), now(), effects);
  }

  private void opened(long session, SnapshotHead head) {
    take(() -> server.opened(new SnapshotResult.Opened(session, head), effects));
  }

  private void read(long session, Optional<ByteString> chunk) {
    take(() -> server.read(new SnapshotResult.ChunkRead(session, chunk), now(), effects));
  }

  private void take(Runnable step) {
    effects = new ArrayList<>();
    step.run();
  }

  private Now now() {
    return new Now(millis * 1_000_000, millis);
  }

  private static ReplicaEffect send(MemberId to, SnapshotMessage message) {
    return new ReplicaEffect.Send(to, message);
  }

  private static ReplicaEffect refused(MemberId to, long session, SnapshotMessage.Reason reason) {
    return send(to, new SnapshotMessage.Refusal(session, reason));
  }

  private static ReplicaEffect work(SnapshotWork work) {
    return new ReplicaEffect.WorkOnSnapshot(work);
  }

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }
}
