package io.holdfast.chaos.live;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a trial is about: a kind of fault, and what callers must be told of their writes under it.
 */
public enum AckClass {
  /** The leader is cut off from everyone. */
  CUT_OFF(new CutOffLeader()),
  /** The leader is cut off from all but fewer than w - 1. */
  TOO_FEW(new TooFewLeft()),
  /** Links that work in one direction only. */
  ONE_WAY(new OneWayLinks()),
  /** Acknowledgements are slow, and come before the deadline. */
  SLOW(new SlowAcks()),
  /** They come after the deadline. */
  LATE(new LateAcks()),
  /** Members store or have executed something else. */
  DRIFT(new DriftedMembers()),
  /** The leader's disk fails. */
  DISK(new FailingDisk()),
  /** Replies that must not count: duplicates, strangers', stale, reordered ones. */
  REPLIES(new FalseReplies()),
  /** Connections are slow, lose everything, or are reset. */
  LINK(new BrokenConnections());

  private final Scenario scenario;

  AckClass(Scenario scenario) {
    this.scenario = scenario;
  }

  Scenario scenario() {
    return scenario;
  }

  /** Its name on the command line and in reports. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The class of that name. */
  public static Optional<AckClass> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }

  /** All names. */
  public static String words() {
    return Arrays.stream(values()).map(AckClass::word).collect(Collectors.joining(", "));
  }

  /** All classes. */
  public static List<AckClass> all() {
    return List.of(values());
  }
}
