package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumPolicyTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,2", "4,3", "5,3", "6,4", "7,4"})
  void defaultIsATrueMajority(int n, int w) {
    QuorumPolicy policy = QuorumPolicy.majorityOf(n);

    assertThat(policy.w()).isEqualTo(w);
    assertThat(policy.prepareQuorum()).isEqualTo(n - w + 1);
    assertThat(policy.ackTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(policy.clockSkewWarn()).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({"3,0,1", "3,-5,1", "3,4,3", "1,2,1", "7,2147483647,7", "4,2,2"})
  void clampsWToTheMembers(int n, int w, int clamped) {
    assertThat(new QuorumPolicy(n, w, SECOND, SECOND).w()).isEqualTo(clamped);
  }

  @Test
  void refusesAGroupWithoutMembers() {
    assertThatThrownBy(() -> new QuorumPolicy(0, 1, SECOND, SECOND))
        .isInstanceOf(InvalidPolicy.class)
        .hasMessage("n = 0: a quorum needs at least 1 member");
    assertThatThrownBy(() -> QuorumPolicy.majorityOf(-1)).isInstanceOf(InvalidPolicy.class);
  }

  @Test
  void refusesTimesThatAreNotPositive() {
    assertThatThrownBy(() -> new QuorumPolicy(3, 2, Duration.ZERO, SECOND))
        .isInstanceOf(InvalidPolicy.class)
        .hasMessage("ackTimeout = PT0S: must be positive");
    assertThatThrownBy(() -> new QuorumPolicy(3, 2, SECOND, SECOND.negated()))
        .isInstanceOf(InvalidPolicy.class)
        .hasMessage("clockSkewWarn = PT-1S: must be positive");
  }
}
