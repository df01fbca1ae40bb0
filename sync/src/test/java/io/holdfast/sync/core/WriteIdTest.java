package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteIdTest {

  // RFC 9562, appendix A.6.
  private static final String EXAMPLE = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

  @Test
  void readsTheExampleOfTheStandard() {
    WriteId id = WriteId.parse(EXAMPLE);

    assertThat(id.timeMillis()).isEqualTo(1_645_557_742_000L);
    assertThat(id).hasToString(EXAMPLE);
    assertThat(WriteId.parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")).isEqualTo(id);
  }

  @Test
  void keepsItsBytes() {
    WriteId id = WriteId.parse(EXAMPLE);

    assertThat(id.bytes()).isEqualTo(ByteString.fromHex(EXAMPLE.replace("-", "")));
    assertThat(WriteId.ofBytes(id.bytes())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1-1-1-1-1",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "919108f7-52d1-4320-9bac-f847db4148a8",
        "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f ",
      })
  void refusesOtherFormsWithAReason(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WriteId.parse(text))
        .withMessageContaining("write id");
    assertThat(WriteId.refusalOf(text)).isPresent();
  }

  @Test
  void refusesNoValidId() {
    assertThat(WriteId.refusalOf(EXAMPLE)).isEmpty();
  }

  @Test
  void carriesTheTimeItIsMadeWith() {
    WriteId id = WriteId.of((1L << 48) - 1, new UUID(-1, -1));

    assertThat(id.timeMillis()).isEqualTo((1L << 48) - 1);
    assertThat(WriteId.parse(id.toString())).isEqualTo(id);
    assertThatIllegalArgumentException().isThrownBy(() -> WriteId.of(1L << 48, new UUID(0, 0)));
  }
}
