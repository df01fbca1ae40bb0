package io.holdfast.chaos.sim;

import java.util.OptionalInt;

/**
 * The seeds of a run of runs, and what they have in common.
 *
 * @param first the first seed, 0 or more
 * @param last the last seed, {@code first} or more
 * @param profile which kinds of trouble
 * @param nodes how many; drawn from each seed if empty
 * @param w accept quorum; drawn from each seed if empty
 */
public record SeedRange(long first, long last, Profile profile, OptionalInt nodes, OptionalInt w) {

  /** The most seeds of one range. */
  public static final long MOST = 10_000_000;

  public SeedRange {
    if (first < 0 || last < first || last - first >= MOST) {
      throw new IllegalArgumentException(
          "seeds %d..%d: allowed are A..B with 0 <= A <= B, at most %d of them"
              .formatted(first, last, MOST));
    }
  }

  /** How many. */
  public long count() {
    return last - first + 1;
  }

  Scenario scenario(long seed) {
    return ScenarioDraw.of(seed, profile, nodes, w);
  }

  /** The options that give these runs again. */
  String options() {
    StringBuilder text = new StringBuilder("--profile ").append(profile.code());
    nodes.ifPresent(n -> text.append(" --nodes ").append(n));
    w.ifPresent(quorum -> text.append(" --w ").append(quorum));
    return text.toString();
  }
}
