package io.holdfast.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.quorum.core.InvalidPolicy;
import io.holdfast.quorum.core.QuorumPolicy;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumPolicyJsonTest {

  private static final String THREE =
      "{\"n\":3,\"w\":2,\"ackTimeout\":\"PT2S\",\"clockSkewWarn\":\"PT30S\"}";

  @Test
  void writesFieldsInOneOrder() {
    assertThat(QuorumPolicyJson.write(QuorumPolicy.majorityOf(3))).isEqualTo(THREE);
  }

  @Test
  void readsFieldsInAnyOrder() {
    assertThat(
            QuorumPolicyJson.read(
                "{\"clockSkewWarn\":\"PT30S\",\"w\":2,\"ackTimeout\":\"PT2S\",\"n\":3}"))
        .isEqualTo(QuorumPolicy.majorityOf(3));
  }

  @Property
  void readsWhatItWrites(
      @ForAll @IntRange(min = 1, max = 7) int n,
      @ForAll @IntRange(min = 1, max = 7) int w,
      @ForAll @LongRange(min = 1) long ackNanos,
      @ForAll @LongRange(min = 1) long skewNanos) {
    QuorumPolicy policy =
        new QuorumPolicy(n, w, Duration.ofNanos(ackNanos), Duration.ofNanos(skewNanos));

    assertThat(QuorumPolicyJson.read(QuorumPolicyJson.write(policy))).isEqualTo(policy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'n':3,'w':2,'ackTimeout':'PT2S'}|clockSkewWarn: missing",
        "{'w':2,'ackTimeout':'PT2S','clockSkewWarn':'PT3S'}|n: missing",
        "{'n':3,'w':2,'ackTimeout':'PT2S','clockSkewWarn':'PT3S','x':1}|x: unknown field",
        "{'n':'3','w':2,'ackTimeout':'PT2S','clockSkewWarn':'PT3S'}|n = \"3\": must be a whole number",
        "{'n':3.5,'w':2,'ackTimeout':'PT2S','clockSkewWarn':'PT3S'}|n = 3.5: must be a whole number",
        "{'n':3,'w':99999999999,'ackTimeout':'PT2S','clockSkewWarn':'PT3S'}|w = 99999999999: must be",
        "{'n':3,'w':null,'ackTimeout':'PT2S','clockSkewWarn':'PT3S'}|w = null: must be a whole number",
        "{'n':3,'w':2,'ackTimeout':2,'clockSkewWarn':'PT3S'}|ackTimeout = 2: must be an ISO 8601",
        "{'n':3,'w':2,'ackTimeout':'2s','clockSkewWarn':'PT3S'}|ackTimeout = \"2s\": must be an ISO 8601",
        "{'n':3,'w':2,'ackTimeout':'PT0S','clockSkewWarn':'PT3S'}|ackTimeout = PT0S: must be positive",
        "{'n':0,'w':2,'ackTimeout':'PT2S','clockSkewWarn':'PT3S'}|n = 0: a quorum needs at least 1 member",
        "{'n':3,'n':4,'w':2,'ackTimeout':'PT2S','clockSkewWarn':'PT3S'}|Duplicate field 'n'",
        "[3,2]|a policy is a JSON object",
        "{'n':3|not a JSON object",
        "{} {}|not a JSON object"
      })
  void refusesWhatIsNotAPolicyAndNamesTheField(String text, String message) {
    assertThatThrownBy(() -> QuorumPolicyJson.read(text.replace('\'', '"')))
        .isInstanceOf(InvalidPolicy.class)
        .hasMessageContaining(message);
  }
}
