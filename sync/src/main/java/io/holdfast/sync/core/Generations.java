package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The two generations of cached values (section 5). A key enters the current one when a command
 * that covers it is applied, and leaves only as its generation is dropped by a rotation
 * (EvictionOnlyByRotation). Everything that changes this comes through the log, so the same keys
 * are cached at every replica.
 */
final class Generations {

  /**
   * What is cached of a key.
   *
   * @param place the version
   * @param value its value; empty: the key was deleted there (a tombstone)
   */
  record Cached(long place, Optional<ByteString> value) {

    int bytes(ByteString key) {
      return key.size() + value.map(ByteString::size).orElse(0) + ENTRY_BYTES;
    }
  }

  private static final int ENTRY_BYTES = 64;

  private final StateTerms terms;
  private Map<ByteString, Cached> current = new HashMap<>();
  private Map<ByteString, Cached> previous = new HashMap<>();
  private long generation;
  private long commands;
  private long bytes;
  // Keys that entered the current and the previous generation and were not flushed yet.
  private List<ByteString> enteredCurrent = new ArrayList<>();
  private List<ByteString> enteredPrevious = new ArrayList<>();

  Generations(StateTerms terms, long generation, long commands, long bytes) {
    this.terms = terms;
    this.generation = generation;
    this.commands = commands;
    this.bytes = bytes;
  }

  /** Takes in what a store held of one of the two generations. */
  void restore(boolean ofCurrent, ByteString key, Cached cached) {
    (ofCurrent ? current : previous).put(key, cached);
  }

  /** What is cached of a key: the current generation's, else the one's before. */
  Optional<Cached> find(ByteString key) {
    Cached cached = current.get(key);
    return Optional.ofNullable(cached == null ? previous.get(key) : cached);
  }

  /** Whether the current generation has the key, so that no plan need bring it. */
  boolean isInCurrent(ByteString key) {
    return current.containsKey(key);
  }

  /** Enters a key into the current generation, or enters it anew with another version. */
  void enter(ByteString key, Cached cached) {
    if (current.put(key, cached) == null) {
      enteredCurrent.add(key);
    }
    bytes += cached.bytes(key);
  }

  /** A command was applied, whatever came of it. */
  void countCommand() {
    commands++;
  }

  /** At the end of a slot: rotates if it is time to. */
  boolean rotateIfDue(CacheRules rules) {
    if (!rules.rotates(terms, commands, bytes)) {
      return false;
    }
    previous = current;
    current = new HashMap<>();
    enteredPrevious = enteredCurrent;
    enteredCurrent = new ArrayList<>();
    generation++;
    commands = 0;
    bytes = 0;
    return true;
  }

  /** Keys that entered the generations since this was last asked. */
  List<ReplicaDelta.Touched> takeEntered() {
    List<ReplicaDelta.Touched> entered = new ArrayList<>(2);
    if (!enteredPrevious.isEmpty()) {
      entered.add(new ReplicaDelta.Touched(generation - 1, enteredPrevious));
    }
    if (!enteredCurrent.isEmpty()) {
      entered.add(new ReplicaDelta.Touched(generation, enteredCurrent));
    }
    enteredPrevious = new ArrayList<>();
    enteredCurrent = new ArrayList<>();
    return entered;
  }

  /** How often it has rotated. */
  long generation() {
    return generation;
  }

  long commands() {
    return commands;
  }

  long bytes() {
    return bytes;
  }

  int size() {
    return current.size() + previous.size();
  }

  /** The current generation, for comparison. */
  Map<ByteString, Cached> current() {
    return current;
  }

  /** The previous generation, for comparison. */
  Map<ByteString, Cached> previous() {
    return previous;
  }
}
