package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.RestoredView;
import io.holdfast.sync.core.StateTerms;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One of the stores, in a place of its own, which can be closed and opened again. */
final class ReopenableStore implements AutoCloseable {

  /** Which of the stores. */
  enum Medium {
    MEMORY,
    FILE,
    POSTGRESQL
  }

  private final StateTerms terms;
  private final Optional<StoreMedium> place;
  private ReplicaStore store;

  ReopenableStore(Medium medium, StateTerms terms) {
    this.terms = terms;
    this.place =
        switch (medium) {
          case MEMORY -> Optional.empty();
          case FILE -> Optional.of(StoreMedium.file());
          case POSTGRESQL -> Optional.of(StoreMedium.schema());
        };
    this.store = open();
  }

  ReopenableStore(Medium medium) {
    this(medium, SampleHistory.TERMS);
  }

  private ReplicaStore open() {
    return place.isPresent()
        ? JdbcReplicaStore.open(place.get().place(), terms)
        : new InMemoryReplicaStore(terms);
  }

  ReplicaStore get() {
    return store;
  }

  void reopen() {
    if (place.isPresent()) {
      store.close();
      store = open();
    }
  }

  void collectAll() {
    for (int steps = 0; store.collect(); steps++) {
      assertThat(steps).as("collecting ends").isLessThan(100_000);
    }
  }

  /** The load gives the model's state, exactly. */
  static void assertHolds(ReplicaStore store, SampleHistory model) {
    RestoredView view = new RestoredView(store.load());
    assertThat(view.header()).isEqualTo(model.header());
    assertThat(view.places()).isEqualTo(readableIndex(model));
    assertThat(model.newest().values())
        .filteredOn(c -> !c.isDelete() || c.modRevision() > model.compacted())
        .allMatch(view::has);
    long generation = model.header().generation();
    assertThat(view.cached(true)).isEqualTo(values(model, generation));
    assertThat(view.cached(false)).isEqualTo(values(model, generation - 1));
    assertThat(view.leases()).isEqualTo(model.leases());
    assertThat(view.reservations()).containsExactlyElementsOf(model.reservations().all());
    assertThat(view.exclusions()).isEqualTo(model.reservations().exclusions());
    assertThat(view.writeIds())
        .isEqualTo(model.writesHeld().stream().map(WriteIdRows::withoutResults).toList());
  }

  private static Map<ByteString, Long> readableIndex(SampleHistory model) {
    return model.newest().values().stream()
        .filter(c -> !c.isDelete() || c.modRevision() > model.compacted())
        .collect(Collectors.toMap(Change::key, Change::place));
  }

  private static Map<ByteString, Optional<ByteString>> values(SampleHistory model, long of) {
    return model.touchedIn(of).stream()
        .collect(
            Collectors.toMap(
                Commands::bytes,
                key -> Optional.ofNullable(model.newest().get(key)).map(Change::value)));
  }

  /** Every read at the compaction point or after it gives what the model has. */
  static void assertReadable(ReplicaStore store, SampleHistory model) {
    List<Change> newest = List.copyOf(model.newest().values());
    List<String> keys = newest.stream().map(c -> c.key().toStringUtf8()).toList();
    List<Long> heads = newest.stream().map(Change::place).toList();
    for (long at = model.compacted(); at <= model.revision(); at++) {
      long revision = at;
      List<Optional<Change>> found = store.readAt(heads, revision);
      for (int i = 0; i < keys.size(); i++) {
        // Whether a deletion below the point is still there or not, the key is not.
        assertThat(found.get(i).flatMap(Change::record))
            .as("%s at %d, compacted %d", keys.get(i), revision, model.compacted())
            .isEqualTo(model.at(keys.get(i), revision).flatMap(Change::record));
      }
    }
    long from = Place.first(model.compacted() + 1);
    assertThat(store.changes(from, Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE))
        .isEqualTo(model.all().stream().filter(c -> c.place() >= from).toList());
  }

  @Override
  public void close() {
    store.close();
    place.ifPresent(StoreMedium::close);
  }
}
