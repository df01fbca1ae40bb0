package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class KeyOrderTest {

  private final KeyOrder order = new KeyOrder();

  @Property
  void isThatOfUnsignedBytes(
      @ForAll @Size(max = 4) byte[] one, @ForAll @Size(max = 4) byte[] other) {
    ByteString a = ByteString.copyFrom(one);
    ByteString b = ByteString.copyFrom(other);
    int expected = ByteString.unsignedLexicographicalComparator().compare(a, b);
    assertThat(Integer.signum(order.compare(a, b))).isEqualTo(Integer.signum(expected));
  }

  @Property
  void isTheSameForPiecesOfOneAnother(@ForAll @Size(min = 1, max = 6) byte[] bytes) {
    ByteString whole = ByteString.copyFrom(bytes);
    ByteString piece = whole.substring(0, bytes.length - 1);
    assertThat(order.compare(piece, whole)).isNegative();
    assertThat(order.compare(whole, piece)).isPositive();
    assertThat(order.compare(whole, piece.concat(whole.substring(bytes.length - 1)))).isZero();
  }
}
