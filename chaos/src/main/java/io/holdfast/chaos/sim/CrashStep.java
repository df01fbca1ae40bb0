package io.holdfast.chaos.sim;

import java.util.List;
import java.util.Locale;

/**
 * A step of trimming, of a snapshot's way or of a change of members, at which a process may be
 * killed: each stands between two things that are not done in one.
 */
enum CrashStep {
  /** The sender's store pins its state; killed before or after it, as at each of these. */
  OPEN(6),
  /** The sender's store reads a chunk. */
  READCHUNK(40),
  /** The sender's store lets go of the state. */
  CLOSE(4),
  /** Something about a snapshot is sent, by either side. */
  SEND(40),
  /** The receiver's store looks for what an earlier attempt has left. */
  RECEIVE(6),
  /** The receiver's store writes a chunk. */
  WRITE(40),
  /** The receiver's store checks what has arrived. */
  FINISH(2),
  /** All is received, and nothing is put in place. */
  INSTALL(1),
  /** It is put in place, and the acceptor's log is not trimmed to there. */
  INSTALLED(1),
  /** The acceptor is told to trim. */
  TRIM(10),
  /** It is written that the log is trimmed, and nothing came of it. */
  TRIMMED(10),
  /** Events are deleted of which a snapshot of the acceptor takes the place. */
  DELETE(10),
  /** A change of members is being proposed: some may have been asked, and some not. */
  CHANGE_PROPOSED(4),
  /** A change of members is executed; killed before or after others are told. */
  CHANGE_EXECUTED(3),
  /** The first slot of a change is executed. */
  CHANGE_GOVERNS(2);

  static final List<CrashStep> TRIMMING =
      List.of(
          OPEN, READCHUNK, CLOSE, SEND, RECEIVE, WRITE, FINISH, INSTALL, INSTALLED, TRIM, TRIMMED,
          DELETE);

  static final List<CrashStep> CHANGING = List.of(CHANGE_PROPOSED, CHANGE_EXECUTED, CHANGE_GOVERNS);

  /** Passes to draw from: about as many as there are soon. */
  final int passes;

  CrashStep(int passes) {
    this.passes = passes;
  }

  /** The kind of event in {@link Coverage}. */
  String crash() {
    return "crash_at_" + name().toLowerCase(Locale.ROOT);
  }
}
