package io.holdfast.mesh.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Meters that come and go together. What they read must be held by somebody else. One thread. */
final class MeterSet {

  private final MeterRegistry registry;
  private final List<Meter> meters = new ArrayList<>();

  MeterSet(MeterRegistry registry) {
    this.registry = registry;
  }

  <T> void counter(
      String name, String help, T counted, ToDoubleFunction<T> count, String... labels) {
    meters.add(
        FunctionCounter.builder(name, counted, count)
            .description(help)
            .tags(labels)
            .register(registry));
  }

  <T> void gauge(String name, String help, T seen, ToDoubleFunction<T> value, String... labels) {
    meters.add(
        Gauge.builder(name, seen, value)
            .description(help)
            .tags(labels)
            .strongReference(true)
            .register(registry));
  }

  void remove() {
    meters.forEach(registry::remove);
    meters.clear();
  }
}
