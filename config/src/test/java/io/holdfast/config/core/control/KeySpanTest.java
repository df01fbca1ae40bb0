package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeySpanTest {

  private static final byte[] ALPHABET = {0, 1, 'a', (byte) 0xfe, (byte) 0xff};

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  private static Principal holding(Verb verb, List<ByteString> prefixes) {
    return new Principal(
        "p",
        List.of(),
        List.of(),
        prefixes.stream().map(prefix -> new Grant(prefix, new TreeSet<>(List.of(verb)))).toList());
  }

  @Test
  void prefixEndsBeforeTheNextOfItsLength() {
    assertThat(KeySpan.prefix(bytes('a', 'b')).to()).contains(bytes('a', 'c'));
    assertThat(KeySpan.prefix(bytes('a', 0xff)).to()).contains(bytes('b'));
    assertThat(KeySpan.prefix(bytes(0x7f)).to()).contains(bytes(0x80));
    assertThat(KeySpan.prefix(bytes(0xff, 0xff)).to()).isEmpty();
    assertThat(KeySpan.prefix(ByteString.EMPTY)).isEqualTo(KeySpan.everything());
  }

  @Test
  void singleHasOneKey() {
    KeySpan single = KeySpan.single(bytes('a'));
    assertThat(single.contains(bytes('a'))).isTrue();
    assertThat(single.contains(bytes('a', 0))).isFalse();
    assertThat(single.contains(bytes(0x60, 0xff))).isFalse();
  }

  @Test
  void refusesAnEndThatLiesNotAfterTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeySpan(bytes('a'), Optional.of(bytes('a'))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeySpan(bytes(0x80), Optional.of(bytes(0x7f))));
    assertThatIllegalArgumentException().isThrownBy(() -> KeySpan.single(ByteString.EMPTY));
  }

  @Test
  void everyFirstByteTogetherIsEverything() {
    List<KeySpan> all =
        IntStream.range(0, 256).mapToObj(first -> KeySpan.prefix(bytes(first))).toList();
    assertThat(KeySpan.everything().isCoveredBy(all)).isTrue();
    assertThat(KeySpan.everything().isCoveredBy(all.subList(0, 255))).isFalse();
    assertThat(KeySpan.everything().isCoveredBy(all.subList(1, 256))).isFalse();
    assertThat(KeySpan.everything().isCoveredBy(List.of())).isFalse();
  }

  @Test
  void neighbouringPrefixesCoverWhatLiesBetweenThem() {
    Principal principal = holding(Verb.READ, List.of(bytes('b'), bytes('a', 0xff), bytes('a')));
    assertThat(principal.may(Verb.READ, new KeySpan(bytes('a'), Optional.of(bytes('c'))))).isTrue();
    assertThat(principal.may(Verb.READ, new KeySpan(bytes('a'), Optional.of(bytes('c', 0)))))
        .isFalse();
    assertThat(principal.may(Verb.WRITE, KeySpan.single(bytes('a')))).isFalse();
    assertThat(principal.may(Verb.READ, new KeySpan(bytes('a'), Optional.empty()))).isFalse();
  }

  /** Keys of 1 to 3 bytes are enough: prefixes and ends of spans have at most 2. */
  @Test
  void coverageIsThatOfTheModelWhichAsksKeyByKey() {
    List<ByteString> keys = new ArrayList<>();
    List<ByteString> ends = new ArrayList<>();
    for (byte a : ALPHABET) {
      add(keys, ends, a);
      for (byte b : ALPHABET) {
        add(keys, ends, a, b);
        for (byte c : ALPHABET) {
          keys.add(ByteString.copyFrom(new byte[] {a, b, c}));
        }
      }
    }
    // What lies between the bytes of the alphabet, so that a gap there is seen.
    for (int gap : new int[] {2, 'b', 0xfd}) {
      keys.add(bytes(gap));
      for (byte a : ALPHABET) {
        keys.add(bytes(a, gap));
        for (byte b : ALPHABET) {
          keys.add(bytes(a, b, gap));
        }
      }
    }
    int covered = 0;
    var random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      List<ByteString> prefixes = new ArrayList<>();
      for (int count = random.nextInt(7); count > 0; count--) {
        prefixes.add(ends.get(random.nextInt(ends.size())));
      }
      ByteString from = random.nextInt(8) == 0 ? ByteString.EMPTY : pick(random, ends);
      Optional<ByteString> to =
          random.nextInt(8) == 0 ? Optional.empty() : Optional.of(pick(random, ends));
      if (to.filter(end -> KeySpan.ORDER.compare(from, end) >= 0).isPresent()) {
        continue;
      }
      KeySpan span = new KeySpan(from, to);
      boolean model =
          keys.stream()
              .filter(key -> KeySpan.ORDER.compare(key, from) >= 0)
              .filter(key -> to.filter(end -> KeySpan.ORDER.compare(key, end) >= 0).isEmpty())
              .allMatch(key -> prefixes.stream().anyMatch(key::startsWith));
      assertThat(holding(Verb.WRITE, prefixes).may(Verb.WRITE, span))
          .as("%s by %s", span, prefixes)
          .isEqualTo(model);
      covered += model ? 1 : 0;
    }
    assertThat(covered).isGreaterThan(300);
  }

  private static ByteString pick(Random random, List<ByteString> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static void add(List<ByteString> keys, List<ByteString> ends, byte... bytes) {
    keys.add(ByteString.copyFrom(bytes));
    ends.add(ByteString.copyFrom(bytes));
  }
}
