package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of numbers, as the spans that it consists of. */
final class Spans {

  /** The last number of each span, by its first; none touches another. */
  private final TreeMap<Long, Long> spans = new TreeMap<>();

  Spans(Collection<Pool.Span> some) {
    some.forEach(this::add);
  }

  void add(long value) {
    add(new Pool.Span(value, value));
  }

  void add(Pool.Span span) {
    long first = span.first();
    long last = span.last();
    // Whatever overlaps it or touches it becomes a part of it.
    Map.Entry<Long, Long> before = spans.floorEntry(last + 1);
    while (before != null && before.getValue() >= first - 1) {
      first = Math.min(first, before.getKey());
      last = Math.max(last, before.getValue());
      spans.remove(before.getKey());
      before = spans.floorEntry(last + 1);
    }
    spans.put(first, last);
  }

  void remove(long value) {
    Map.Entry<Long, Long> span = spans.floorEntry(value);
    if (span == null || span.getValue() < value) {
      return;
    }
    spans.remove(span.getKey());
    if (span.getKey() < value) {
      spans.put(span.getKey(), value - 1);
    }
    if (span.getValue() > value) {
      spans.put(value + 1, span.getValue());
    }
  }

  boolean isEmpty() {
    return spans.isEmpty();
  }

  boolean contains(long value) {
    return after(value) != value;
  }

  /** The first number from this one upwards that is not in the set. */
  long after(long value) {
    Map.Entry<Long, Long> at = spans.floorEntry(value);
    return at != null && at.getValue() >= value ? at.getValue() + 1 : value;
  }

  /** The parts of a span that are not in the set, in order. */
  List<Pool.Span> without(Pool.Span span) {
    List<Pool.Span> parts = new ArrayList<>();
    long from = after(span.first());
    while (from <= span.last()) {
      Long next = spans.higherKey(from);
      long to = next == null ? span.last() : Math.min(next - 1, span.last());
      parts.add(new Pool.Span(from, to));
      from = after(to + 1);
    }
    return parts;
  }
}
