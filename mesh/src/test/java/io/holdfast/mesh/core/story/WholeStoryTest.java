package io.holdfast.mesh.core.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.mesh.core.story.WholeStory.Teller;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WholeStoryTest {

  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final List<String> ALL = List.of("n1", "n2", "n3");

  private static Event event(NodeId node, long atMillis, String what, NodeId... members) {
    return new Event(
        atMillis,
        node,
        what,
        OptionalLong.of(7),
        OptionalLong.of(3),
        List.of(members),
        "it was " + what);
  }

  private static WriteStory story(NodeId node, OptionalLong slot, long since, Event... events) {
    String recorded = slot.isPresent() ? "committed" : "unknown";
    return new WriteStory(
        "w", "main", node, 9000, recorded, slot, since, List.of(), List.of(events), 0);
  }

  private static WholeStory whole(WriteStory... stories) {
    return WholeStory.of("w", "main", ALL, List.of(stories), Map.of());
  }

  @Test
  void everyMemberIsListedWithWhatBecameOfTheQuestion() {
    WholeStory whole =
        WholeStory.of(
            "w",
            "main",
            List.of("n4", "n3", "n1", "n2"),
            List.of(
                story(N1, OptionalLong.of(7), 0, event(N1, 1000, "proposed", N1, N2)),
                story(N2, OptionalLong.of(7), 5000)),
            Map.of("n3", "not for you"));

    assertThat(whole.nodes())
        .containsExactly(
            new Teller("n1", "told", "", 0),
            new Teller(
                "n2", "forgotten", "it remembers nothing from before its start, or so long ago", 0),
            new Teller("n3", "refused", "not for you", 0),
            new Teller("n4", "silent", "it does not answer", 0));
    assertThat(whole.answer())
        .isEqualTo(
            "write w in group main: committed in slot 7; no acknowledgement came from n1, n2");
  }

  @Test
  void whoRemembersFarEnoughAndHasNothingSawNothing() {
    WholeStory whole =
        whole(
            story(N1, OptionalLong.empty(), 0, event(N1, 1000, "verdict")),
            story(N2, OptionalLong.empty(), 500),
            story(N3, OptionalLong.empty(), 2000));

    assertThat(whole.nodes().stream().map(Teller::state))
        .containsExactly("told", "saw_nothing", "forgotten");
    assertThat(whole.answer())
        .isEqualTo(
            "write w in group main: not executed so far, it was verdict;"
                + " 'holdfast resolve' settles it");
  }

  @Test
  void acknowledgementOfOneThatDriftedDoesNotCount() {
    WholeStory whole =
        whole(
            story(
                N1,
                OptionalLong.empty(),
                0,
                event(N1, 1000, "proposed", N1, N2, N3),
                event(N1, 1001, "acknowledged", N1),
                event(N1, 1002, "acknowledged", N2),
                event(N1, 1003, "drifted", N2)));

    assertThat(whole.unacknowledged()).containsExactly(N2, N3);
  }

  @Test
  void whatNobodyHasSeenIsNotKnown() {
    WholeStory whole = whole(story(N1, OptionalLong.empty(), 0));

    assertThat(whole.knowsAnything()).isFalse();
    assertThat(whole.recorded()).isEqualTo("unknown");
    assertThat(whole.answer()).endsWith("no node that answers has seen it");
    assertThat(whole().recorded()).isEqualTo("not_told");
  }

  @Test
  void firstAndLastEventsAreToldOfAWriteWithTooMany() {
    Event[] many =
        IntStream.range(0, WriteStory.MAX_EVENTS + 7)
            .mapToObj(i -> event(N1, i, "received"))
            .toArray(Event[]::new);
    WriteStory bounded = story(N1, OptionalLong.empty(), 0, many).bounded();

    assertThat(bounded.events())
        .hasSize(WriteStory.MAX_EVENTS)
        .startsWith(many[0])
        .endsWith(many[many.length - 1])
        .contains(many[WriteStory.MAX_EVENTS / 2 - 1], many[WriteStory.MAX_EVENTS / 2 + 7])
        .doesNotContain(many[WriteStory.MAX_EVENTS / 2]);
    assertThat(bounded.leftOut()).isEqualTo(7);
    assertThat(bounded.bounded()).isSameAs(bounded);
    assertThat(whole(bounded).nodes().get(0))
        .isEqualTo(new Teller("n1", "told", "it tells not all: 7 events are left out", 7));
    assertThat(Collections.max(bounded.events().stream().map(Event::atMillis).toList()))
        .isEqualTo(WriteStory.MAX_EVENTS + 6);
  }
}
