package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.mesh.metrics.PromQl.Selected;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQlTest {

  @Test
  void takesLabelsFunctionsAndWordsForNoMetrics() {
    assertThat(
            PromQl.metrics(
                "histogram_quantile(0.99, sum by (le, step) (rate(a_bucket{x=\"b{c}\",y=~\"$d\"}[$e])))"
                    + " > 1e3 or vector(0)"))
        .containsExactly(new Selected("a_bucket", Set.of("x", "y")));
    assertThat(
            PromQl.metrics(
                "sum(a) without (b) / on (c) group_left(d) e unless ignoring(f) g{h!=\"i\"} == bool 1"))
        .extracting(Selected::metric)
        .isEqualTo(List.of("a", "e", "g"));
    assertThat(PromQl.metrics("a offset 5m - abs(b:c_total) < 0.1"))
        .extracting(Selected::metric)
        .isEqualTo(List.of("a", "b:c_total"));
  }

  @Test
  void refusesWhatItCannotRead() {
    assertThatThrownBy(() -> PromQl.metrics("a ? b")).isInstanceOf(IllegalArgumentException.class);
  }
}
