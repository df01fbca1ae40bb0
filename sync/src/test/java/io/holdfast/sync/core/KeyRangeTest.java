package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeyRangeTest {

  private static ByteString bytes(int... bytes) {
    byte[] made = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      made[i] = (byte) bytes[i];
    }
    return ByteString.copyFrom(made);
  }

  private static ByteString randomKey(Random random) {
    int[] bytes = random.ints(1 + random.nextInt(3), 0, 3).map(n -> n == 2 ? 255 : n).toArray();
    return bytes(bytes);
  }

  @Test
  void orderIsThatOfUnsignedBytes() {
    assertThat(KeyRange.ORDER.compare(bytes(0x7f), bytes(0x80))).isNegative();
    assertThat(KeyRange.ORDER.compare(bytes(1), bytes(1, 0))).isNegative();
  }

  @Test
  void keyIsTheRangeThatHoldsNoOther() {
    KeyRange key = KeyRange.key(bytes(1, 2));

    assertThat(key.isSingle()).isTrue();
    assertThat(key.contains(bytes(1, 2))).isTrue();
    assertThat(key.contains(bytes(1, 2, 0))).isFalse();
    assertThat(key.contains(bytes(1, 1, 255))).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> KeyRange.key(ByteString.EMPTY));
  }

  @Test
  void rangeOfMoreThanAKeyIsNotSingle() {
    for (KeyRange range :
        new KeyRange[] {
          new KeyRange(bytes(1), bytes(2)),
          new KeyRange(bytes(1), bytes(1, 1)),
          new KeyRange(bytes(1), bytes(1, 0, 0)),
          new KeyRange(bytes(1), bytes(2, 0)),
          new KeyRange(ByteString.EMPTY, bytes(0)),
          new KeyRange(bytes(1), ByteString.EMPTY),
          KeyRange.ALL
        }) {
      assertThat(range.isSingle()).as("%s", range).isFalse();
    }
  }

  @Test
  void endLiesAfterTheStart() {
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyRange(bytes(1), bytes(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyRange(bytes(2), bytes(1, 9)));
  }

  @Property
  void prefixHoldsTheKeysThatBeginLikeThis(@ForAll long seed) {
    Random random = new Random(seed);
    ByteString prefix = randomKey(random);
    ByteString key = randomKey(random);

    assertThat(KeyRange.prefix(prefix).contains(key)).isEqualTo(key.startsWith(prefix));
  }

  @Test
  void emptyPrefixHoldsEveryKey() {
    assertThat(KeyRange.prefix(ByteString.EMPTY)).isEqualTo(KeyRange.ALL);
    assertThat(KeyRange.ALL.contains(bytes(255, 255, 255))).isTrue();
  }

  @Test
  void prefixOfTheLastBytesHasNoEnd() {
    assertThat(KeyRange.prefix(bytes(255, 255)))
        .isEqualTo(new KeyRange(bytes(255, 255), ByteString.EMPTY));
    assertThat(KeyRange.prefix(bytes(1, 255))).isEqualTo(new KeyRange(bytes(1, 255), bytes(2)));
  }

  @Property
  void holdsARangeWhoseEveryKeyItHolds(@ForAll long seed) {
    Random random = new Random(seed);
    KeyRange outer = randomRange(random);
    KeyRange inner = randomRange(random);
    boolean startsWithin = KeyRange.ORDER.compare(outer.from(), inner.from()) <= 0;
    boolean endsWithin =
        outer.to().isEmpty()
            || (!inner.to().isEmpty() && KeyRange.ORDER.compare(inner.to(), outer.to()) <= 0);

    assertThat(outer.contains(inner)).isEqualTo(startsWithin && endsWithin);
    if (outer.contains(inner)) {
      ByteString key = randomKey(random);
      assertThat(!inner.contains(key) || outer.contains(key)).isTrue();
    }
  }

  private static KeyRange randomRange(Random random) {
    ByteString one = randomKey(random);
    ByteString other = random.nextInt(4) == 0 ? ByteString.EMPTY : randomKey(random);
    return !other.isEmpty() && KeyRange.ORDER.compare(one, other) >= 0
        ? KeyRange.key(one)
        : new KeyRange(one, other);
  }

  @Test
  void formsTellAKeyFromARange() {
    for (KeyRange range :
        new KeyRange[] {
          KeyRange.ALL, Commands.key("k"), Commands.range("a", "b"), KeyRange.prefix(bytes(255))
        }) {
      assertThat(PlanCodec.fromProto(PlanCodec.toProto(range))).isEqualTo(range);
    }
    assertThat(PlanCodec.toProto(Commands.key("k")).getTo()).isEmpty();
  }
}
