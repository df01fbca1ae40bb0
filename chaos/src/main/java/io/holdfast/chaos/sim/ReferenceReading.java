package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.VersionedValue;
import java.util.List;
import java.util.NavigableMap;

/** What is in a range, all of it, in key order; and what of that a read shows. */
final class ReferenceReading {

  private final List<KeyRecord> there;

  private ReferenceReading(List<KeyRecord> there) {
    this.there = there;
  }

  static ReferenceReading of(NavigableMap<ByteString, VersionedValue> records, KeyRange keys) {
    return new ReferenceReading(
        records.entrySet().stream()
            .filter(entry -> keys.contains(entry.getKey()))
            .map(entry -> new KeyRecord(entry.getKey(), entry.getValue()))
            .toList());
  }

  long count() {
    return there.size();
  }

  List<KeyRecord> records(int limit, ReadDetail detail) {
    return switch (detail) {
      case RECORDS -> there.stream().limit(limit).toList();
      case KEYS -> there.stream().limit(limit).map(ReferenceReading::withoutValue).toList();
      case COUNT -> List.of();
    };
  }

  /** Whether there are more than it shows; who only counts misses none. */
  boolean more(int limit, ReadDetail detail) {
    return detail != ReadDetail.COUNT && there.size() > limit;
  }

  private static KeyRecord withoutValue(KeyRecord record) {
    VersionedValue value = record.value();
    return new KeyRecord(
        record.key(),
        new VersionedValue(
            ByteString.EMPTY,
            value.createRevision(),
            value.modRevision(),
            value.version(),
            value.lease()));
  }
}
