package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How old a write id may be (section 6). */
class HorizonClockTest {

  private static final int WINDOW = 3;
  private static final ServingSettings SETTINGS = ServingSettings.DEFAULTS;
  private static final long HOUR = SETTINGS.idRetention().toMillis();
  private static final long MINUTE = SETTINGS.minIdAge().toMillis();
  private static final long NOON = 1_000 * HOUR;

  private final WriteIdTable table = new WriteIdTable(2 * WINDOW, 0, 0);
  private final HorizonClock clock = new HorizonClock(table, WINDOW, SETTINGS);
  private long nowMillis = 5_000;

  private void remember(long timeMillis) {
    WriteId id = WriteId.of(timeMillis, new UUID(0, table.next()));
    table.add(new WriteIdRecord(id, Digest.ZERO, new Slot(1), new CommandResult.Applied(1, 0)));
  }

  private Optional<Long> next(long lowestClock) {
    clock.clocks(OptionalLong.of(lowestClock));
    return clock.next(new Now(nowMillis * 1_000_000, 0));
  }

  private void pass(Duration time) {
    nowMillis += time.toMillis();
  }

  /** What it wants takes place. */
  private long advance(long lowestClock) {
    long horizon = next(lowestClock).orElseThrow();
    table.advanceHorizon(horizon);
    return horizon;
  }

  @Test
  void liesAnHourBehindTheLowestClock() {
    assertThat(next(NOON)).contains(NOON - HOUR);
  }

  @Test
  void staysWhereItIsWhileTooFewClocksAreHeard() {
    clock.clocks(OptionalLong.empty());

    assertThat(clock.next(new Now(nowMillis * 1_000_000, 0))).isEmpty();
  }

  @Test
  void isNotProposedBeforeAnHourHasGoneBySinceClocksBegan() {
    assertThat(next(HOUR)).isEmpty();
  }

  @Test
  void movesNoFasterThanTimeGoesByThoughEveryClockJumpsAhead() {
    long first = advance(NOON);
    next(NOON);
    pass(Duration.ofMinutes(10));

    assertThat(next(NOON + 100 * HOUR)).contains(first + Duration.ofMinutes(10).toMillis());
  }

  @Test
  void followsTheLowestClockWhereThatIsBehindTime() {
    long first = advance(NOON);
    next(NOON);
    pass(Duration.ofMinutes(10));

    assertThat(next(NOON + 2 * MINUTE)).contains(first + 2 * MINUTE);
    pass(Duration.ofMinutes(10));
    assertThat(next(NOON - HOUR)).isEmpty();
  }

  @Test
  void isNotMovedBySmallSteps() {
    advance(NOON);
    next(NOON);
    pass(Duration.ofHours(1));

    assertThat(next(NOON + MINUTE)).isEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(next(NOON + MINUTE + 1)).isPresent();
  }

  @Test
  void pausesBetweenProposals() {
    assertThat(next(NOON)).isPresent();
    assertThat(next(NOON)).isEmpty();
    pass(SETTINGS.housekeepingPause());
    assertThat(next(NOON)).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(next(NOON)).isPresent();
  }

  @Test
  void crowdedTableMovesItUntilAWindowIsLeft() {
    advance(NOON);
    for (int n = 1; n <= WINDOW + 2; n++) {
      remember(NOON - 10 * MINUTE + n);
    }
    pass(Duration.ofSeconds(2));

    assertThat(advance(NOON)).isEqualTo(NOON - 10 * MINUTE + 3);
    assertThat(table.size()).isEqualTo(WINDOW);
  }

  @Test
  void tableOfOneWindowIsNotCrowded() {
    advance(NOON);
    for (int n = 1; n <= WINDOW; n++) {
      remember(NOON - 10 * MINUTE + n);
    }
    pass(Duration.ofSeconds(2));

    assertThat(next(NOON)).isEmpty();
  }

  @Test
  void crowdedTableKeepsTheIdsOfTheLastMinute() {
    advance(NOON);
    for (int n = 1; n <= 2 * WINDOW; n++) {
      remember(NOON - n);
    }
    pass(Duration.ofSeconds(2));

    assertThat(advance(NOON)).isEqualTo(NOON - MINUTE);
    assertThat(table.isFull()).isTrue();
  }

  /** The first of them in the log is the first to go, whatever its date. */
  @Test
  void idDatedAheadHoldsTheOthersUpUntilItsTimeHasCome() {
    advance(NOON);
    remember(NOON + 5 * MINUTE);
    for (int n = 1; n < 2 * WINDOW; n++) {
      remember(NOON - 10 * MINUTE + n);
    }
    pass(Duration.ofSeconds(2));
    advance(NOON);
    assertThat(table.isFull()).isTrue();
    pass(Duration.ofMinutes(7));

    assertThat(advance(NOON + 7 * MINUTE)).isEqualTo(NOON + 5 * MINUTE + 1);
    assertThat(table.isFull()).isFalse();
  }

  @Test
  void idDatedAheadAmongThoseThatStayMovesNothing() {
    advance(NOON);
    for (int n = 1; n <= WINDOW + 1; n++) {
      remember(n == WINDOW + 1 ? NOON + HOUR : NOON - 10 * MINUTE + n);
    }
    pass(Duration.ofSeconds(2));

    assertThat(advance(NOON)).isEqualTo(NOON - 10 * MINUTE + 2);
    assertThat(table.size()).isEqualTo(WINDOW);
  }
}
