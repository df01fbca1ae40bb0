package io.holdfast.chaos.live;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long no write is committed after the leader is killed, and after it is cut off from all
 * others, with the default settings. A measurement to be run by hand on a quiet machine, no test:
 * {@code main(rounds)}.
 */
final class FailOverMeasurement {

  private FailOverMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    Path dir = Files.createTempDirectory("holdfast-fail-over");
    try (LiveMesh mesh = LiveMesh.start(new LiveMesh.Plan(dir, 3, 2, false, 1, Map.of()))) {
      List<Double> killed = new ArrayList<>();
      List<Double> cut = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        LiveNode leader = mesh.restore();
        leader.kill();
        killed.add(millisUntilCommitted(mesh.othersThan(leader).get(0), "killed/" + round));

        LiveNode next = mesh.restore();
        List<LiveNode> others = mesh.othersThan(next);
        others.forEach(other -> next.block(other, LiveNode.Direction.BOTH));
        cut.add(millisUntilCommitted(others.get(0), "cut/" + round));
        next.heal();
      }
      print("leader killed", killed);
      print("leader cut off", cut);
    }
  }

  private static double millisUntilCommitted(LiveNode survivor, String key) {
    long since = System.nanoTime();
    while (survivor.put(key, "v").status() != 200) {
      Thread.onSpinWait();
    }
    return (System.nanoTime() - since) / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }

  private static void print(String what, List<Double> millis) {
    Collections.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%s: %d rounds, %.0f ms median, %.0f to %.0f ms%n",
        what,
        millis.size(),
        millis.get(millis.size() / 2),
        millis.get(0),
        millis.get(millis.size() - 1));
  }
}
