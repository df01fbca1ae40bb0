package io.holdfast.chaos.sim;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A fault of the software, put in around the cores on purpose: a simulation that does not catch it
 * would not catch it in the product either.
 */
public final class SeededFault {

  /** Seeds within which each is to be caught. */
  public static final long MOST_SEEDS = 1_000;

  private final String name;
  private final String broken;
  private final String caughtBy;
  private final SeedRange hunt;
  private final Tampering.Factory tampering;
  private final Set<String> unwatched;

  private SeededFault(
      String name,
      String broken,
      String caughtBy,
      SeedRange hunt,
      Tampering.Factory tampering,
      Set<String> unwatched) {
    this.name = name;
    this.broken = broken;
    this.caughtBy = caughtBy;
    this.hunt = hunt;
    this.tampering = tampering;
    this.unwatched = unwatched;
  }

  /**
   * A fault that is hunted under all kinds of trouble.
   *
   * @param name as on the command line
   * @param broken one sentence: what is wrong
   * @param caughtBy the invariant that it breaks
   * @param tampering puts it into a process; runs share it, so it keeps nothing itself
   */
  static SeededFault of(String name, String broken, String caughtBy, Tampering.Factory tampering) {
    SeedRange hunt =
        new SeedRange(1, MOST_SEEDS, Profile.ALL, OptionalInt.empty(), OptionalInt.empty());
    return new SeededFault(name, broken, caughtBy, hunt, tampering, Set.of());
  }

  /** The same fault, hunted where it shows sooner. */
  SeededFault huntedIn(Profile profile, int nodes, int w) {
    SeedRange there =
        new SeedRange(1, MOST_SEEDS, profile, OptionalInt.of(nodes), OptionalInt.of(w));
    return new SeededFault(name, broken, caughtBy, there, tampering, unwatched);
  }

  /** The same fault, hunted in so many seeds only. */
  SeededFault within(long seeds) {
    SeedRange fewer = new SeedRange(hunt.first(), seeds, hunt.profile(), hunt.nodes(), hunt.w());
    return new SeededFault(name, broken, caughtBy, fewer, tampering, unwatched);
  }

  /** The same fault, hunted while nobody watches an invariant that it breaks before. */
  SeededFault unwatched(String invariant) {
    return new SeededFault(name, broken, caughtBy, hunt, tampering, Set.of(invariant));
  }

  /** All of them, in the order of the parts that they break. */
  public static List<SeededFault> all() {
    return SeededFaults.ALL;
  }

  /** The fault of a name; empty if there is none. */
  public static Optional<SeededFault> named(String name) {
    return all().stream().filter(fault -> fault.name().equals(name)).findFirst();
  }

  /** As on the command line. */
  public String name() {
    return name;
  }

  /** One sentence: what is wrong with it in. */
  public String broken() {
    return broken;
  }

  /** The invariant that it breaks; caught by another one, it does not count as caught. */
  public String caughtBy() {
    return caughtBy;
  }

  /** The runs in which it is looked for, in their order. */
  public SeedRange hunt() {
    return hunt;
  }

  /** Invariants that are not watched while it is hunted; most often none. */
  public Set<String> unwatched() {
    return unwatched;
  }

  /** What stands around the cores with this fault, or with none. */
  static Tampering.Factory tampering(Optional<SeededFault> fault) {
    return fault.map(SeededFault::tampering).orElse(Tampering.NONE);
  }

  /** Puts it into the processes of any number of runs. */
  Tampering.Factory tampering() {
    return new Tampering.Factory() {
      @Override
      public Tampering into(SimBoot boot) {
        return tampering.into(boot);
      }

      @Override
      public Set<String> unwatched() {
        return unwatched;
      }
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
