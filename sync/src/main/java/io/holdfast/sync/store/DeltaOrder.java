package io.holdfast.sync.store;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import io.holdfast.sync.core.StateHeader;

/** FlushInOrder: a store takes only the delta that follows what it holds. */
final class DeltaOrder {

  private DeltaOrder() {}

  /**
   * Throws unless the delta follows.
   *
   * @param stored the header of what is stored
   * @param lastPlace the place of the newest change that is stored
   */
  static void check(StateHeader stored, long lastPlace, ReplicaDelta delta) {
    StateHeader after = delta.after();
    require(
        delta.before().equals(stored.applied()),
        "a delta from slot %s onto a store at slot %s",
        delta.before(),
        stored.applied());
    require(
        after.terms().equals(stored.terms()),
        "a delta of terms %s onto a store of terms %s",
        after.terms(),
        stored.terms());
    require(
        after.revision() >= stored.revision()
            && after.compacted() >= stored.compacted()
            && after.generation() >= stored.generation()
            && after.firstWriteOrdinal() >= stored.firstWriteOrdinal(),
        "a delta to %s onto a store at %s",
        after,
        stored);
    long place = lastPlace;
    for (Change change : delta.changes()) {
      require(
          change.place() > place && change.modRevision() <= after.revision(),
          "a change at place %s after %s, in a delta to revision %s",
          change.place(),
          place,
          after.revision());
      place = change.place();
    }
    checkWrites(stored, delta);
    long generation = 0;
    for (Touched touched : delta.touched()) {
      require(
          touched.generation() >= generation && touched.generation() <= after.generation(),
          "keys of generation %s after %s, in a delta to generation %s",
          touched.generation(),
          generation,
          after.generation());
      generation = touched.generation();
    }
  }

  /** What entered and was dropped since may be left out, nothing else. */
  private static void checkWrites(StateHeader stored, ReplicaDelta delta) {
    long first = delta.firstAddedOrdinal();
    long next = first + delta.addedWriteIds().size();
    require(
        first >= stored.nextWriteOrdinal()
            && first <= Math.max(stored.nextWriteOrdinal(), delta.after().firstWriteOrdinal())
            && next == delta.after().nextWriteOrdinal(),
        "write ids %s to %s onto a store that has those before %s",
        first,
        next,
        stored.nextWriteOrdinal());
  }

  @FormatMethod
  private static void require(boolean holds, @FormatString String facts, Object... values) {
    InvariantViolation.check(holds, "FlushInOrder", facts, values);
  }
}
