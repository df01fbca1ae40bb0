package io.holdfast.sync.core;

/**
 * What decides outcomes and is the same at every replica: seeded when a group's store is made, and
 * kept with the state from then on.
 *
 * @param writeIdWindow how many executed writes are remembered at least, while they are no older
 *     than an hour; twice as many at most
 * @param rotationCommands applied commands after which the cache rotates
 * @param rotationBytes bytes entered into the current generation after which the cache rotates
 */
public record StateTerms(int writeIdWindow, long rotationCommands, long rotationBytes) {

  /** Good for most groups. */
  public static final StateTerms DEFAULTS = new StateTerms(1_000_000, 10_000, 64L << 20);

  public StateTerms {
    if (writeIdWindow < 1
        || writeIdWindow > WriteIdTable.MAX_CAPACITY / 2
        || rotationCommands < 1
        || rotationBytes < 1) {
      throw new IllegalArgumentException(
          "window %d, rotation after %d commands or %d bytes: must be 1 or more, the window at most 2^27"
              .formatted(writeIdWindow, rotationCommands, rotationBytes));
    }
  }
}
