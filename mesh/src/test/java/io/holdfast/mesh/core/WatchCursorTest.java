package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.core.WatchCursor.Event;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Place;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchCursorTest {

  @Test
  void tellsEachRevisionInOneEvent() {
    WatchCursor cursor = new WatchCursor(Place.first(3));

    List<Event> events = cursor.on(next(Place.first(5), change(3, 0), change(3, 1), change(4, 0)));

    assertThat(events).extracting(Event::revision).containsExactly(3L, 4L);
    assertThat(events).extracting(event -> event.changes().size()).containsExactly(2, 1);
    assertThat(events).allMatch(Event::last);
    assertThat(cursor.position()).isEqualTo("4");
  }

  @Test
  void splitsARevisionOfManyChanges() {
    Change[] many = new Change[300];
    for (int i = 0; i < many.length; i++) {
      many[i] = change(3, i);
    }
    WatchCursor cursor = new WatchCursor(Place.first(3));

    List<Event> events = cursor.on(next(Place.first(4), many));

    assertThat(events).extracting(Event::last).containsExactly(false, true);
    assertThat(events).extracting(event -> event.changes().size()).containsExactly(256, 44);
    assertThat(WatchPosition.before(events.get(0).nextPlace())).isEqualTo("3.255");
    assertThat(WatchPosition.before(events.get(1).nextPlace())).isEqualTo("3");
  }

  @Test
  void splitsARevisionOfManyBytes() {
    WatchCursor cursor = new WatchCursor(Place.first(3));

    List<Event> events = cursor.on(next(Place.first(4), big(3, 0), big(3, 1), big(3, 2)));

    assertThat(events).extracting(event -> event.changes().size()).containsExactly(1, 1, 1);
    assertThat(events).extracting(Event::last).containsExactly(false, false, true);
  }

  @Test
  void asksAgainForARevisionThatCameInPartBehindOthers() {
    WatchCursor cursor = new WatchCursor(Place.first(3));

    List<Event> events = cursor.on(next(Place.of(4, 1), change(3, 0), change(4, 0)));

    assertThat(events).extracting(Event::revision).containsExactly(3L);
    assertThat(cursor.nextPlace()).isEqualTo(Place.first(4));
  }

  @Test
  void tellsARevisionInPartWhereNothingElseCame() {
    WatchCursor cursor = new WatchCursor(Place.first(4));

    assertThat(cursor.on(next(Place.of(4, 1), change(4, 0))))
        .singleElement()
        .returns(false, Event::last);
    assertThat(cursor.position()).isEqualTo("4.0");
    assertThat(cursor.on(next(Place.first(5), change(4, 1))))
        .singleElement()
        .returns(true, Event::last)
        .returns(4L, Event::revision);
  }

  @Test
  void endsARevisionOfWhichNothingMoreIsWanted() {
    WatchCursor cursor = new WatchCursor(Place.of(4, 7));

    List<Event> events = cursor.on(next(Place.first(6), change(5, 0)));

    assertThat(events).extracting(Event::revision).containsExactly(4L, 5L);
    assertThat(events.get(0))
        .returns(true, Event::last)
        .returns(List.of(), Event::changes)
        .returns(Place.first(5), Event::nextPlace);
  }

  @Test
  void movesOnWhereNothingIsWanted() {
    WatchCursor cursor = new WatchCursor(Place.first(4));

    assertThat(cursor.on(next(Place.first(9)))).isEmpty();
    assertThat(cursor.position()).isEqualTo("8");
  }

  /** Whatever the chunks, each change is told once, in order, and each revision ends once. */
  @Property
  void tellsEveryChangeOnce(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 5) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 6) int chunk) {
    List<Change> history = new ArrayList<>();
    for (int r = 0; r < sizes.size(); r++) {
      for (int i = 0; i < sizes.get(r); i++) {
        history.add(change(r + 1, i));
      }
    }
    long end = Place.first(sizes.size() + 1);
    WatchCursor cursor = new WatchCursor(Place.first(1));
    List<Change> told = new ArrayList<>();
    List<Long> ended = new ArrayList<>();
    for (int i = 0; i < 1000 && cursor.nextPlace() < end; i++) {
      for (Event event : cursor.on(read(history, cursor.nextPlace(), chunk, end))) {
        told.addAll(event.changes());
        if (event.last()) {
          ended.add(event.revision());
        }
      }
    }

    assertThat(told).isEqualTo(history);
    assertThat(ended).doesNotHaveDuplicates().hasSize(sizes.size());
  }

  private static ChangesAnswer.Next read(List<Change> history, long from, int chunk, long end) {
    List<Change> some =
        history.stream().filter(change -> change.place() >= from).limit(chunk).toList();
    long newest = history.get(history.size() - 1).place();
    long last = some.isEmpty() ? newest : some.get(some.size() - 1).place();
    return new ChangesAnswer.Next(some, last == newest ? end : last + 1, Place.revision(end) - 1);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "17, 17, 0", "17.0, 17, 0", "17.65535, 17, 65535"})
  void readsAPosition(String text, long revision, int ordinal) {
    assertThat(WatchPosition.at(text)).hasValue(Place.of(revision, ordinal));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 0", "17, 18, 0", "17.0, 17, 1", "17.65535, 18, 0"})
  void resumesAfterAPosition(String text, long revision, int ordinal) {
    assertThat(WatchPosition.after(text)).hasValue(Place.of(revision, ordinal));
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "18, 0, 17", "17, 1, 17.0"})
  void namesThePositionBeforeAPlace(long revision, int ordinal, String text) {
    assertThat(WatchPosition.before(Place.of(revision, ordinal))).isEqualTo(text);
    assertThat(WatchPosition.after(text)).hasValue(Place.of(revision, ordinal));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "x",
        "1.",
        ".1",
        "1.65536",
        "1.2.3",
        "140737488355327",
        "9999999999999999"
      })
  void refusesWhatIsNoPosition(String text) {
    assertThat(WatchPosition.at(text)).isEmpty();
    assertThat(WatchPosition.after(text)).isEmpty();
  }

  private static ChangesAnswer.Next next(long nextPlace, Change... changes) {
    return new ChangesAnswer.Next(List.of(changes), nextPlace, Place.revision(nextPlace));
  }

  private static Change change(long revision, int ordinal) {
    return new Change(
        Place.of(revision, ordinal),
        ByteString.copyFromUtf8("k" + ordinal),
        ByteString.EMPTY,
        1,
        1,
        0,
        0);
  }

  private static Change big(long revision, int ordinal) {
    ByteString value = ByteString.copyFrom(new byte[700_000]);
    return new Change(
        Place.of(revision, ordinal), ByteString.copyFromUtf8("k" + ordinal), value, 1, 1, 0, 0);
  }
}
