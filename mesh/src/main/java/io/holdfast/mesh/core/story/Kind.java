package io.holdfast.mesh.core.story;

import java.util.Locale;

/** What can happen to a write. Those before {@link #PROPOSED} are about an id, the rest a slot. */
enum Kind {
  /** A client asked this node for it. */
  RECEIVED,
  /** This node sent it on to the leader. */
  FORWARDED,
  /** A node that holds its client sent it here. */
  ARRIVED,
  /** The leader's replica has prepared it. */
  ADMITTED,
  /** The leader's replica refused it. */
  NOT_ADMITTED,
  /** It was not given a place in the log. */
  REFUSED,
  /** Its client was told. */
  ANSWERED,
  /** It is in the batch of the slot event before. */
  PLACED,
  /** The leader sent its slot to the members. */
  PROPOSED,
  /** The leader sent it to a member once more. */
  ASKED_AGAIN,
  /** It reached this member. */
  ASKED,
  /** This member holds it durably. */
  PERSISTED,
  /** This member fetched it from another's log and holds it durably. */
  FETCHED,
  /** The leader heard a member's acknowledgement. */
  ACKNOWLEDGED,
  /** The leader heard a member refuse it for a higher ballot. */
  REJECTED,
  /** The leader heard that the slot was chosen before. */
  ALREADY_CHOSEN,
  /** A member's answer does not count: what it holds, or its state, is another. */
  DRIFTED,
  /** The leader's verdict on its acknowledgements was in. */
  VERDICT,
  /** This replica executed its slot. */
  EXECUTED;

  private static final Kind[] ALL = values();

  static Kind of(int number) {
    return ALL[number];
  }

  /** It is remembered in memory only, so it may be another in another version. */
  @SuppressWarnings("EnumOrdinal")
  int number() {
    return ordinal();
  }

  boolean ofId() {
    return compareTo(PROPOSED) < 0;
  }

  /** Its stable name, lower case. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
