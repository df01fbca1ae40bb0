package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.store.ReopenableStore.Medium;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/**
 * Random histories, flushed into two stores at different points, so that their rows are cut
 * differently; a third store receives from one or the other, is cut off, crashes and goes on, while
 * history grows and is compacted and collected. What it is in the end, the model is too.
 */
class SnapshotPropertyTest {

  private Random random = new Random(0);
  private SampleHistory first = new SampleHistory();
  private SampleHistory second = new SampleHistory();

  private void changeSomething() {
    TreeMap<String, @Nullable ByteString> entries = new TreeMap<>();
    for (int n = random.nextInt(3); n >= 0; n--) {
      String value = "v".repeat(random.nextInt(8) == 0 ? 900 : random.nextInt(40));
      entries.put("k" + random.nextInt(9), random.nextInt(3) == 0 ? null : Commands.bytes(value));
    }
    int writes = random.nextInt(4);
    int what = random.nextInt(8);
    long lease = 1 + random.nextInt(1 + (int) first.revision());
    long renewal = random.nextInt(5);
    long compact = first.compacted() + random.nextInt(40);
    for (SampleHistory model : List.of(first, second)) {
      model.change(entries);
      for (int n = writes; n > 0; n--) {
        model.write(new CommandResult.Applied(n, 0));
      }
      switch (what) {
        case 0 -> model.rotate();
        case 1 -> model.lease(lease, renewal);
        case 2 -> model.endLease(lease);
        case 3 -> model.compact(compact);
        default -> {}
      }
    }
  }

  private void grow(ReopenableStore a, ReopenableStore b, int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (int n = random.nextInt(8); n >= 0; n--) {
        changeSomething();
      }
      if (random.nextBoolean()) {
        a.get().flush(first.takeDelta());
      }
      if (random.nextBoolean()) {
        b.get().flush(second.takeDelta());
      }
      for (int n = random.nextInt(4); n > 0; n--) {
        (random.nextBoolean() ? a : b).get().collect();
      }
    }
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void receivedStoreIsTheSendersWhateverCutItOff(@ForAll long seed) {
    random = new Random(seed);
    first = new SampleHistory();
    second = new SampleHistory();
    Medium from = random.nextInt(3) == 0 ? Medium.FILE : Medium.MEMORY;
    boolean toFile = random.nextInt(3) == 0;
    try (ReopenableStore a = new ReopenableStore(from);
        ReopenableStore b = new ReopenableStore(Medium.MEMORY);
        SnapshotTransfer transfer = new SnapshotTransfer(toFile, SampleHistory.TERMS)) {
      grow(a, b, 12);
      for (int attempt = random.nextInt(5); attempt > 0; attempt--) {
        attempt((random.nextBoolean() ? a : b).get(), transfer);
        grow(a, b, 1 + random.nextInt(6));
      }
      a.get().flush(first.takeDelta());
      ReplicaStore received = receiveFrom(a.get(), transfer);
      ReopenableStore.assertHolds(received, first);
      ReopenableStore.assertReadable(received, first);

      received.flush(first.put("k1", "later").compact(first.revision()).takeDelta());
      for (int steps = 0; received.collect(); steps++) {
        assertThat(steps).isLessThan(10_000);
      }
      ReopenableStore.assertHolds(received, first);
      ReopenableStore.assertReadable(received, first);
    }
  }

  /** Some chunks come, and then there is a crash, or no more. */
  private void attempt(ReplicaStore from, SnapshotTransfer transfer) {
    List<ByteString> chunks =
        SnapshotTransfer.chunks(from, transfer.writing().lastPlace(), 100 + random.nextInt(2000));
    try {
      chunks.subList(0, random.nextInt(chunks.size())).forEach(transfer.writing()::take);
    } catch (SnapshotRefused e) {
      assertThat(e).hasMessageContaining("older than what is here");
    }
    if (random.nextBoolean()) {
      transfer.crash();
    }
  }

  private ReplicaStore receiveFrom(ReplicaStore from, SnapshotTransfer transfer) {
    List<Optional<SnapshotRefused>> refused = new ArrayList<>();
    while (refused.size() < 2) {
      try {
        SnapshotTransfer.chunks(from, transfer.writing().lastPlace(), 700)
            .forEach(transfer.writing()::take);
        return transfer.install();
      } catch (SnapshotRefused e) {
        assertThat(e).hasMessageContaining("older than what is here");
        refused.add(Optional.of(e));
      }
    }
    throw new AssertionError("refused twice: " + refused);
  }
}
