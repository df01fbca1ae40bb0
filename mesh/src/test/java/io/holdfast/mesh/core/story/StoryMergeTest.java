package io.holdfast.mesh.core.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.WriteStory.Clock;
import io.holdfast.mesh.WriteStory.Event;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StoryMergeTest {

  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");

  private static Event event(NodeId node, long atMillis, String what, NodeId... members) {
    return new Event(
        atMillis, node, what, OptionalLong.of(7), OptionalLong.of(3), List.of(members), what);
  }

  private static WriteStory story(NodeId node, List<Clock> clocks, Event... events) {
    return new WriteStory(
        "id", "main", node, 9000, "unknown", OptionalLong.empty(), 0, clocks, List.of(events), 0);
  }

  private static List<String> order(StoryMerge merge) {
    return merge.events().stream()
        .map(one -> one.event().node() + " " + one.event().what() + " " + one.millis())
        .toList();
  }

  @Test
  void timesOfOthersAreMovedByWhatTheLeaderMeasured() {
    StoryMerge merge =
        StoryMerge.of(
            List.of(
                story(N2, List.of(), event(N2, 6003, "asked", N1), event(N2, 6005, "persisted")),
                story(
                    N1,
                    List.of(new Clock(N2, 5000)),
                    event(N1, 1000, "proposed", N1, N2),
                    event(N1, 1008, "acknowledged", N2))));

    assertThat(order(merge))
        .containsExactly(
            "n1 proposed 1000", "n2 asked 1003", "n2 persisted 1005", "n1 acknowledged 1008");
    assertThat(merge.offsets()).containsEntry(N1, 0L).containsEntry(N2, -5000L);
  }

  @Test
  void nothingArrivesBeforeItWasSentNorIsAcknowledgedBeforeItIsOnDisk() {
    StoryMerge early =
        StoryMerge.of(
            List.of(
                story(N1, List.of(), event(N1, 1000, "proposed", N1, N2)),
                story(N2, List.of(), event(N2, 400, "asked", N1))));
    StoryMerge late =
        StoryMerge.of(
            List.of(
                story(
                    N1,
                    List.of(),
                    event(N1, 1000, "proposed", N1, N2),
                    event(N1, 1009, "acknowledged", N2)),
                story(N2, List.of(), event(N2, 2000, "asked", N1), event(N2, 2004, "persisted"))));

    assertThat(order(early)).containsExactly("n1 proposed 1000", "n2 asked 1000");
    assertThat(order(late))
        .containsExactly(
            "n1 proposed 1000", "n2 asked 1005", "n2 persisted 1009", "n1 acknowledged 1009");
  }

  @Test
  void nothingArrivesAtTheLeaderBeforeItWasForwarded() {
    StoryMerge merge =
        StoryMerge.of(
            List.of(
                story(
                    N1,
                    List.of(new Clock(N2, -40)),
                    event(N1, 1000, "arrived", N2),
                    event(N1, 1002, "proposed", N1)),
                story(
                    N2, List.of(), event(N2, 1005, "received"), event(N2, 1006, "forwarded", N1))));

    assertThat(order(merge))
        .containsExactly(
            "n2 received 999", "n2 forwarded 1000", "n1 arrived 1000", "n1 proposed 1002");
  }

  @Test
  void clocksThatSeemALittleApartAreTakenForEqual() {
    StoryMerge merge =
        StoryMerge.of(
            List.of(
                story(N1, List.of(new Clock(N2, 90)), event(N1, 1000, "proposed", N1, N2)),
                story(N2, List.of(), event(N2, 1003, "asked", N1))));

    assertThat(order(merge)).containsExactly("n1 proposed 1000", "n2 asked 1003");
  }

  @Test
  void eachNodesOwnOrderIsKeptWhereItsClockWasSetBack() {
    StoryMerge merge =
        StoryMerge.of(
            List.of(
                story(
                    N1,
                    List.of(),
                    event(N1, 1000, "proposed", N1),
                    event(N1, 200, "verdict"),
                    event(N1, 210, "answered"))));

    assertThat(order(merge))
        .containsExactly("n1 proposed 1000", "n1 verdict 1000", "n1 answered 1000");
  }
}
