package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** One write a second of 10 bytes, unless said otherwise. */
class CompactionRuleTest {

  private static final long PLENTY = Long.MAX_VALUE;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration EVER = Duration.ofNanos(Long.MAX_VALUE);

  private long compacted;
  private long revision;
  private long bytes;
  private long seconds;
  private int compactions;

  @Test
  void keepsAllWithoutLimits() {
    CompactionRule rule = begin(HistoryLimits.NONE);
    write(rule, 100_000);
    assertThat(compactions).isZero();
  }

  @Test
  void keepsTheAgeThatItMayAndASixteenthMoreAtMost() {
    CompactionRule rule = begin(new HistoryLimits(HOUR, PLENTY, PLENTY));
    write(rule, 3_600);
    assertThat(compacted).isZero();
    for (int n = 0; n < 50; n++) {
      write(rule, 600);
      assertThat(revision - compacted).isBetween(3_600L, 3_600L + 2 * 3_600 / 16 + 2);
    }
  }

  @Test
  void keepsTheBytesThatItMayAndASixteenthMoreAtMost() {
    CompactionRule rule = begin(new HistoryLimits(EVER, 16_000, PLENTY));
    write(rule, 1_600);
    assertThat(compacted).isZero();
    for (int n = 0; n < 50; n++) {
      write(rule, 333);
      assertThat((revision - compacted) * 10).isBetween(16_000L - 1_010, 16_000L);
    }
  }

  @Test
  void keepsTheRevisionsThatItMayAndASixteenthMoreAtMost() {
    CompactionRule rule = begin(new HistoryLimits(EVER, PLENTY, 1_600));
    write(rule, 1_600);
    assertThat(compacted).isZero();
    for (int n = 0; n < 50; n++) {
      write(rule, 333);
      assertThat(revision - compacted).isBetween(1_600L - 101, 1_600L);
    }
  }

  @Test
  void compactsNoMoreOftenThanSixteenTimesForWhatIsKept() {
    CompactionRule rule = begin(new HistoryLimits(HOUR, 16_000, 1_600));
    write(rule, 16_000);
    assertThat(compactions).isBetween(100, 160);
  }

  /** By age too, where marks lie close to each other. */
  @Test
  void compactsByAgeNoMoreOftenWhereMuchIsWritten() {
    CompactionRule rule = begin(new HistoryLimits(HOUR, 1_600_000, PLENTY));
    for (int second = 0; second < 4 * 3_600; second++) {
      bytes += 200;
      write(rule, 1);
    }
    assertThat(compactions).isBetween(20, 60);
  }

  @Test
  void compactsWhatIsOldWhenNothingIsWrittenAnyMore() {
    CompactionRule rule = begin(new HistoryLimits(HOUR, PLENTY, PLENTY));
    write(rule, 10);
    for (int second = 0; second < 5_000; second++) {
      pass(rule);
    }
    assertThat(compacted).isEqualTo(10);
    int before = compactions;
    for (int second = 0; second < 10_000; second++) {
      pass(rule);
    }
    assertThat(compactions).isEqualTo(before);
  }

  /** Its ages are not known, so they count from the start; the bytes and revisions are. */
  @Test
  void takesWhatItBeginsWithForYoung() {
    compacted = 1_000;
    revision = 9_000;
    bytes = 80_000;
    CompactionRule rule = begin(new HistoryLimits(HOUR, PLENTY, PLENTY));
    write(rule, 3_600);
    assertThat(compacted).isEqualTo(1_000);
    write(rule, 300);
    assertThat(compacted).isGreaterThanOrEqualTo(9_000);
  }

  @Test
  void compactsWhatItBeginsWithByPartsWhereThatIsTooMuch() {
    compacted = 1_000;
    revision = 9_000;
    bytes = 80_000;
    CompactionRule rule = begin(new HistoryLimits(HOUR, 40_000, PLENTY));
    pass(rule);
    assertThat(compacted).isEqualTo(5_000);
  }

  @Test
  void goesOnFromWhereSomebodyElseCompacted() {
    CompactionRule rule = begin(new HistoryLimits(EVER, PLENTY, 1_600));
    write(rule, 1_500);
    compacted = 1_400;
    write(rule, 1_000);
    assertThat(compactions).isZero();
    write(rule, 700);
    assertThat(compactions).isPositive();
  }

  /** Whoever compacts has other limits: marks pile up, and fewer are kept. */
  @Test
  void boundsWhatItNotesWhereNobodyCompacts() {
    CompactionRule rule = begin(new HistoryLimits(EVER, PLENTY, 1_600));
    for (int n = 0; n < 1_000_000; n++) {
      seconds++;
      rule.observe(++revision, bytes, now());
    }
    pass(rule);
    assertThat(revision - compacted).isBetween(0L, 1_600L);
  }

  private CompactionRule begin(HistoryLimits limits) {
    return new CompactionRule(limits, compacted, revision, bytes, now());
  }

  private void write(CompactionRule rule, int writes) {
    for (int n = 0; n < writes; n++) {
      revision++;
      bytes += 10;
      pass(rule);
    }
  }

  private void pass(CompactionRule rule) {
    seconds++;
    rule.observe(revision, bytes, now());
    OptionalLong next = rule.next(compacted, revision, bytes, now());
    if (next.isPresent()) {
      assertThat(next.getAsLong()).isGreaterThan(compacted).isLessThanOrEqualTo(revision);
      compacted = next.getAsLong();
      compactions++;
    }
  }

  private Now now() {
    return new Now(Duration.ofSeconds(seconds).toNanos(), 0);
  }
}
