package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeyIndexTest {

  private final KeyIndex index = new KeyIndex();

  private static Change put(long revision, String key) {
    return new Change(
        Place.first(revision), Commands.bytes(key), Commands.bytes("v"), revision, 1, 0, 0);
  }

  private static Change delete(long revision, String key) {
    return Change.delete(Place.first(revision), Commands.bytes(key), Place.first(revision) - 1);
  }

  private List<String> keys() {
    return index.all().keySet().stream().map(ByteString::toStringUtf8).toList();
  }

  @Test
  void deletedKeyIsHeldUntilCompactionReachesItsDeletion() {
    index.add(put(1, "k"));
    index.add(delete(3, "k"));
    assertThat(index.alive()).isZero();
    assertThat(index.size()).isEqualTo(1);
    assertThat(index.alive(Commands.bytes("k"))).isEmpty();
    index.compact(2);
    assertThat(index.find(Commands.bytes("k"))).isNotNull();
    index.compact(3);

    assertThat(index.find(Commands.bytes("k"))).isNull();
    assertThat(index.size()).isZero();
  }

  @Test
  void keyThatWasPutAgainSurvivesTheCompactionOfItsDeletion() {
    index.add(put(1, "k"));
    index.add(delete(2, "k"));
    index.add(put(3, "k"));
    index.compact(3);

    assertThat(index.alive(Commands.bytes("k")).orElseThrow().modRevision()).isEqualTo(3);
    index.add(delete(4, "k"));
    index.compact(3);
    assertThat(index.size()).isEqualTo(1);
    index.compact(4);
    assertThat(index.size()).isZero();
  }

  @Test
  void countsAKeyOnceHoweverOftenItChanges() {
    index.add(put(1, "k"));
    index.add(put(2, "k"));
    assertThat(index.alive()).isEqualTo(1);
    index.add(delete(3, "k"));
    index.add(put(4, "k"));
    index.add(put(5, "l"));

    assertThat(index.alive()).isEqualTo(2);
  }

  @Test
  void rangesHoldTheirStartAndNotTheirEnd() {
    for (String key : List.of("c", "a", "b", "d")) {
      index.add(put(1 + index.size(), key));
    }
    index.add(delete(9, "b"));

    assertThat(index.in(Commands.range("a", "c")).keySet())
        .containsExactly(Commands.bytes("a"), Commands.bytes("b"));
    assertThat(index.in(KeyRange.ALL)).hasSize(4);
    assertThat(index.in(new KeyRange(Commands.bytes("c"), ByteString.EMPTY)).keySet())
        .containsExactly(Commands.bytes("c"), Commands.bytes("d"));
    List<ByteString> there = new ArrayList<>();
    index.aliveIn(Commands.range("a", "d")).forEach(entry -> there.add(entry.getKey()));
    assertThat(there).containsExactly(Commands.bytes("a"), Commands.bytes("c"));
    assertThat(keys()).containsExactly("a", "b", "c", "d");
  }

  @Property(tries = 200)
  void agreesWithAMapOfAllChanges(@ForAll long seed) {
    Random random = new Random(seed);
    KeyIndex tested = new KeyIndex();
    Map<String, Change> newest = new TreeMap<>();
    long compacted = 0;
    for (long revision = 1; revision <= 60; revision++) {
      String key = "k" + random.nextInt(5);
      Change change = random.nextInt(3) == 0 ? delete(revision, key) : put(revision, key);
      tested.add(change);
      newest.put(key, change);
      if (random.nextInt(5) == 0) {
        compacted = Math.max(compacted, random.nextInt((int) revision + 1));
        tested.compact(compacted);
      }
      long point = compacted;
      newest.values().removeIf(c -> c.isDelete() && c.modRevision() <= point);
      assertThat(tested.all().values())
          .containsExactlyElementsOf(newest.values().stream().map(KeyEntry::of).toList());
      assertThat(tested.alive())
          .isEqualTo((int) newest.values().stream().filter(c -> !c.isDelete()).count());
    }
  }
}
