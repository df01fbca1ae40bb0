package io.holdfast.sync.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much may be sent to members that lag: up to the limit while little is written, and a share
 * that always ends while much is. Live writes and catching up need the same processors and disks;
 * what is sent late costs nobody an answer.
 *
 * <p><b>The limit's seven eighths</b> are for whoever lags, less what is written: its bytes, and
 * for each command a 512th of the limit. A command costs a journal's write at each member and a
 * client's round trip, so that a load of small ones is not seen in its bytes. 512 a second is what
 * the smallest machines do many times over: also where catching up has slowed writes down, what is
 * left of them is above that, and it cannot pass for a load that has ended.
 *
 * <p><b>Snapshots</b> always have the last eighth. More than that, up to the limit, where the log
 * would else be trimmed before the snapshot has come: while S bytes of it are sent at rate r, the
 * log grows by L * S / r at a live rate of L, and whoever has the snapshot must still find all of
 * that. So r is at least 2 * L * S / (bytes of log that are kept): half of them, since loading the
 * received state takes time as well.
 *
 * <p><b>The log</b>, for each member that lags, always has twice what live writes add: whatever it
 * lacks grows by L and shrinks by 2 L, so it has all of it after at most as long as it took to be
 * written at that rate, and the oldest slot that it lacks moves on faster than logs are trimmed.
 * This goes beyond the limit if need be; with less, a member would never catch up. More, while much
 * is written, would cost more than it looks: every byte of a log is executed. The least is what
 * lets one answer go in half the time that it is waited for; otherwise it would be given up, and
 * sent for nothing, again and again. An answer's bytes may be sent at once after a pause: what a
 * candidate lacks is rarely more.
 */
final class CatchUpRate {

  private static final int LIVE_COMMANDS = 512;
  private static final double SNAPSHOT_SHARE = 1.0 / 8;
  private static final double LOG_HEADROOM = 2;
  private static final double ANSWERS_A_TIMEOUT = 2;
  private static final int PARTS_OF_A_CHUNK = 4;

  private final ReplicaSettings settings;
  private final double limit;
  private final LiveLoad live;
  private final TokenBucket spare = new TokenBucket(0);
  private final TokenBucket snapshots = new TokenBucket(0);
  // Whoever asked longest ago first. As many as may wait for the log.
  private final Map<MemberId, TokenBucket> logs = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param live what is written
   */
  CatchUpRate(ReplicaSettings settings, LiveLoad live) {
    this.settings = settings;
    this.limit = (double) settings.snapshots().bytesPerSecond();
    this.live = live;
  }

  /**
   * Whether a chunk of a snapshot may be sent now.
   *
   * @param bytes the size of all snapshots that are being sent
   */
  boolean mayChunk(long bytes, Now now) {
    double ends = LOG_HEADROOM * live.bytesPerSecond(now) * bytes / settings.snapshots().logBytes();
    snapshots.change((long) Math.min(limit, Math.max(snapshotShare(), ends)));
    return isOpen(snapshots, now);
  }

  /** A chunk of so many bytes is sent. */
  void chunk(long bytes) {
    take(snapshots, bytes);
  }

  /** Whether a part of the log may be sent to a member now. */
  boolean mayLog(MemberId to, Now now) {
    TokenBucket log = log(to);
    double answers =
        ANSWERS_A_TIMEOUT
            * settings.fetchChunkBytes()
            * 1e9
            / Math.max(1, settings.fetchTimeout().toNanos());
    double least = Math.min(limit, answers);
    log.change((long) Math.max(least, LOG_HEADROOM * live.bytesPerSecond(now)));
    return isOpen(log, now);
  }

  /**
   * How long a part of the log may be that is sent to a member now, in bytes: what is executed at
   * once keeps live writes waiting. No less than a quarter of a chunk: for each part a segment of
   * the journal is read.
   */
  int logBytes(MemberId to) {
    int chunk = settings.fetchChunkBytes();
    long free = Math.max(spare.free(), log(to).free());
    return (int) Math.min(chunk, Math.max(free, chunk / PARTS_OF_A_CHUNK));
  }

  /** A part of the log, of so many bytes, is sent to a member. */
  void log(MemberId to, long bytes) {
    take(log(to), bytes);
  }

  private TokenBucket log(MemberId to) {
    TokenBucket log =
        logs.computeIfAbsent(to, added -> new TokenBucket(0, settings.fetchChunkBytes()));
    if (logs.size() > settings.maxLogReads()) {
      logs.remove(logs.keySet().iterator().next());
    }
    return log;
  }

  private double snapshotShare() {
    return Math.max(1, limit * SNAPSHOT_SHARE);
  }

  private boolean isOpen(TokenBucket own, Now now) {
    double written = live.bytesPerSecond(now) + live.commandsPerSecond(now) / LIVE_COMMANDS * limit;
    spare.change((long) Math.max(0, limit - snapshotShare() - written));
    boolean open = spare.isOpen(now);
    return own.isOpen(now) || open;
  }

  /** Its own share first: what is spare may be wanted by others. */
  private void take(TokenBucket own, long bytes) {
    (own.free() > 0 ? own : spare).take(bytes);
  }
}
