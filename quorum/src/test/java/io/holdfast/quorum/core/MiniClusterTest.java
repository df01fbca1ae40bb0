package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whole groups of real cores under faults. A violation names the seed that shows it; set {@code
 * holdfast.seed} to run that one alone.
 */
class MiniClusterTest {

  private static final int SEEDS = Integer.getInteger("holdfast.seeds", 300);

  private long committed;
  private long reads;

  @Test
  void keepsEveryRuleUnderFaultsAndConvergesAfterwards() {
    runAll(1, false);
    assertThat(committed).isGreaterThan(20L * SEEDS);
    assertThat(reads).isGreaterThan(5L * SEEDS);
  }

  @Test
  void keepsEveryRuleWhileMembersAndQuorumsChange() {
    runAll(1_000_000, true);
    assertThat(committed).isGreaterThan(20L * SEEDS);
  }

  private void runAll(long first, boolean changes) {
    Long only = Long.getLong("holdfast.seed");
    List<String> violations = new ArrayList<>();
    long from = only == null ? first : only;
    long to = only == null ? first + SEEDS : only + 1;
    for (long seed = from; seed < to; seed++) {
      Random random = new Random(seed * 31);
      int members = 1 + random.nextInt(5);
      int nodes = changes ? 5 : members;
      int w = 1 + random.nextInt(members);
      var plan = new MiniCluster.Plan(nodes, members, w, changes, true);
      MiniCluster cluster = new MiniCluster(seed, plan);
      try {
        cluster.run(Duration.ofSeconds(8));
      } catch (RuntimeException e) {
        violations.add("seed " + seed + " " + plan + ": " + e);
        if (only != null) {
          throw e;
        }
      }
      committed += cluster.oracle.committed();
      reads += cluster.oracle.reads();
    }
    assertThat(violations).isEmpty();
  }
}
