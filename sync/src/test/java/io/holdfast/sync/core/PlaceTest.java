package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PlaceTest {

  private static final int LAST = Place.MAX_CHANGES - 1;

  @Property
  void tellsItsRevisionAndItsNumberInIt(
      @ForAll @LongRange(min = 0, max = Place.MAX_REVISION) long revision,
      @ForAll @IntRange(max = LAST) int ordinal) {
    long place = Place.of(revision, ordinal);

    assertThat(Place.revision(place)).isEqualTo(revision);
    assertThat(Place.ordinal(place)).isEqualTo(ordinal);
    assertThat(place).isBetween(Place.first(revision), Place.last(revision));
  }

  @Property
  void growsWithTheHistory(
      @ForAll @LongRange(min = 0, max = Place.MAX_REVISION - 1) long revision) {
    assertThat(Place.last(revision) + 1).isEqualTo(Place.first(revision + 1));
    assertThat(Place.of(revision, 1)).isGreaterThan(Place.first(revision));
  }

  @Test
  void isPositiveToItsEnd() {
    assertThat(Place.last(Place.MAX_REVISION)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void refusesWhatALongCannotHold() {
    assertThatIllegalArgumentException().isThrownBy(() -> Place.of(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Place.of(Place.MAX_REVISION + 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Place.of(1, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> Place.of(1, Place.MAX_CHANGES));
  }
}
