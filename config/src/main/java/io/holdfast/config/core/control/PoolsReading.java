package io.holdfast.config.core.control;

import io.holdfast.config.core.control.Pool.Scope;
import io.holdfast.config.core.control.Pool.Span;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How documents say what may be reserved. */
final class PoolsReading {

  private PoolsReading() {}

  static PoolsManifest pools(Place document) {
    document.requireFields(DocumentFields.POOLS);
    Set<String> names = new HashSet<>();
    List<Pool> pools =
        document.required("pools").list(PoolsManifest.MAX_POOLS, place -> pool(place, names));
    return document.value(() -> new PoolsManifest(pools));
  }

  private static Pool pool(Place place, Set<String> names) {
    place.requireFields(DocumentFields.POOL);
    Place namePlace = place.required("name");
    String name = namePlace.name();
    if (!names.add(name)) {
      throw namePlace.refused("a name that no other pool has");
    }
    Scope scope = place.required("scope").text("one of " + Scope.ALLOWED, Scope::ofCode);
    long first = place.required("first").whole();
    long last = place.required("last").whole();
    List<Span> exclusions =
        place
            .optional("exclusions")
            .map(list -> list.list(Pool.MAX_EXCLUSIONS, each -> exclusion(each, first, last)))
            .orElse(List.of());
    Optional<Duration> expiry =
        place
            .optional("expiry")
            .map(each -> PolicyReading.duration(each, Pool.SHORTEST_EXPIRY, Pool.LONGEST_EXPIRY));
    return place.value(() -> new Pool(name, scope, first, last, exclusions, expiry));
  }

  private static Span exclusion(Place place, long poolFirst, long poolLast) {
    place.requireFields(DocumentFields.SPAN);
    long first = place.required("first").whole();
    long last = place.required("last").whole();
    Span span = place.value(() -> new Span(first, last));
    if (poolFirst <= poolLast && (first < poolFirst || last > poolLast)) {
      throw UnreadableManifest.at(
          place.path(),
          place.part().line(),
          "%s: allowed are numbers from %d to %d".formatted(span, poolFirst, poolLast));
    }
    return span;
  }
}
