package io.holdfast.chaos.sim;

import java.util.Arrays;
import java.util.Collection;
import java.util.SplittableRandom;

/** Carries messages between nodes, each on its own: late ones are overtaken. */
final class SimNetwork {

  private static final long LEAST = 100 * VirtualTime.MICRO;
  private static final long USUAL = 3 * VirtualTime.MILLI;

  private final VirtualTime time;
  private final SplittableRandom random;
  private final int[][] cuts;
  private Weather usual;
  private Weather weather;

  SimNetwork(VirtualTime time, SplittableRandom random, int nodes, Weather usual) {
    this.time = time;
    this.random = random;
    this.cuts = new int[nodes][nodes];
    this.usual = usual;
    this.weather = usual;
  }

  /**
   * Sends.
   *
   * @param delivery runs when it arrives, perhaps twice, perhaps never
   */
  void send(int from, int to, Runnable delivery) {
    if (cuts[from][to] > 0) {
      return;
    }
    int copies = weather.duplication() > 0 && random.nextDouble() < weather.duplication() ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (weather.loss() == 0 || random.nextDouble() >= weather.loss()) {
        time.after(delay(), delivery);
      }
    }
  }

  private long delay() {
    boolean straggles = weather.stragglers() > 0 && random.nextDouble() < weather.stragglers();
    return straggles
        ? LEAST + random.nextLong(1 + weather.maxDelayMillis() * VirtualTime.MILLI)
        : LEAST + random.nextLong(USUAL);
  }

  void cut(Collection<Link> links) {
    links.forEach(link -> cuts[link.from()][link.to()]++);
  }

  void mend(Collection<Link> links) {
    links.forEach(
        link -> cuts[link.from()][link.to()] = Math.max(0, cuts[link.from()][link.to()] - 1));
  }

  void storm(Weather worse) {
    weather = worse;
  }

  void calm() {
    weather = usual;
  }

  /** Everything arrives, from now on. */
  void heal() {
    usual = Weather.FAIR;
    weather = usual;
    for (int[] row : cuts) {
      Arrays.fill(row, 0);
    }
  }
}
