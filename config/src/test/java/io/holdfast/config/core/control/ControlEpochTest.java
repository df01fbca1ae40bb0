package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class ControlEpochTest {

  private static final SetHash A = SetHash.of(ByteString.copyFromUtf8("a"));
  private static final SetHash B = SetHash.of(ByteString.copyFromUtf8("b"));

  @Test
  void eachEpochNamesTheSetBefore() {
    ControlEpoch first = ControlEpoch.first(A);
    assertThat(first).isEqualTo(new ControlEpoch(0, A, SetHash.NONE));
    assertThat(first.next(B)).isEqualTo(new ControlEpoch(1, B, A));
    assertThatIllegalArgumentException().isThrownBy(() -> new ControlEpoch(-1, A, B));
  }

  @Test
  void isPinnedByNumberAndHash() {
    ControlEpoch epoch = new ControlEpoch(3, A, B);
    assertThat(epoch.is(3, A)).isTrue();
    assertThat(epoch.is(3, B)).isFalse();
    assertThat(epoch.is(4, A)).isFalse();
    assertThat(epoch).hasToString("3 (ca978112ca1b)");
  }

  @Test
  void setHashIsSha256AndItsTextComesBack() {
    assertThat(A).hasToString("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    assertThat(SetHash.parse(A.toString())).isEqualTo(A);
    assertThat(SetHash.NONE.toString()).isEqualTo("0".repeat(64));
    for (String odd : new String[] {"", "ca97", A.toString().toUpperCase(java.util.Locale.ROOT)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SetHash.parse(odd))
          .withMessageContaining("64 hexadecimal digits in lower case");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SetHash(ByteString.EMPTY))
        .withMessageContaining("0 bytes: allowed are 32");
  }

  @Test
  void tokenHashShowsItselfOnlyWhereItIsAskedTo() {
    TokenHash hash = TokenHash.ofToken("a");
    assertThat(hash).hasToString("sha256:ca978112...");
    assertThat(hash.text()).isEqualTo("sha256:" + A);
    assertThat(TokenHash.parse(hash.text())).contains(hash);
    assertThat(TokenHash.parse(A.toString())).isEmpty();
    assertThat(hash.sameAs(TokenHash.ofToken("a"))).isTrue();
    assertThat(hash.sameAs(TokenHash.ofToken("b"))).isFalse();
    assertThat(hash).isEqualTo(TokenHash.ofToken("a")).hasSameHashCodeAs(TokenHash.ofToken("a"));
    assertThat(hash).isNotEqualTo(TokenHash.ofToken("b"));
  }
}
