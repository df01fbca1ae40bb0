package io.holdfast.chaos.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Draws what goes wrong in a run, and when. */
final class FaultDraw {

  /** A run with faults has at least so many. */
  static final int LEAST = 5;

  private static final int MOST = 14;

  // Among the others of the profile: some of each in most runs.
  private static final int LONG_DOWN_WEIGHT = 5;
  private static final int JOINING_LONG_DOWN_WEIGHT = 2;
  private static final int AT_STEP_WEIGHT = 5;
  private static final int FLIP_WEIGHT = 8;

  /** The group is sealed in one run of so many, not long before its faults end. */
  private static final int ONE_IS_SEALED = 3;

  private static final int LATE_MILLIS = 10_000;
  private static final int MOST_HAND_OVERS = 6;

  private final SplittableRandom random;
  private final Profile profile;
  private final int nodes;

  /** Joining takes several changes, so there are more of them. */
  private final int times;

  private final List<Supplier<Fault>> kinds = new ArrayList<>();

  FaultDraw(SplittableRandom random, Profile profile, int nodes) {
    this.random = random;
    this.profile = profile;
    this.times = profile == Profile.MEMBERSHIP ? 4 : 1;
    this.nodes = nodes;
    if (profile.includes(Profile.LOSSY)) {
      kinds.add(this::storm);
    }
    if (profile.includes(Profile.PARTITIONS)) {
      kinds.add(this::cut);
      kinds.add(this::cut);
      kinds.add(this::cut);
    }
    if (profile.includes(Profile.CRASHES)) {
      kinds.add(this::crash);
      kinds.add(() -> new Fault.CrashAtEffect(node(), random.nextInt(120), millis(100, 5_000)));
      kinds.add(() -> new Fault.CrashAtEffect(node(), random.nextInt(120), millis(100, 5_000)));
      kinds.add(() -> new Fault.Pause(node(), millis(50, 5_000)));
      kinds.add(() -> new Fault.Resign(node(), millis(100, 3_000)));
      kinds.add(() -> new Fault.DiskStall(node(), millis(100, 4_000)));
      kinds.add(() -> new Fault.DiskFailure(node(), random.nextInt(3) == 0, millis(500, 4_000)));
    }
    if (profile.includes(Profile.CLOCKS)) {
      kinds.add(this::wallJump);
      kinds.add(() -> new Fault.ClockRate(node(), 0.7 + random.nextDouble() * 0.8));
    }
    if (profile == Profile.TRIM) {
      for (int i = 0; i < LONG_DOWN_WEIGHT; i++) {
        kinds.add(this::longDown);
      }
      for (int i = 0; i < AT_STEP_WEIGHT; i++) {
        kinds.add(() -> atStep(CrashStep.TRIMMING));
      }
      kinds.add(() -> new Fault.Reconfigure(random.nextLong()));
    }
    if (profile == Profile.MEMBERSHIP) {
      for (int i = 0; i < JOINING_LONG_DOWN_WEIGHT; i++) {
        kinds.add(this::longDown);
        kinds.add(() -> atStep(CrashStep.TRIMMING));
        kinds.add(() -> atStep(CrashStep.CHANGING));
      }
      // About as many as everything else together.
      for (int i = kinds.size(); i > 0; i--) {
        kinds.add(() -> new Fault.ChangeMembers(random.nextLong()));
      }
    }
    if (profile == Profile.CONTROL || profile == Profile.RESERVATIONS) {
      kinds.add(this::longDown);
      kinds.add(() -> atStep(CrashStep.TRIMMING));
      kinds.add(() -> atStep(CrashStep.CHANGING));
      kinds.add(this::wallJump);
      kinds.add(() -> new Fault.Reconfigure(random.nextLong()));
    }
    if (profile == Profile.DIVERGENCE) {
      for (int i = 0; i < FLIP_WEIGHT; i++) {
        kinds.add(this::flip);
      }
      kinds.add(() -> new Fault.FlipMost(random.nextLong(), millis(2_000, 8_000)));
      kinds.add(() -> atStep(CrashStep.TRIMMING));
    }
    if (profile == Profile.ALL) {
      kinds.add(() -> new Fault.EmptiedDirectory(node(), millis(500, 5_000)));
      kinds.add(() -> new Fault.Drift(node(), millis(1_000, 6_000)));
      kinds.add(() -> new Fault.Reconfigure(random.nextLong()));
      kinds.add(() -> new Fault.Reconfigure(random.nextLong()));
    }
  }

