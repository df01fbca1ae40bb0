package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The codes are an interface: callers, dashboards and the checker of histories rely on them. */
class OutcomeCodeTest {

  @Test
  void everyCodeMeansWhatTheTableOfOutcomesSays() {
    assertThat(Arrays.stream(OutcomeCode.values()).map(OutcomeCodeTest::row))
        .containsExactly(
            "committed 200 0 YES retry",
            "in_flight 202 2 UNKNOWN retry",
            "quorum_not_met 503 2 UNKNOWN retry",
            "local_write_failed 503 2 UNKNOWN retry",
            "outcome_unknown 503 2 UNKNOWN retry",
            "no_leader 503 2 NO retry",
            "overloaded 429 2 NO retry",
            "cache_horizon_exceeded 503 2 NO retry",
            "not_ready 503 2 NO retry",
            "not_a_member 503 2 NO retry",
            "compare_failed 412 1 NO retry",
            "stale_control_epoch 409 1 NO final",
            "write_id_conflict 422 1 NO final",
            "write_id_expired 410 1 UNKNOWN final",
            "fenced 409 1 NO final",
            "denied 403 1 NO final",
            "unauthenticated 401 1 NO final",
            "invalid 400 4 NO final",
            "too_large 413 4 NO final",
            "not_found 404 1 NO final",
            "unknown_group 404 4 NO final",
            "compacted 410 1 NO final",
            "coverage_violation 500 6 NO final",
            "unknown_pool 404 4 NO final",
            "pool_exhausted 409 1 NO final",
            "conflict 409 1 NO final",
            "outside_range 409 1 NO final",
            "excluded 409 1 NO final",
            "sticky 409 1 NO final",
            "not_owner 403 1 NO final",
            "nothing_there 404 1 NO final",
            "too_many 409 1 NO final",
            "path_too_long 409 1 NO final");
  }

  @Test
  void codeOnTheWireIsFoundAgain() {
    for (OutcomeCode code : OutcomeCode.values()) {
      assertThat(OutcomeCode.ofCode(code.code())).isEqualTo(code);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutcomeCode.ofCode("COMMITTED"))
        .withMessage("unknown outcome code 'COMMITTED'");
  }

  @Test
  void refusalOnTheWireIsFoundAgainAndAnUnknownOneIsNone() {
    for (RefusalCode code : RefusalCode.values()) {
      assertThat(RefusalCode.of(code.code())).hasValue(code);
    }
    assertThat(RefusalCode.of("from_the_future")).isEqualTo(Optional.empty());
  }

  private static String row(OutcomeCode code) {
    return String.join(
        " ",
        code.code(),
        Integer.toString(code.httpStatus()),
        Integer.toString(code.exitStatus()),
        code.effect().name(),
        code.retryable() ? "retry" : "final");
  }
}
