package io.holdfast.mesh.core;

import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one who watches stands, and what is told of what comes next: the changes of one revision in
 * one event where they are not too many. It holds no changes: what cannot be told yet is asked for
 * again.
 */
public final class WatchCursor {

  /** How many changes one event tells. */
  public static final int MAX_CHANGES = 256;

  /** How many bytes of keys and values, about. */
  public static final int MAX_BYTES = 1 << 20;

  /**
   * Something to tell.
   *
   * @param revision the revision that made the changes
   * @param changes in order; none where only the end of the revision is to be told
   * @param last whether the revision made no more changes than have been told
   * @param nextPlace what comes after
   */
  public record Event(long revision, List<Change> changes, boolean last, long nextPlace) {
    public Event {
      changes = List.copyOf(changes);
    }
  }

  private long nextPlace;

  /** The revision of which part was told; 0 for none. */
  private long open;

  /**
   * @param fromPlace the first place to be told
   */
  public WatchCursor(long fromPlace) {
    this.nextPlace = fromPlace;
    this.open = Place.ordinal(fromPlace) == 0 ? 0 : Place.revision(fromPlace);
  }

  /** The place to ask from. */
  public long nextPlace() {
    return nextPlace;
  }

  /** The position after which to resume, as text. */
  public String position() {
    return WatchPosition.before(nextPlace);
  }

  /** What is to be told of an answer to the question from {@link #nextPlace}. */
  public List<Event> on(ChangesAnswer.Next answer) {
    List<Event> events = new ArrayList<>();
    // All revisions below this are complete in the answer.
    long unfinished = Place.revision(answer.nextPlace());
    long next = Math.max(nextPlace, answer.nextPlace());
    List<Change> changes = answer.changes();
    endOpen(changes, unfinished, events);
    int start = 0;
    while (start < changes.size()) {
      long revision = changes.get(start).modRevision();
      int end = start;
      while (end < changes.size() && changes.get(end).modRevision() == revision) {
        end++;
      }
      boolean complete = revision < unfinished;
      if (!complete && start > 0) {
        // Told with the rest of its revision, which is asked for with it.
        next = changes.get(start).place();
        break;
      }
      split(revision, changes.subList(start, end), complete, events);
      open = complete ? 0 : revision;
      start = end;
    }
    nextPlace = next;
    return events;
  }

  /** A revision told in part may turn out to have made no other change that is wanted. */
  private void endOpen(List<Change> changes, long unfinished, List<Event> events) {
    boolean goesOn = !changes.isEmpty() && changes.get(0).modRevision() == open;
    if (open > 0 && open < unfinished && !goesOn) {
      events.add(new Event(open, List.of(), true, Place.first(open + 1)));
      open = 0;
    }
  }

  private static void split(
      long revision, List<Change> changes, boolean complete, List<Event> events) {
    int start = 0;
    while (start < changes.size()) {
      int end = start;
      long bytes = 0;
      while (end < changes.size() && end - start < MAX_CHANGES) {
        bytes += changes.get(end).bytes();
        if (bytes > MAX_BYTES && end > start) {
          break;
        }
        end++;
      }
      boolean last = complete && end == changes.size();
      events.add(
          new Event(
              revision,
              changes.subList(start, end),
              last,
              last ? Place.first(revision + 1) : changes.get(end - 1).place() + 1));
      start = end;
    }
  }
}
