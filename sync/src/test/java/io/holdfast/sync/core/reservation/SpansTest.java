package io.holdfast.sync.core.reservation;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.control.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SpansTest {

  private static Pool.Span span(long first, long last) {
    return new Pool.Span(first, last);
  }

  @Test
  void isTheSetOfItsNumbers() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      Spans spans = new Spans(List.of());
      TreeSet<Long> numbers = new TreeSet<>();
      for (int step = 0; step < 30; step++) {
        long first = random.nextInt(40) - 20L;
        if (random.nextInt(3) == 0) {
          spans.remove(first);
          numbers.remove(first);
        } else {
          long last = first + random.nextInt(6);
          spans.add(span(first, last));
          for (long n = first; n <= last; n++) {
            numbers.add(n);
          }
        }
        assertAlike(spans, numbers);
      }
    }
  }

  private static void assertAlike(Spans spans, Set<Long> numbers) {
    TreeSet<Long> without = new TreeSet<>();
    for (long n = -25; n <= 30; n++) {
      assertThat(spans.contains(n)).isEqualTo(numbers.contains(n));
      long next = n;
      while (numbers.contains(next)) {
        next++;
      }
      assertThat(spans.after(n)).isEqualTo(next);
      if (!numbers.contains(n)) {
        without.add(n);
      }
    }
    List<Long> parts = new ArrayList<>();
    for (Pool.Span part : spans.without(span(-25, 30))) {
      for (long n = part.first(); n <= part.last(); n++) {
        parts.add(n);
      }
    }
    assertThat(parts).containsExactlyElementsOf(without);
  }

  @Test
  void holdsTheLargestAndSmallestNumbers() {
    Spans spans = new Spans(List.of(span(-Pool.MAX_NUMBER, Pool.MAX_NUMBER)));
    assertThat(spans.contains(Pool.MAX_NUMBER)).isTrue();
    assertThat(spans.after(0)).isEqualTo(Pool.MAX_NUMBER + 1);
    assertThat(spans.without(span(-3, 3))).isEmpty();
    spans.remove(Pool.MAX_NUMBER);
    assertThat(spans.contains(Pool.MAX_NUMBER)).isFalse();
  }
}
