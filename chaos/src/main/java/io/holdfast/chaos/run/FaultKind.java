package io.holdfast.chaos.run;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A kind of fault that a run can be asked for. */
public enum FaultKind {
  /** Processes are killed and started again. */
  KILL("kill", Lane.PROCESSES),
  /** Processes stand still and go on. */
  PAUSE("pause", Lane.PROCESSES),
  /** Messages between nodes are lost: both ways, one way, in a ring, over a bridge. */
  PARTITION("partition", Lane.LINKS),
  /** Connections are slow, lose what they carry, or are reset. */
  PROXY("proxy", Lane.LINKS),
  /** Wall clocks jump. */
  CLOCK("clock", Lane.CLOCKS),
  /** Disks are slow, full, or fail. */
  DISK("disk", Lane.PROCESSES);

  /** Faults of one lane follow each other; those of different lanes may be in force at once. */
  enum Lane {
    PROCESSES,
    LINKS,
    CLOCKS
  }

  private final String word;
  private final Lane lane;

  FaultKind(String word, Lane lane) {
    this.word = word;
    this.lane = lane;
  }

  /** As in {@code --faults}. */
  public String word() {
    return word;
  }

  Lane lane() {
    return lane;
  }

  /** The kind of that word. */
  public static Optional<FaultKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }

  /** Those that can be injected into nodes that somebody else has started. */
  public static List<FaultKind> ofNodesOfOthers() {
    return List.of(PARTITION, CLOCK, DISK);
  }

  /** All of them. */
  public static List<FaultKind> all() {
    return List.of(values());
  }

  /** All words, for a complaint. */
  public static String words() {
    return all().stream().map(FaultKind::word).collect(Collectors.joining(", "));
  }
}
