package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import java.util.function.LongSupplier;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Rates are those of 40 seconds, by looking every 20 ms, after 20 seconds of load. */
class CatchUpRateTest {

  private static final long MIB = 1 << 20;
  private static final long LIMIT = SnapshotSettings.DEFAULTS.bytesPerSecond();
  private static final long LOG = SnapshotSettings.DEFAULTS.logBytes();
  private static final int CHUNK = ReplicaSettings.DEFAULTS.fetchChunkBytes();
  private static final int STEP = 20;
  private static final int SECONDS = 40;
  private static final Percentage NEARLY = Percentage.withPercentage(6);
  private static final MemberId B = new MemberId(new NodeId("b"), 1);
  private static final MemberId C = new MemberId(new NodeId("c"), 1);

  private final LiveLoad live = new LiveLoad();
  private final CatchUpRate rate = new CatchUpRate(ReplicaSettings.DEFAULTS, live);
  private long millis = 10_000;
  private int commands;
  private long bytes;

  @Test
  void isTheLimitWhileNothingIsWritten() {
    assertThat(snapshots(LOG)).isCloseTo(LIMIT, NEARLY);
  }

  @Test
  void leavesSnapshotsAnEighthWhileMuchIsWritten() {
    load(2_000, 200);

    assertThat(snapshots(100 * MIB)).isCloseTo(LIMIT / 8, NEARLY);
  }

  /** What is left of a load that catching up has slowed down must not pass for a small one. */
  @Test
  void leavesNoMoreThanThatAtAQuarterOfWhatASmallMachineDoes() {
    load(500, 200);

    assertThat(snapshots(100 * MIB)).isCloseTo(LIMIT / 8, NEARLY);
  }

  @Test
  void fallsAsMoreIsWritten() {
    long before = Long.MAX_VALUE / 100;
    for (int perSecond = 0; perSecond <= 600; perSecond += 100) {
      CatchUpRateTest other = new CatchUpRateTest();
      other.load(perSecond, 100);
      long now = other.snapshots(LOG);
      if (perSecond <= 400) {
        assertThat(now).as("at %d", perSecond).isLessThan(before / 100 * 95);
      } else {
        assertThat(now).as("at %d", perSecond).isLessThan(before / 100 * 101);
      }
      before = now;
    }
  }

  @Test
  void yieldsToTheBytesOfFewLargeCommands() {
    load(10, MIB);

    assertThat(snapshots(1)).isCloseTo(LIMIT - 10 * MIB - LIMIT * 10 / 512, NEARLY);
  }

  @Test
  void isTheLimitAgainASecondAfterTheLastCommand() {
    load(5_000, 200);
    run(20, () -> {});
    load(0, 0);
    millis += 1_000;

    assertThat(sent(2, () -> chunk(LOG))).isGreaterThan(LIMIT / 10 * 9);
  }

  @Test
  void feedsEachLaggingMemberTwiceWhatIsWritten() {
    load(2_000, 400);

    long[] sent = {0, 0};
    run(20, () -> {});
    run(
        SECONDS,
        () -> {
          sent[0] += log(B, CHUNK);
          sent[1] += log(C, CHUNK);
        });

    assertThat(sent[0] / SECONDS).isCloseTo(1_600_000, NEARLY);
    assertThat(sent[1] / SECONDS).isCloseTo(1_600_000, NEARLY);
  }

  @Test
  void feedsTwiceWhatIsWrittenThoughThatIsMoreThanTheLimit() {
    load(100, 300_000);

    assertThat(rateOf(() -> log(B, CHUNK) + log(B, CHUNK))).isGreaterThan(57_000_000);
  }

  /** However little: what nobody waits for any more when it comes is sent again and again. */
  @Test
  void answersInHalfTheTimeThatIsWaited() {
    load(600, 10);
    run(20, () -> {});
    rate.mayLog(B, now());
    rate.log(B, 2L * CHUNK);

    long since = millis;
    while (!rate.mayLog(B, now())) {
      step();
    }

    assertThat(millis - since).isBetween(4_900L, 5_100L);
  }

  @Test
  void feedsTheLogAtAllButAnEighthOfTheLimitWhileNothingIsWritten() {
    assertThat(rateOf(() -> log(B, CHUNK))).isCloseTo(LIMIT - LIMIT / 8, NEARLY);
  }

  @Test
  void sendsWhatACandidateMayLackAtOnce() {
    load(2_000, 20);
    run(20, () -> {});

    assertThat(rate.mayLog(B, now())).isTrue();
    assertThat(rate.logBytes(B)).isEqualTo(CHUNK);
    rate.log(B, CHUNK);
    assertThat(rate.mayLog(B, now())).isFalse();
  }

  @Test
  void sendsTheLogInQuartersOfAChunkWhileMuchIsWritten() {
    load(2_000, 20);
    run(20, () -> {});
    rate.mayLog(B, now());
    rate.log(B, CHUNK);
    while (!rate.mayLog(B, now())) {
      step();
    }

    assertThat(rate.logBytes(B)).isEqualTo(CHUNK / 4);
  }

  @Test
  void sendsWholeChunksOfTheLogWhileNothingIsWritten() {
    run(1, () -> log(C, CHUNK));
    while (!rate.mayLog(B, now())) {
      step();
    }
    rate.log(B, CHUNK);
    run(1, () -> {});

    assertThat(rate.mayLog(B, now())).isTrue();
    assertThat(rate.logBytes(B)).isEqualTo(CHUNK);
  }

