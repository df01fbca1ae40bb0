package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SettingsReaderPropertyTest {

  @Property(tries = 400)
  void anyTextForAnyKeyIsAnAnswerAndNeverAnException(
      @ForAll @From("keys") String key, @ForAll @From("values") String value) {
    assertThat(read(Map.of(), Map.of(key, value))).isNotNull();
    assertThat(read(Map.of(KnownKeys.variable(key), value), Map.of())).isNotNull();
  }

  @Provide
  Arbitrary<String> keys() {
    return Arbitraries.of(KnownKeys.ALL);
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(40),
        Arbitraries.strings().withChars("[]{}n1@:.,=\"-09 msMiBkKeE").ofMaxLength(30),
        Arbitraries.of(
            "[",
            "[{}]",
            "[1,[2]]",
            "[{name={a=1}}]",
            "1e400 s",
            "NaN",
            "-1 MiB",
            "99999999999999999999999 h",
            "0.5s",
            "1e999 MiB",
            "[{name=main,w=x}]",
            "[${?x}]",
            "[${x}]",
            "[{name=main,members=5}]"));
  }

  private static SettingsResult read(
      Map<String, String> environment, Map<String, String> overrides) {
    return SettingsReader.read(Optional.empty(), new Properties(), environment, overrides);
  }
}
