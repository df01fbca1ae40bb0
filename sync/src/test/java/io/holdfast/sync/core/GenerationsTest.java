package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Generations.Cached;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenerationsTest {

  private static final ByteString K = Commands.bytes("k");
  private static final ByteString L = Commands.bytes("l");
  private static final ByteString M = Commands.bytes("m");

  private final Generations cache = new Generations(new StateTerms(1, 3, 200), 0, 0, 0);

  private static Cached value(long place, String value) {
    return new Cached(place, Optional.of(Commands.bytes(value)));
  }

  private static Cached tombstone(long place) {
    return new Cached(place, Optional.empty());
  }

  private void rotate() {
    for (int n = 0; n < 3; n++) {
      cache.countCommand();
    }
    assertThat(cache.rotateIfDue(CacheRules.PROTOCOL)).isTrue();
  }

  @Test
  void rotatesAfterItsCommandsAndNotBefore() {
    cache.countCommand();
    cache.countCommand();
    assertThat(cache.rotateIfDue(CacheRules.PROTOCOL)).isFalse();
    cache.countCommand();

    assertThat(cache.rotateIfDue(CacheRules.PROTOCOL)).isTrue();
    assertThat(cache.generation()).isEqualTo(1);
    assertThat(cache.commands()).isZero();
    assertThat(cache.rotateIfDue(CacheRules.PROTOCOL)).isFalse();
  }

  @Test
  void rotatesAfterItsBytesAndNotBefore() {
    // 1 byte of key and 64 for the entry.
    cache.enter(K, value(1, "x".repeat(200 - 65 - 1)));
    assertThat(cache.bytes()).isEqualTo(199);
    assertThat(cache.rotateIfDue(CacheRules.PROTOCOL)).isFalse();
    cache.enter(K, tombstone(2));

    assertThat(cache.bytes()).isEqualTo(199 + 65);
    assertThat(cache.rotateIfDue(CacheRules.PROTOCOL)).isTrue();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void nothingLeavesButByTwoRotations() {
    cache.enter(K, value(1, "1"));
    rotate();
    assertThat(cache.find(K)).contains(value(1, "1"));
    assertThat(cache.isInCurrent(K)).isFalse();
    rotate();

    assertThat(cache.find(K)).isEmpty();
    assertThat(cache.size()).isZero();
  }

  @Test
  void currentGenerationShadowsTheOneBefore() {
    cache.enter(K, value(1, "1"));
    rotate();
    cache.enter(K, tombstone(2));

    assertThat(cache.find(K)).contains(tombstone(2));
    assertThat(cache.isInCurrent(K)).isTrue();
    rotate();
    assertThat(cache.find(K)).contains(tombstone(2));
  }

  @Test
  void tellsOnceInWhichGenerationAKeyEntered() {
    cache.enter(K, value(1, "1"));
    cache.enter(K, value(2, "2"));
    cache.enter(L, value(3, "3"));
    rotate();
    cache.enter(K, value(4, "4"));
    cache.enter(M, value(5, "5"));

    assertThat(cache.takeEntered())
        .containsExactly(new Touched(0, List.of(K, L)), new Touched(1, List.of(K, M)));
    assertThat(cache.takeEntered()).isEmpty();
    cache.enter(K, value(6, "6"));
    assertThat(cache.takeEntered()).isEmpty();
  }

  @Test
  void forgetsWhatEnteredAGenerationThatIsDropped() {
    cache.enter(K, value(1, "1"));
    rotate();
    cache.enter(L, value(2, "2"));
    rotate();

    assertThat(cache.takeEntered()).containsExactly(new Touched(1, List.of(L)));
  }

  @Test
  void goesOnFromWhatAStoreHeld() {
    Generations restored = new Generations(new StateTerms(1, 3, 200), 7, 2, 100);
    restored.restore(true, K, value(1, "1"));
    restored.restore(false, L, value(2, "2"));
    assertThat(restored.isInCurrent(K)).isTrue();
    assertThat(restored.isInCurrent(L)).isFalse();
    assertThat(restored.find(L)).contains(value(2, "2"));
    assertThat(restored.takeEntered()).isEmpty();
    assertThat(restored.bytes()).isEqualTo(100);
    restored.countCommand();

    assertThat(restored.rotateIfDue(CacheRules.PROTOCOL)).isTrue();
    assertThat(restored.generation()).isEqualTo(8);
    assertThat(restored.find(K)).contains(value(1, "1"));
    assertThat(restored.find(L)).isEmpty();
  }
}
