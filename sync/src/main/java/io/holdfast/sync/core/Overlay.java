package io.holdfast.sync.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was applied and is not durable in the store yet: changes by place, and results with their
 * details by ordinal. Bounded by the bytes that may be unflushed.
 */
final class Overlay {

  private final TreeMap<Long, Change> changes = new TreeMap<>();
  private final TreeMap<Long, CommandResult.Detailed> answers = new TreeMap<>();
  private long flushedPlace;
  private long flushedOrdinal;

  /**
   * An empty overlay.
   *
   * @param flushedPlace the last place that the store may hold
   * @param flushedOrdinal the first write ordinal that it does not hold
   */
  Overlay(long flushedPlace, long flushedOrdinal) {
    this.flushedPlace = flushedPlace;
    this.flushedOrdinal = flushedOrdinal;
  }

  void add(Change change) {
    changes.put(change.place(), change);
  }

  void add(long ordinal, CommandResult.Detailed answer) {
    answers.put(ordinal, answer);
  }

  /** The change at a place, while it is not flushed. */
  Optional<Change> find(long place) {
    return Optional.ofNullable(changes.get(place));
  }

  /** The result of a write with its details, while it is not flushed. */
  Optional<CommandResult.Detailed> answer(long ordinal) {
    return Optional.ofNullable(answers.get(ordinal));
  }

  /** Whether the store is where to look for what is at this place. */
  boolean isFlushed(long place) {
    return place <= flushedPlace;
  }

  /** Whether the store is where to look for the results under this ordinal. */
  boolean isAnswerFlushed(long ordinal) {
    return ordinal < flushedOrdinal;
  }

  /** The last place that the store holds, or could hold. */
  long flushedPlace() {
    return flushedPlace;
  }

  /** The changes from a place on, in order. A view. */
  Collection<Change> from(long place) {
    return changes.tailMap(place, true).values();
  }

  /** A copy of the changes from a place on. */
  List<Change> copyFrom(long place) {
    return new ArrayList<>(from(place));
  }

  /** The store holds everything up to this revision, and the answers below this ordinal. */
  void flushed(long revision, long nextOrdinal) {
    flushedPlace = Place.last(revision);
    flushedOrdinal = nextOrdinal;
    changes.headMap(flushedPlace, true).clear();
    answers.headMap(nextOrdinal, false).clear();
  }

  /** How many changes wait. */
  int size() {
    return changes.size();
  }

  /** All changes, for comparison. */
  Map<Long, Change> all() {
    return changes;
  }
}
