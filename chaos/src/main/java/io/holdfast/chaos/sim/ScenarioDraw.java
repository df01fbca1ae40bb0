package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.mesh.core.RouterLimits;
import io.holdfast.quorum.core.CoordinatorLimits;
import io.holdfast.quorum.core.CoordinatorTiming;
import io.holdfast.quorum.core.QuorumPolicy;
import io.holdfast.sync.core.HistoryLimits;
import io.holdfast.sync.core.ReplicaSettings;
import io.holdfast.sync.core.ServingSettings;
import io.holdfast.sync.core.SnapshotSettings;
import io.holdfast.sync.core.StateTerms;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Draws a {@link Scenario} from a seed. Limits are small, so that they are met. */
final class ScenarioDraw {

  /** How long the faults of a run go on, at least. */
  static final int STORMY_MILLIS = 60_000;

  /** Of all kinds of trouble together, activations are part in one run of so many. */
  private static final int ONE_IS_OPERATED = 3;

  /** Evidence is given anew after a minute: one run of so many is that long. */
  private static final int ONE_IS_LONG = 6;

  private static final int LONG_MILLIS = 180_000;

  private final SplittableRandom random;

  private ScenarioDraw(SplittableRandom random) {
    this.random = random;
  }

  /**
   * @param nodes how many found the group; drawn from 3, 5 and 7 if empty
   * @param w accept quorum; drawn if empty, most often a majority
   */
  static Scenario of(long seed, Profile profile, OptionalInt nodes, OptionalInt w) {
    SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + 1);
    Scenario scenario = new ScenarioDraw(random).draw(seed, profile, nodes, w);
    // Drawn apart, so that everything else stays what it is.
    SplittableRandom apart = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + 2);
    boolean operated =
        profile == Profile.CONTROL
            || profile == Profile.RESERVATIONS
            || (profile.includes(Profile.CONTROL) && apart.nextInt(ONE_IS_OPERATED) == 0);
    if (!operated) {
      return scenario;
    }
    Scenario under = scenario.with(scenario.workload().operatedBy(1 + apart.nextInt(2)));
    boolean reserved =
        profile == Profile.RESERVATIONS
            || (profile.includes(Profile.RESERVATIONS) && apart.nextInt(ONE_IS_OPERATED) == 0);
    if (reserved) {
      under = under.with(under.workload().reservedBy(1 + apart.nextInt(3)));
    }
    boolean mayLast = profile == Profile.CONTROL || profile == Profile.RESERVATIONS;
    boolean lasts = mayLast && apart.nextInt(ONE_IS_LONG) == 0;
    return lasts ? under.lasting(LONG_MILLIS) : under;
  }

  private Scenario draw(long seed, Profile profile, OptionalInt givenNodes, OptionalInt givenW) {
    int drawnNodes = new int[] {3, 3, 5, 5, 5, 7}[random.nextInt(6)];
    int n = givenNodes.orElse(drawnNodes);
    int drawnW = random.nextInt(3) == 0 ? 1 + random.nextInt(n) : QuorumPolicy.majority(n);
    int w = givenW.orElse(drawnW);
    int least = n - w + 1;
    int prepareQuorum = random.nextInt(4) == 0 ? least + random.nextInt(n - least + 1) : least;
    int spares = profile == Profile.MEMBERSHIP ? between(1, Math.min(3, 8 - n)) : 0;
    int window = between(1, 8);
    int alpha = between(1, 20);
    Duration ackTimeout = Duration.ofMillis(between(500, 2_000));
    boolean lossy = profile.includes(Profile.LOSSY) && random.nextBoolean();
    Weather weather =
        lossy
            ? new Weather(random.nextInt(6) * 0.02, 0.02, 0.02, between(50, 1_500))
            : Weather.FAIR;
    CoordinatorTiming timing = timing(profile, ackTimeout);
    CoordinatorLimits limits = limits(window);
    AcceptorLimits acceptor = acceptor(profile);
    return new Scenario(
        seed,
        profile,
        n + spares,
        n,
        w,
        prepareQuorum,
        alpha,
        timing,
        limits,
        acceptor,
        replica(profile, acceptor.maxLogBytes()),
        new RouterLimits(
            ackTimeout.plusMillis(between(100, 1_000)),
            between(4, 40),
            between(8, 60),
            Duration.ofSeconds(30)),
        terms(profile),
        weather,
        between(200, 6_000),
        profile == Profile.CACHE
            ? between(500, 4_000)
            : between(2, profile.trimsSoon() ? 300 : 1_500),
        between(20, 50),
        between(4, 8),
        Workload.draw(random.split()),
        between(1, 6),
        profile == Profile.TRIM ? between(200, 700) : between(800, 2_400),
        STORMY_MILLIS,
        new FaultDraw(random.split(), profile, n + spares).draw(STORMY_MILLIS));
  }

  private CoordinatorTiming timing(Profile profile, Duration ackTimeout) {
    return new CoordinatorTiming(
        Duration.ofMillis(100),
        Duration.ofMillis(between(200, 400)),
        Duration.ofMillis(between(450, 900)),
        Duration.ofMillis(between(60, 200)),
        ackTimeout,
        Duration.ofMillis(between(60, 250)),
        Duration.ofMillis(between(300, 2_000)),
        profile.trimsSoon()
            ? Duration.ofMillis(between(500, 5_000))
            : CoordinatorTiming.DEFAULT_MAX_SILENCE);
  }

  private CoordinatorLimits limits(int window) {
    int batchCommands = between(1, 6);
    return new CoordinatorLimits(
        window,
        between(60, 1_000),
        batchCommands,
        between(1, batchCommands),
        between(Math.max(3, batchCommands), 40),
        between(1_000, 4_000),
        between(2, 40));
  }

  private AcceptorLimits acceptor(Profile profile) {
    // A run of 128 slots, which go together, takes some 20,000 bytes.
    long maxLogBytes =
        profile.trimsSoon()
            ? 10_000 + 2L * between(500, 20_000)
            : AcceptorLimits.DEFAULT_MAX_LOG_BYTES;
    return new AcceptorLimits(
        between(2, 60),
        random.nextInt(4_000),
        between(6_000, 40_000),
        between(1, 2_000),
        maxLogBytes);
  }

  private ReplicaSettings replica(Profile profile, long logBytes) {
    int flushBytes = between(1, profile == Profile.CACHE ? 100 : 2_000);
    return new ReplicaSettings(
        Duration.ofMillis(between(50, 300)),
        Duration.ofMillis(between(300, 3_000)),
        Duration.ofMillis(between(20, 100)),
        Duration.ofMillis(between(200, 1_500)),
        between(1, 2_000),
        between(500, 20_000),
        random.nextInt(4_000),
        between(1, 4),
        flushBytes,
        Duration.ofMillis(between(10, 1_000)),
        flushBytes + between(0, 20_000),
        between(2, 40),
        Duration.ofMillis(between(500, 5_000)),
        new ServingSettings(
            between(2, 40),
            between(2, 10),
            Duration.ofMillis(between(500, 3_000)),
            Duration.ofSeconds(between(120, 600)),
            Duration.ofSeconds(between(1, 5)),
            between(600, 4_000),
            Duration.ofMillis(between(50, 1_000)),
            // Nothing more is drawn, so that seeds stay what they are.
            profile.trimsSoon()
                ? new HistoryLimits(Duration.ofSeconds(20), 4_000 + 4L * flushBytes, 300)
                : HistoryLimits.NONE),
        profile.trimsSoon() || profile == Profile.DIVERGENCE
            ? snapshots(logBytes)
            : SnapshotSettings.DEFAULTS);
  }

  private SnapshotSettings snapshots(long logBytes) {
    return new SnapshotSettings(
        between(30_000, 300_000),
        between(1, 2),
        Duration.ofMillis(between(2_000, 6_000)),
        Duration.ofMillis(between(300, 2_000)),
        between(1, 3),
        logBytes);
  }

  private StateTerms terms(Profile profile) {
    if (profile == Profile.CACHE) {
      return new StateTerms(100_000, between(1, 6), 1 << 20);
    }
    return new StateTerms(
        random.nextInt(3) == 0 ? between(30, 120) : 100_000,
        between(2, 20),
        random.nextInt(3) == 0 ? between(200, 4_000) : 1 << 20);
  }

  private int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }
}
