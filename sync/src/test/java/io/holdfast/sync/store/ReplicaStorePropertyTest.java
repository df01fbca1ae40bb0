package io.holdfast.sync.store;

import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.store.ReopenableStore.Medium;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random histories on both stores, compared with a model that keeps everything. */
class ReplicaStorePropertyTest {

  private static void changeSomething(Random random, SampleHistory model) {
    TreeMap<String, com.google.protobuf.@org.jspecify.annotations.Nullable ByteString> entries =
        new TreeMap<>();
    for (int n = random.nextInt(3); n >= 0; n--) {
      String value = "v".repeat(random.nextInt(8) == 0 ? 3000 : random.nextInt(40));
      entries.put("k" + random.nextInt(6), random.nextInt(3) == 0 ? null : Commands.bytes(value));
    }
    model.change(entries);
    for (int n = random.nextInt(4); n > 0; n--) {
      model.write(new CommandResult.Applied(n, 0));
    }
    switch (random.nextInt(8)) {
      case 0 -> model.rotate();
      case 1 -> model.lease(1 + random.nextInt((int) model.revision()), random.nextInt(5));
      case 2 -> model.endLease(1 + random.nextInt((int) model.revision()));
      case 3 -> model.compact(model.compacted() + random.nextInt(20));
      default -> {}
    }
  }

  @Property(tries = 60)
  void holdsWhatTheModelHolds(@ForAll Medium medium, @ForAll long seed) {
    Random random = new Random(seed);
    SampleHistory model = new SampleHistory();
    try (ReopenableStore store = new ReopenableStore(medium)) {
      for (int round = 0; round < 12; round++) {
        for (int n = random.nextInt(12); n >= 0; n--) {
          changeSomething(random, model);
        }
        store.get().flush(model.takeDelta());
        for (int n = random.nextInt(3); n > 0; n--) {
          store.get().collect();
        }
        if (random.nextInt(3) == 0) {
          store.reopen();
          ReopenableStore.assertHolds(store.get(), model);
        }
        ReopenableStore.assertReadable(store.get(), model);
      }
      store.collectAll();
      ReopenableStore.assertReadable(store.get(), model);
      ReopenableStore.assertHolds(store.get(), model);
    }
  }
}
