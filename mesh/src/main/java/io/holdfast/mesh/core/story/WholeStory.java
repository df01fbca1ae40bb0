package io.holdfast.mesh.core.story;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.mesh.core.story.StoryMerge.Placed;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The story of a write in one group, put together of what its members tell.
 *
 * @param writeId its id
 * @param group where
 * @param stories what each of them told
 * @param nodes what each member had to say, in order of name
 * @param merge their events in one order
 */
public record WholeStory(
    String writeId, String group, List<WriteStory> stories, List<Teller> nodes, StoryMerge merge) {

  /**
   * A member of the group.
   *
   * @param node its name
   * @param state {@code told}, {@code saw_nothing}, {@code forgotten}, {@code refused} or {@code
   *     silent}
   * @param detail more of that; empty for one that told all
   * @param leftOut how many of its events it did not tell
   */
  public record Teller(String node, String state, String detail, int leftOut) {}

  public WholeStory {
    stories = List.copyOf(stories);
    nodes = List.copyOf(nodes);
  }

  /**
   * Puts them together.
   *
   * @param members names of everybody who takes part
   * @param stories what some of them told
   * @param refusals why others told nothing, by name; who is in neither is silent
   */
  public static WholeStory of(
      String writeId,
      String group,
      Collection<String> members,
      List<WriteStory> stories,
      Map<String, String> refusals) {
    TreeSet<String> names = new TreeSet<>(members);
    stories.forEach(story -> names.add(story.node().value()));
    names.addAll(refusals.keySet());
    return new WholeStory(
        writeId,
        group,
        stories,
        names.stream().map(node -> teller(node, stories, refusals)).toList(),
        StoryMerge.of(stories));
  }

  private static Teller teller(
      String node, List<WriteStory> stories, Map<String, String> refusals) {
    Optional<WriteStory> story =
        stories.stream().filter(one -> one.node().value().equals(node)).findFirst();
    if (story.isPresent()) {
      int leftOut = story.get().leftOut();
      if (!story.get().events().isEmpty()) {
        return new Teller(
            node, "told", leftOut == 0 ? "" : "it tells not all: " + many(leftOut), leftOut);
      }
      long earliest =
          stories.stream()
              .flatMap(one -> one.events().stream())
              .mapToLong(Event::atMillis)
              .min()
              .orElse(Long.MAX_VALUE);
      boolean forgotten =
          story.get().slot().isPresent() || story.get().rememberedSinceMillis() > earliest;
      return forgotten
          ? new Teller(
              node, "forgotten", "it remembers nothing from before its start, or so long ago", 0)
          : new Teller(node, "saw_nothing", "it has seen nothing of this write", 0);
    }
    return refusals.containsKey(node)
        ? new Teller(node, "refused", refusals.getOrDefault(node, ""), 0)
        : new Teller(node, "silent", "it does not answer", 0);
  }

  private static String many(int leftOut) {
    return leftOut + (leftOut == 1 ? " event is left out" : " events are left out");
  }

  // ---- What it comes to

  /** Whether anybody knows anything of the write. */
  public boolean knowsAnything() {
    return stories.stream().anyMatch(WriteStory::knowsAnything);
  }

  /** Where it was executed; absent where nobody who tells has recorded it. */
  public OptionalLong slot() {
    return told().map(WriteStory::slot).orElse(OptionalLong.empty());
  }

  /**
   * What is recorded of it: as {@link WriteStory#recorded} by who has recorded it, else anybody.
   */
  public String recorded() {
    return told()
        .or(() -> stories.stream().findFirst())
        .map(WriteStory::recorded)
        .orElse(WriteStory.NOT_TOLD);
  }

  /** The story that has the log's own word. */
  private Optional<WriteStory> told() {
    return stories.stream().filter(one -> one.slot().isPresent()).findFirst();
  }

  /** Whether a node tells not all: what it does not tell may have happened. */
  private boolean leavesOut(NodeId node) {
    return stories.stream().anyMatch(one -> one.node().equals(node) && one.leftOut() > 0);
  }

  /** Who was sent the last proposal of it and is not known to have acknowledged what it is. */
  public List<NodeId> unacknowledged() {
    Optional<Event> last = Optional.empty();
    List<Event> all = merge.events().stream().map(Placed::event).toList();
    OptionalLong slot = slot();
    for (Event event : all) {
      if (event.what().equals("proposed") && (slot.isEmpty() || event.slot().equals(slot))) {
        last = Optional.of(event);
      }
    }
    if (last.isEmpty() || leavesOut(last.get().node())) {
      return List.of();
    }
    Event proposed = last.get();
    TreeSet<NodeId> open = new TreeSet<>(proposed.members());
    for (Event event : all) {
      if (event.slot().equals(proposed.slot()) && event.ballot().equals(proposed.ballot())) {
        if (event.what().equals("acknowledged")) {
          open.removeAll(event.members());
        } else if (event.what().equals("drifted")) {
          open.addAll(event.members());
        }
      }
    }
    return List.copyOf(open);
  }

  /** The answer in one sentence. */
  public String answer() {
    List<NodeId> missing = unacknowledged();
    String open =
        missing.isEmpty()
            ? ""
            : "; no acknowledgement came from "
                + missing.stream().map(NodeId::value).collect(Collectors.joining(", "));
    if (slot().isPresent()) {
      return "write %s in group %s: %s in slot %d%s"
          .formatted(writeId, group, recorded(), slot().getAsLong(), open);
    }
    if (stories.stream().anyMatch(one -> one.recorded().equals(WriteStory.EXPIRED))) {
      return "write %s in group %s: so old that nobody knows whether it was executed"
          .formatted(writeId, group);
    }
    if (!knowsAnything()) {
      return "write %s in group %s: no node that answers has seen it".formatted(writeId, group);
    }
    return "write %s in group %s: not executed so far%s%s; 'holdfast resolve' settles it"
        .formatted(writeId, group, lastVerdict().map(text -> ", " + text).orElse(""), open);
  }

  private Optional<String> lastVerdict() {
    List<Placed> all = merge.events();
    for (int i = all.size() - 1; i >= 0; i--) {
      Event event = all.get(i).event();
      if (List.of("verdict", "refused", "not_admitted").contains(event.what())) {
        return Optional.of(event.detail());
      }
    }
    return Optional.empty();
  }
}
