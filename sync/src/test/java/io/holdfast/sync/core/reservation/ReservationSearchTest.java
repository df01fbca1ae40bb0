package io.holdfast.sync.core.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** How much is looked at to find what a filter has. */
class ReservationSearchTest {

  private static final ReservationFilter ALL_PATHS =
      new ReservationFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of("/"),
          true,
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  private final ReservationTable table = new ReservationTable();
  private final ReservationSearch search;

  ReservationSearchTest() {
    for (String pool : List.of("a", "b", "c")) {
      for (String host : List.of("h1", "h2", "h3")) {
        for (int n = 0; n < 100; n++) {
          String path = n < 90 ? "/x/p" + n : "/y/p" + n;
          table.take(
              new ReservationChange.Put(
                  new Reservation(pool, host, n, host, path, "", "", "", "", 0, 0, 1)));
        }
      }
    }
    search = table.search(Long.MAX_VALUE);
  }

  @Test
  void laterPageLooksAtNothingBeforeIt() {
    Optional<ValueKey> after = Optional.of(new ValueKey("c", "h3", 97));
    for (ReservationFilter filter : List.of(ReservationFilter.ALL, ALL_PATHS)) {
      ReservationSearch last = table.search(Long.MAX_VALUE);
      assertThat(last.page(filter, after, 10))
          .extracting(Reservation::value)
          .containsExactly(98L, 99L);
      assertThat(last.looks()).as("a place, and two of it").isEqualTo(3);
    }
    assertThat(search.page(ReservationFilter.ofPath("h3", "/y", true), after, 10)).hasSize(2);
    assertThat(search.looks()).as("of that path, at that place").isEqualTo(11);
  }

  @Test
  void pageLooksNoFurtherThanItReaches() {
    assertThat(search.page(ALL_PATHS, Optional.empty(), 5)).hasSize(5);
    assertThat(search.looks()).as("five, their place and the next").isEqualTo(7);
  }

  @Test
  void pageBehindTheLastNumberIsThatOfTheNextPlace() {
    Optional<ValueKey> after = Optional.of(new ValueKey("a", "h1", Pool.MAX_NUMBER + 7));
    assertThat(search.page(ReservationFilter.ALL, after, 1))
        .extracting(Reservation::within)
        .containsExactly("h2");
  }

  @Test
  void endsWithTheFirstOneThatIsTooMany() {
    assertThatExceptionOfType(ReservationRefusal.class)
        .isThrownBy(() -> search.any(List.of(ALL_PATHS), 50))
        .satisfies(refusal -> assertThat(refusal.refused().code()).isEqualTo(Code.TOO_MANY));
    assertThat(search.looks()).as("a place, and 51 of it").isEqualTo(52);
  }

  @Test
  void sameFilterAgainIsNoMoreWork() {
    assertThat(search.any(List.of(ALL_PATHS, ALL_PATHS, ALL_PATHS), 1_000)).hasSize(900);
    assertThat(search.looks()).as("9 places, and all").isEqualTo(909);
  }

  @Test
  void looksAtOneHostOnly() {
    assertThat(search.any(List.of(ReservationFilter.ofPath("h2", "/x/p7", false)), 10)).hasSize(3);
    assertThat(search.looks())
        .as("in each pool the first host, this one, and one path of it; and what is behind it")
        .isEqualTo(3 * 4);
  }
}
