package io.holdfast.sync.core;

import io.holdfast.config.core.Now;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The leader's judgement of how old a write id may be (section 6): an hour, by the lowest clock of
 * those that it hears; less where more ids are remembered than the window has. Never faster than
 * time goes by, so that a clock that jumps ahead expires nobody, except to make room; and never
 * into the ids of the last minute, which may still be on their way.
 */
final class HorizonClock {

  private final WriteIdTable writeIds;
  private final int window;
  private final ServingSettings settings;
  private OptionalLong lowestClockMillis = OptionalLong.empty();
  private long seenHorizonMillis;
  private @Nullable Long seenAtNanos;
  private long notBeforeNanos;
  private boolean paused;

  HorizonClock(WriteIdTable writeIds, int window, ServingSettings settings) {
    this.writeIds = writeIds;
    this.window = window;
    this.settings = settings;
  }

  /** The lowest wall clock among at least w members, as of now. */
  void clocks(OptionalLong lowestMillis) {
    lowestClockMillis = lowestMillis;
  }

  /** The horizon to propose now, if it is time to. */
  Optional<Long> next(Now now) {
    long horizon = writeIds.horizonMillis();
    if (seenAtNanos == null || horizon != seenHorizonMillis) {
      seenHorizonMillis = horizon;
      seenAtNanos = now.monotonicNanos();
    }
    if (lowestClockMillis.isEmpty() || (paused && !now.isAfter(notBeforeNanos))) {
      return Optional.empty();
    }
    long lowest = lowestClockMillis.getAsLong();
    long byAge = byAge(lowest, now);
    boolean crowded = writeIds.size() > window;
    long wanted = crowded ? Math.max(byAge, byCount(lowest)) : byAge;
    long step = crowded ? 0 : settings.idRetention().toMillis() / 60;
    paused = true;
    notBeforeNanos = now.nanosAfter(settings.housekeepingPause());
    return wanted <= horizon + step || wanted <= 0 ? Optional.empty() : Optional.of(wanted);
  }

  private long byAge(long lowest, Now now) {
    long oldest = lowest - settings.idRetention().toMillis();
    if (seenHorizonMillis == 0 || seenAtNanos == null) {
      return oldest;
    }
    return Math.min(oldest, seenHorizonMillis + now.nanosSince(seenAtNanos) / 1_000_000);
  }

  /**
   * What leaves a window of ids, as far as those are old enough. Ids are remembered in the order of
   * the log, and the first of them is the first to be dropped: one dated ahead holds up the others.
   */
  private long byCount(long lowest) {
    long youngest = lowest - settings.minIdAge().toMillis();
    long latest = 0;
    for (long ordinal = writeIds.first(); ordinal < writeIds.next() - window; ordinal++) {
      latest = Math.max(latest, writeIds.timeMillis(ordinal));
    }
    return Math.min(youngest, latest + 1);
  }
}
