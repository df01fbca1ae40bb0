package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.mesh.metrics.PromQl.Selected;
import io.holdfast.mesh.metrics.PromQl.Value;
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
        .containsExactly(
            new Selected(
                "a_bucket",
                Set.of("le", "step", "x", "y"),
                Set.of(new Value("x", "=", "b{c}"), new Value("y", "=~", "$d"))));
    assertThat(
            PromQl.metrics(
                "sum without (b) (a) / on (c) group_left(d) e unless ignoring(f) g{h!=\"i\"} == bool 1"))
        .extracting(Selected::metric)
        .isEqualTo(List.of("a", "e", "g"));
    assertThat(PromQl.metrics("a offset 5m - abs(b:c_total) < 0.1"))
        .extracting(Selected::metric)
        .isEqualTo(List.of("a", "b:c_total"));
  }

  @Test
  void labelsOfAListAreWantedOfAllInItsBracketsAndOfNothingElse() {
    assertThat(PromQl.metrics("max by (a) (sum by (b) (x) - y) + z"))
        .extracting(Selected::metric, Selected::labels)
        .containsExactly(
            tuple("x", Set.of("a", "b")), tuple("y", Set.of("a")), tuple("z", Set.of()));
    assertThat(PromQl.matching("x unless ignoring(c, d) y * on (e) z"))
        .containsExactlyInAnyOrder("c", "d", "e");
    assertThat(new Value("c", "=~", "p|q").offered()).containsExactly("p", "q");
    assertThat(new Value("c", "=~", "$p").offered()).isEmpty();
  }

  @Test
  void refusesWhatItCannotRead() {
    assertThatThrownBy(() -> PromQl.metrics("a ? b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PromQl.metrics("sum(a) by (b)"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
