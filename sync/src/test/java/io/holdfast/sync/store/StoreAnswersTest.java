package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.StoreAnswer;
import io.holdfast.sync.core.StoreQuestion;
import io.holdfast.sync.store.ReopenableStore.Medium;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreAnswersTest {

  private static StoreAnswer.Changes changes(
      ReplicaStore store, long from, long to, int maxChanges, long maxBytes) {
    return (StoreAnswer.Changes)
        StoreAnswers.answer(store, new StoreQuestion.Changes(from, to, maxChanges, maxBytes));
  }

  /** A watcher goes on after the last of them if there is more, and after the range if not. */
  @ParameterizedTest
  @EnumSource
  void tellsWhetherTheRangeHoldsMoreWhateverBoundWasMet(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      for (int n = 0; n < 5; n++) {
        model.put("k" + n, "v".repeat(1000));
      }
      store.get().flush(model.takeDelta());
      List<Change> all = model.all();
      long end = Place.last(5);
      int size = all.get(0).bytes();

      // Two and a half fit: what is given lies below the bound, and is not all.
      StoreAnswer.Changes byBytes = changes(store.get(), 0, end, 100, 2L * size + size / 2);
      assertThat(byBytes.changes()).isEqualTo(all.subList(0, 2));
      assertThat(byBytes.complete()).isFalse();
      StoreAnswer.Changes byNumber = changes(store.get(), 0, end, 3, 1 << 20);
      assertThat(byNumber.changes()).hasSize(3);
      assertThat(byNumber.complete()).isFalse();
      assertThat(changes(store.get(), 0, end, 100, 1 << 20))
          .isEqualTo(new StoreAnswer.Changes(all, true));
      assertThat(changes(store.get(), 0, all.get(1).place(), 100, 1 << 20))
          .isEqualTo(new StoreAnswer.Changes(all.subList(0, 2), true));
      assertThat(changes(store.get(), end + 1, end + 2, 100, 1 << 20))
          .isEqualTo(new StoreAnswer.Changes(List.of(), true));
    }
  }
}
