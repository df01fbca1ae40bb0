package io.holdfast.sync.core.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReservationFilterTest {

  private static Reservation at(String within, String path) {
    return new Reservation("ports", within, 7, "h1", path, "t", "p", "", "", 1, 5, 1);
  }

  @Test
  void pathsBelowAreThoseWithMoreParts() {
    ReservationFilter below = ReservationFilter.ofPath("h1", "/a/b", true);
    assertThat(below.has(at("h1", "/a/b"))).isTrue();
    assertThat(below.has(at("h1", "/a/b/c"))).isTrue();
    assertThat(below.has(at("h1", "/a/bc"))).isFalse();
    assertThat(below.has(at("h1", "/a"))).isFalse();
    assertThat(ReservationFilter.ofPath("h1", "/a/b", false).has(at("h1", "/a/b/c"))).isFalse();
    assertThat(ReservationFilter.ofPath("h1", "/", true).has(at("h1", "/a"))).isTrue();
    assertThat(ReservationFilter.ofPath("h1", "/", false).has(at("h1", "/a"))).isFalse();
  }

  @Test
  void whatIsInTheWholeMeshCountsForEveryHost() {
    ReservationFilter ofH2 = ReservationFilter.ofPath("h2", "/a", false);
    assertThat(ofH2.has(at("", "/a"))).isTrue();
    assertThat(ofH2.has(at("h1", "/a"))).isFalse();
  }

  @Test
  void everythingThatIsSaidHasToHold() {
    Optional<String> any = Optional.empty();
    ReservationFilter unused =
        new ReservationFilter(
            any,
            any,
            any,
            any,
            false,
            Optional.of("t"),
            Optional.of("p"),
            OptionalLong.of(7),
            OptionalLong.of(5));
    assertThat(unused.has(at("h1", "/a"))).isTrue();
    ReservationFilter before =
        new ReservationFilter(
            any, any, any, any, false, any, any, OptionalLong.empty(), OptionalLong.of(4));
    assertThat(before.has(at("h1", "/a"))).as("used since").isFalse();
    assertThat(ReservationFilter.ALL.has(at("h1", "/a"))).isTrue();
    ReservationFilter untagged =
        new ReservationFilter(
            any,
            any,
            any,
            any,
            false,
            Optional.of(""),
            any,
            OptionalLong.empty(),
            OptionalLong.empty());
    assertThat(untagged.has(at("h1", "/a"))).as("the empty tag is one").isFalse();
  }

  @Test
  void recursiveNeedsAPath() {
    Optional<String> any = Optional.empty();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ReservationFilter(
                    any, any, any, any, true, any, any, OptionalLong.empty(), OptionalLong.empty()))
        .withMessageContaining("recursive");
  }
}