  @Test
  void sendsSnapshotsBeforeTheLogIsTrimmedThatTheyNeed() {
    load(2_000, 500);

    long fast = snapshots(8 * LOG);

    assertThat(fast).isCloseTo(16_000_000, NEARLY);
    long written = 1_000_000 * 8 * LOG / fast;
    assertThat(written).isCloseTo(LOG / 2, within(LOG / 20));
  }

  @Test
  void sendsSnapshotsNoFasterThanTheLimitHoweverLargeTheyAre() {
    load(2_000, 500);

    assertThat(snapshots(100 * LOG)).isCloseTo(LIMIT, NEARLY);
  }

  @Test
  void keepsSharesApart() {
    load(2_000, 400);
    run(20, () -> {});
    long[] sent = {0, 0};
    run(
        SECONDS,
        () -> {
          sent[0] += chunk(LOG);
          sent[1] += log(B, CHUNK);
        });

    assertThat(sent[0] / SECONDS).isCloseTo(LIMIT / 8, NEARLY);
    assertThat(sent[1] / SECONDS).isCloseTo(1_600_000, NEARLY);
  }

  @Test
  void keepsTheLimitForAllTogetherWhileNothingIsWritten() {
    long[] sent = {0};
    run(
        SECONDS,
        () -> sent[0] += chunk(LOG) + chunk(LOG) + log(B, CHUNK) + log(C, CHUNK) + log(B, CHUNK));

    // What each log has at least comes on top.
    assertThat(sent[0] / SECONDS).isCloseTo(LIMIT + 2 * CHUNK / 5, NEARLY);
  }

  /** A member whose share is forgotten has a new one. */
  @Test
  void remembersNoMoreMembersThanMayWait() {
    load(2_000, 20);
    run(20, () -> {});
    rate.mayLog(B, now());
    rate.log(B, CHUNK);
    int most = ReplicaSettings.DEFAULTS.maxLogReads();
    othersAsk(1, most);
    // Whoever has asked least lately is forgotten first.
    assertThat(rate.mayLog(B, now())).isFalse();
    othersAsk(most, most + 1);
    assertThat(rate.mayLog(B, now())).isFalse();
    othersAsk(0, most);

    assertThat(rate.mayLog(B, now())).isTrue();
  }

  private void othersAsk(int from, int to) {
    for (int i = from; i < to; i++) {
      rate.mayLog(new MemberId(new NodeId("n" + i), 1), now());
    }
  }

  @Test
  void sendsSomethingWhereTheLimitIsAByte() {
    CatchUpRate slowest = new CatchUpRate(limitedTo(1, 1), live);

    assertThat(slowest.mayChunk(1, now())).isTrue();
    assertThat(slowest.mayLog(B, now())).isTrue();
    assertThat(slowest.logBytes(B)).isEqualTo(1);
  }

  @Test
  void answersNoSoonerThanTheLimitAllows() {
    CatchUpRate slow = new CatchUpRate(limitedTo(1_000, CHUNK), live);
    load(600, 0);
    run(20, () -> {});
    slow.mayLog(B, now());
    slow.log(B, CHUNK + 1_000);

    run(1, () -> assertThat(slow.mayLog(B, now())).isFalse());
    step();
    assertThat(slow.mayLog(B, now())).isTrue();
  }

  private static ReplicaSettings limitedTo(long bytesPerSecond, int chunkBytes) {
    ReplicaSettings defaults = ReplicaSettings.DEFAULTS;
    SnapshotSettings snapshots = defaults.snapshots();
    return new ReplicaSettings(
        defaults.gapPatience(),
        defaults.fetchTimeout(),
        defaults.fetchBackoff(),
        defaults.maxFetchBackoff(),
        chunkBytes,
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
            bytesPerSecond,
            snapshots.maxSessions(),
            snapshots.sessionTimeout(),
            snapshots.answerTimeout(),
            snapshots.tries(),
            snapshots.logBytes()));
  }

  private void load(int commandsPerSecond, long bytesEach) {
    commands = commandsPerSecond;
    bytes = bytesEach;
  }

  private long snapshots(long size) {
    return rateOf(() -> chunk(size));
  }

  private long rateOf(LongSupplier send) {
    run(20, () -> {});
    return sent(SECONDS, send);
  }

  private long sent(int seconds, LongSupplier send) {
    long[] sent = {0};
    run(seconds, () -> sent[0] += send.getAsLong());
    return sent[0] / seconds;
  }

  private long chunk(long size) {
    if (!rate.mayChunk(size, now())) {
      return 0;
    }
    rate.chunk(MIB);
    return MIB;
  }

  private long log(MemberId to, int most) {
    if (!rate.mayLog(to, now())) {
      return 0;
    }
    long size = Math.min(most, rate.logBytes(to));
    rate.log(to, size);
    return size;
  }

  private void run(int seconds, Runnable each) {
    for (long end = millis + seconds * 1_000L; millis < end; ) {
      step();
      each.run();
    }
  }

  /** A while later, with what was executed meanwhile. */
  private void step() {
    long before = millis * commands / 1_000;
    millis += STEP;
    int executed = (int) (millis * commands / 1_000 - before);
    if (executed > 0) {
      live.executed(executed, executed * bytes, now());
    }
  }

  private Now now() {
    return new Now(millis * 1_000_000, 0);
  }
}
