package io.holdfast.config.core.control;

import static io.holdfast.config.core.control.ControlDiff.field;
import static io.holdfast.config.core.control.ControlDiff.orNone;

import io.holdfast.config.core.control.Pool.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What has changed of what may be reserved. */
final class PoolsDiff {

  private PoolsDiff() {}

  static SortedSet<String> words(Optional<PoolsManifest> before, Optional<PoolsManifest> after) {
    SortedMap<String, Pool> older = byName(before);
    SortedMap<String, Pool> newer = byName(after);
    SortedSet<String> lines = new TreeSet<>();
    older.forEach(
        (name, pool) -> {
          Pool now = newer.get(name);
          SortedSet<String> changes =
              now == null ? new TreeSet<>(List.of("removed")) : changes(pool, now);
          changes.forEach(change -> lines.add("pool " + name + ": " + change));
        });
    newer.forEach(
        (name, pool) -> {
          if (!older.containsKey(name)) {
            lines.add(
                "pool %s: added: %d to %d, scope %s"
                    .formatted(name, pool.first(), pool.last(), pool.scope().code()));
          }
        });
    return lines;
  }

  private static SortedSet<String> changes(Pool before, Pool after) {
    SortedSet<String> lines = new TreeSet<>();
    field(lines, "scope", before.scope().code(), after.scope().code());
    field(lines, "first", Long.toString(before.first()), Long.toString(after.first()));
    field(lines, "last", Long.toString(before.last()), Long.toString(after.last()));
    field(
        lines,
        "expiry",
        orNone(before.expiry().map(DurationText::of)),
        orNone(after.expiry().map(DurationText::of)));
    missing(before.exclusions(), after.exclusions())
        .forEach(span -> lines.add("exclusion " + span + " removed"));
    missing(after.exclusions(), before.exclusions())
        .forEach(span -> lines.add("exclusion " + span + " added"));
    return lines;
  }

  private static List<Span> missing(List<Span> from, List<Span> in) {
    List<Span> missing = new ArrayList<>(from);
    missing.removeAll(in);
    return missing;
  }

  private static SortedMap<String, Pool> byName(Optional<PoolsManifest> pools) {
    SortedMap<String, Pool> byName = new TreeMap<>();
    pools.ifPresent(each -> each.pools().forEach(pool -> byName.put(pool.name(), pool)));
    return byName;
  }
}
