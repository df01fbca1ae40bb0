package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ControlRecord;
import io.holdfast.config.core.control.ControlState;
import java.util.SortedMap;
import java.util.TreeMap;

/** The rows in which a store keeps what is active in its group, and was. */
public final class ControlRows {

  /** The row of what was given for the active epoch. */
  static final long NOTES = 0;

  private ControlRows() {}

  /** All rows of a state, by their numbers. */
  public static SortedMap<Long, ByteString> of(ControlState state) {
    return of(state, -1);
  }

  /**
   * The rows that a store lacks or has in an older form: epochs never change.
   *
   * @param stored the newest epoch that it has; -1 for none
   */
  public static SortedMap<Long, ByteString> of(ControlState state, long stored) {
    SortedMap<Long, ByteString> rows = new TreeMap<>();
    rows.put(NOTES, ControlCodec.encodeNotes(state));
    for (ControlRecord record : state.records()) {
      if (record.epoch().number() > stored) {
        rows.put(numberOf(record.epoch().number()), ControlCodec.encode(record));
      }
    }
    return rows;
  }

  /** The first row of an epoch that a state still has; those below go, but for the notes. */
  public static long first(ControlState state) {
    return numberOf(state.records().iterator().next().epoch().number());
  }

  private static long numberOf(long epoch) {
    return NOTES + 1 + epoch;
  }

  /**
   * Reads the rows.
   *
   * @param rows by their numbers; none: those of a new store
   * @throws UnreadableBytes when they are something else
   */
  public static ControlState read(SortedMap<Long, ByteString> rows) {
    return ControlCodec.decode(rows);
  }
}