  List<TimedFault> draw(int stormyMillis) {
    List<TimedFault> faults = new ArrayList<>();
    if (kinds.isEmpty()) {
      return faults;
    }
    int count = (LEAST + random.nextInt(MOST - LEAST + 1)) * times;
    for (int i = 0; i < count; i++) {
      Fault fault = kinds.get(random.nextInt(kinds.size())).get();
      // Long enough before the end to bite.
      long at = 500L + random.nextInt(stormyMillis - 5_500);
      faults.add(new TimedFault(at * VirtualTime.MILLI, fault));
    }
    if (profile == Profile.MEMBERSHIP && random.nextInt(ONE_IS_SEALED) == 0) {
      long before = 500L + random.nextInt(LATE_MILLIS);
      Fault seal = new Fault.Seal(random.nextLong());
      faults.add(new TimedFault((stormyMillis - before) * VirtualTime.MILLI, seal));
    }
    if (profile == Profile.MEMBERSHIP) {
      for (int i = random.nextInt(MOST_HAND_OVERS + 1); i > 0; i--) {
        long at = 500L + random.nextInt(stormyMillis - 5_500);
        faults.add(new TimedFault(at * VirtualTime.MILLI, new Fault.HandOver(node())));
      }
    }
    faults.sort(Comparator.comparingLong(TimedFault::atNanos));
    return faults;
  }

  private Fault storm() {
    return new Fault.Storm(
        new Weather(random.nextDouble() * 0.4, random.nextDouble() * 0.3, 0.2, millis(50, 2_500)),
        millis(500, 8_000));
  }

  private Fault crash() {
    Set<Integer> down = new LinkedHashSet<>();
    int draw = random.nextInt(6);
    int count = draw == 0 ? nodes : draw == 1 ? 1 + random.nextInt(nodes) : 1;
    while (down.size() < count) {
      down.add(node());
    }
    return new Fault.Crash(List.copyOf(down), millis(50, 6_000));
  }

  private Fault flip() {
    Set<Integer> flipped = new LinkedHashSet<>();
    int count = 1 + random.nextInt(Math.max(1, (nodes - 1) / 2));
    while (flipped.size() < count) {
      flipped.add(node());
    }
    return new Fault.FlipBits(
        List.copyOf(flipped), random.nextInt(3) == 0, random.nextBoolean(), millis(50, 2_000));
  }

  private Fault atStep(List<CrashStep> steps) {
    CrashStep step = steps.get(random.nextInt(steps.size()));
    return new Fault.CrashAtStep(step, random.nextInt(2 * step.passes), millis(50, 2_500));
  }

  /** Some at once, but not so many that nothing goes on without them. */
  private Fault longDown() {
    Set<Integer> down = new LinkedHashSet<>();
    int count = 1 + random.nextInt(Math.max(1, (nodes - 1) / 2));
    while (down.size() < count) {
      down.add(node());
    }
    return new Fault.Crash(List.copyOf(down), millis(8_000, 25_000));
  }

  private Fault cut() {
    Set<Link> links = new LinkedHashSet<>();
    int one = node();
    String shape;
    switch (random.nextInt(7)) {
      case 0 -> {
        shape = "isolated n" + one;
        others(one, links, true, true);
      }
      case 1 -> {
        shape = "deaf n" + one;
        others(one, links, true, false);
      }
      case 2 -> {
        shape = "mute n" + one;
        others(one, links, false, true);
      }
      case 3 -> {
        shape = "halves";
        halves(links, false, one);
      }
      case 4 -> {
        shape = "bridge n" + one;
        halves(links, true, one);
      }
      case 5 -> {
        shape = "ring";
        ring(links);
      }
      default -> {
        shape = "links";
        some(links);
      }
    }
    return new Fault.Cut(shape, List.copyOf(links), millis(300, 9_000));
  }

  private void others(int one, Set<Link> links, boolean to, boolean from) {
    for (int other = 0; other < nodes; other++) {
      if (other != one) {
        if (to) {
          links.add(new Link(other, one));
        }
        if (from) {
          links.add(new Link(one, other));
        }
      }
    }
  }

  /** Two sides that do not reach each other, perhaps but for one node that reaches both. */
  private void halves(Set<Link> links, boolean bridged, int bridge) {
    long sides = random.nextLong();
    boolean oneWay = random.nextInt(4) == 0;
    for (int a = 0; a < nodes; a++) {
      for (int b = 0; b < nodes; b++) {
        boolean apart = ((sides >> a) & 1) != ((sides >> b) & 1);
        boolean wanted = !oneWay || ((sides >> a) & 1) == 0;
        if (a != b && apart && wanted && !(bridged && (a == bridge || b == bridge))) {
          links.add(new Link(a, b));
        }
      }
    }
  }

  /** Each reaches its two neighbours only. */
  private void ring(Set<Link> links) {
    for (int a = 0; a < nodes; a++) {
      for (int b = 0; b < nodes; b++) {
        int apart = Math.floorMod(a - b, nodes);
        if (apart > 1 && apart < nodes - 1) {
          links.add(new Link(a, b));
        }
      }
    }
  }

  private void some(Set<Link> links) {
    int count = 1 + random.nextInt(nodes * 2);
    for (int i = 0; i < count; i++) {
      int from = node();
      int to = node();
      if (from != to) {
        links.add(new Link(from, to));
      }
    }
  }

  private Fault wallJump() {
    long most = random.nextBoolean() ? 3_600_000L : 2_000L;
    return new Fault.WallJump(node(), random.nextLong(-most, most));
  }

  private int node() {
    return random.nextInt(nodes);
  }

  private int millis(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }
}
