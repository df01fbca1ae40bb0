package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

  private static final String LABEL_OF_63 = "a".repeat(63);
  private static final String NAME_OF_253 =
      String.join(".", LABEL_OF_63, LABEL_OF_63, LABEL_OF_63, "a".repeat(61));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:0",
        "db-1.example.org:65535",
        "10.0.0.255:4100",
        "[::]:1",
        "[::1]:80",
        "[fe80::]:80",
        "[1:2:3:4:5:6:7::]:80",
        "[::2:3:4:5:6:7:8]:80",
        "[1:2:3:4:5:6:7:8]:80",
        "[1:2::7:8]:80"
      })
  void readsWhatItPrints(String text) {
    assertThat(HostPort.parse(text)).hasValueSatisfying(read -> assertThat(read).hasToString(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "localhost",
        ":80",
        "localhost:",
        "localhost:-1",
        "localhost:65536",
        "localhost:000080",
        "-a:80",
        "a-:80",
        "a..b:80",
        "a_b:80",
        "10.0.0.256:80",
        "10.0.0:80",
        "::1:80",
        "[]:80",
        "[:]:80",
        "[:::]:80",
        "[1]:80",
        "[10.0.0.1]:80",
        "[localhost]:80",
        "[::1:80",
        "::1]:80",
        "[1:2:3:4:5:6:7]:80",
        "[1:2:3:4:5:6:7:8:9]:80",
        "[1:2:3:4::5:6:7:8]:80",
        "[1:2:3:4:5:6:7:8::]:80",
        "[1::2::3]:80",
        "[12345::]:80",
        "[::g]:80",
        "[g::]:80"
      })
  void readsNothingFromAWrongAddress(String text) {
    assertThat(HostPort.parse(text)).isEmpty();
  }

  @Test
  void nameHasUpTo253CharactersAndItsLabelsUpTo63() {
    assertThat(HostPort.parse(NAME_OF_253 + ":1")).isPresent();
    assertThat(HostPort.parse(NAME_OF_253 + "a:1")).isEmpty();
    assertThat(HostPort.parse(LABEL_OF_63 + "a:1")).isEmpty();
  }

  @Test
  void refusesWhatIsNoHostOrNoPort() {
    assertThat(new HostPort("::1", 65535)).hasToString("[::1]:65535");
    assertThat(new HostPort("h", 0)).hasToString("h:0");
    assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("h", -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("h", 65536));
    for (String host : List.of("", "a b", "[::1]", "1:2", "1.2.3.4.5")) {
      assertThatIllegalArgumentException().as(host).isThrownBy(() -> new HostPort(host, 1));
    }
  }

  @Test
  void onlyUnspecifiedAddressesAreWildcards() {
    assertThat(new HostPort("0.0.0.0", 1).isWildcard()).isTrue();
    assertThat(new HostPort("::", 1).isWildcard()).isTrue();
    assertThat(new HostPort("::1", 1).isWildcard()).isFalse();
  }

  @Test
  void sortsByHostAndThenByPortAsANumber() {
    HostPort a80 = new HostPort("a", 80);
    HostPort a443 = new HostPort("a", 443);
    HostPort b1 = new HostPort("b", 1);
    assertThat(List.of(b1, a443, a80).stream().sorted()).containsExactly(a80, a443, b1);
    assertThat(a80).isEqualByComparingTo(new HostPort("a", 80));
  }
}
