package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StateMachinePropertyTest {

  /** Few keys, few ids and few revisions, so that everything collides. */
  static WriteCommand randomWrite(Random random, int span) {
    long id = 1L + random.nextInt(span);
    String key = "k" + random.nextInt(4);
    String value = "v" + random.nextInt(3);
    return switch (random.nextInt(4)) {
      case 0 -> Commands.put(id, key, value);
      case 1 -> Commands.putIf(id, key, value, random.nextInt(4));
      case 2 -> Commands.delete(id, key);
      default -> Commands.deleteIf(id, key, random.nextInt(4));
    };
  }

  static List<WriteCommand> randomBatch(Random random, int span) {
    List<WriteCommand> writes = new ArrayList<>();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      writes.add(randomWrite(random, span));
    }
    return writes;
  }

  @Property(tries = 500)
  void agreesWithTheNaiveModelAcrossFlushesAndRestarts(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int rotation) {
    Random random = new Random(seed);
    NaiveModel model = new NaiveModel();
    InMemoryReplicaStore store = new InMemoryReplicaStore(new StateTerms(1000, rotation, 400));
    StateMachine machine = StateMachine.restore(store.load());
    for (long s = 1; s <= 60; s++) {
      List<WriteCommand> writes = randomBatch(random, 40);
      Slot slot = new Slot(s);
      List<CommandOutcome> expected = writes.stream().map(w -> model.apply(slot, w)).toList();

      assertThat(machine.apply(slot, Commands.batch(writes)).outcomes()).isEqualTo(expected);
      assertThat(machine.revision()).isEqualTo(model.revision);
      assertThat(machine.size()).isEqualTo(model.records.size());
      for (var record : model.records.entrySet()) {
        assertThat(machine.parts().index().alive(record.getKey()).orElseThrow().modRevision())
            .isEqualTo(record.getValue().modRevision());
        machine
            .cached(record.getKey())
            .ifPresent(cached -> assertThat(cached).isEqualTo(record.getValue()));
      }
      if (random.nextInt(4) == 0) {
        StateHeader before = machine.header();
        store.flush(machine.takeDelta());
        assertThat(before).isEqualTo(store.load().header());
        if (random.nextBoolean()) {
          machine = StateMachine.restore(store.load());
        }
      }
    }
  }
}
