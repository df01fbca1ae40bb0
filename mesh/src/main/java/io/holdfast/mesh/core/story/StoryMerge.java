package io.holdfast.mesh.core.story;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.WriteStory.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The events of several nodes in one order. Their clocks are apart: the times of the others are
 * moved to those of one node by what it measured of their clocks, and as far as cause and effect
 * ask for: nothing arrives before it was sent.
 *
 * @param offsets what was added to the times of each node, in milliseconds
 * @param events in order, with moved times
 */
public record StoryMerge(Map<NodeId, Long> offsets, List<Placed> events) {

  /** Clocks are measured by messages, which take so long on a busy machine: no reason to move. */
  private static final long NOISE_MILLIS = 250;

  /** In the order of cause and effect within one millisecond. */
  private static final List<String> ORDER =
      List.of(
          "received",
          "forwarded",
          "arrived",
          "admitted",
          "not_admitted",
          "proposed",
          "asked",
          "persisted",
          "fetched",
          "acknowledged",
          "rejected",
          "already_chosen",
          "asked_again",
          "drifted",
          "verdict",
          "executed",
          "superseded",
          "refused",
          "answered");

  /**
   * An event with its place in time.
   *
   * @param event as its node told it
   * @param millis when, by the clock of the node whose times the others' are moved to
   */
  public record Placed(Event event, long millis) {}

  /** The events of these nodes. */
  public static StoryMerge of(List<WriteStory> stories) {
    Map<NodeId, Long> offsets = new TreeMap<>();
    Optional<WriteStory> reference = reference(stories);
    for (WriteStory story : stories) {
      offsets.put(story.node(), reference.map(of -> offset(of, story)).orElse(0L));
    }
    List<Placed> events = new ArrayList<>();
    for (WriteStory story : stories) {
      long floor = Long.MIN_VALUE;
      for (Event event : story.events()) {
        // A node saw its events in this order, whatever became of its clock meanwhile.
        floor = Math.max(floor, event.atMillis() + offsets.getOrDefault(story.node(), 0L));
        events.add(new Placed(event, floor));
      }
    }
    events.sort(
        Comparator.comparingLong(Placed::millis).thenComparingInt(one -> rank(one.event())));
    return new StoryMerge(offsets, events);
  }

  /** When the first of them was, as {@link Placed#millis}; 0 where there is none. */
  public long begin() {
    return events.isEmpty() ? 0 : events.get(0).millis();
  }

  private static int rank(Event event) {
    int known = ORDER.indexOf(event.what());
    return known < 0 ? ORDER.size() : known;
  }

  /** Who proposed it, else who has seen most of it. */
  private static Optional<WriteStory> reference(List<WriteStory> stories) {
    return stories.stream()
        .max(
            Comparator.comparing((WriteStory one) -> has(one, "proposed"))
                .thenComparing(one -> one.events().size()));
  }

  private static boolean has(WriteStory story, String what) {
    return story.events().stream().anyMatch(event -> event.what().equals(what));
  }

  private static long offset(WriteStory reference, WriteStory story) {
    if (reference.node().equals(story.node())) {
      return 0;
    }
    long measured =
        reference.clocks().stream()
            .filter(clock -> clock.node().equals(story.node()))
            .mapToLong(clock -> -clock.skewMillis())
            .filter(skew -> Math.abs(skew) > NOISE_MILLIS)
            .findFirst()
            .orElse(0);
    long least = Long.MIN_VALUE;
    long most = Long.MAX_VALUE;
    Map<Proposal, Long> proposed = new HashMap<>();
    Map<Proposal, Long> acknowledged = new HashMap<>();
    for (Event sent : reference.events()) {
      if (sent.what().equals("proposed")) {
        proposed.merge(Proposal.of(sent), sent.atMillis(), Math::max);
      } else if (sent.what().equals("acknowledged") && sent.members().contains(story.node())) {
        acknowledged.merge(Proposal.of(sent), sent.atMillis(), Math::min);
      }
    }
    for (Event seen : story.events()) {
      if (seen.what().equals("asked")) {
        Long sent = proposed.get(Proposal.of(seen));
        least = sent == null ? least : Math.max(least, sent - seen.atMillis());
      } else if (seen.what().equals("persisted")) {
        Long heard = acknowledged.get(Proposal.of(seen));
        most = heard == null ? most : Math.min(most, heard - seen.atMillis());
      }
    }
    List<Event> forwarded = all(story, "forwarded", reference.node());
    List<Event> arrived = all(reference, "arrived", story.node());
    for (int i = 0; i < Math.min(forwarded.size(), arrived.size()); i++) {
      most = Math.min(most, arrived.get(i).atMillis() - forwarded.get(i).atMillis());
    }
    return least > most ? measured : Math.max(least, Math.min(most, measured));
  }

  private static List<Event> all(WriteStory story, String what, NodeId about) {
    return story.events().stream()
        .filter(event -> event.what().equals(what) && event.members().contains(about))
        .toList();
  }

  /** What was proposed once; nobody asks for it, persists it or acknowledges it but as this. */
  private record Proposal(OptionalLong slot, OptionalLong ballot) {
    static Proposal of(Event event) {
      return new Proposal(event.slot(), event.ballot());
    }
  }
}
