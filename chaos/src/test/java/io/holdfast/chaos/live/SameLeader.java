package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.fail;

import io.holdfast.mesh.client.GroupView;
import java.util.function.Consumer;

/**
 * For what must not depose a leader. Where a machine stands still for longer than an election
 * timeout a leader is deposed whatever a test does; so what was seen meanwhile does not count, and
 * the test is done once more. What deposes the leader each time is found.
 */
final class SameLeader {

  private static final int ATTEMPTS = 5;

  private SameLeader() {}

  /**
   * Heals the mesh and does what is to be done, until the same leader leads before and after it.
   *
   * @param scenario is given the leader
   */
  static void stays(LiveMesh mesh, Consumer<LiveNode> scenario) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      LiveNode leader = mesh.restore();
      String before = leadership(leader);
      try {
        scenario.accept(leader);
      } catch (AssertionError | RuntimeException failure) {
        if (leadership(leader).equals(before)) {
          throw failure;
        }
        continue;
      }
      if (leadership(leader).equals(before)) {
        return;
      }
    }
    fail("the leader was deposed in each of %d attempts", ATTEMPTS);
  }

  private static String leadership(LiveNode node) {
    return node.group().map(SameLeader::leadership).orElse("");
  }

  private static String leadership(GroupView group) {
    return group.role() + " " + group.ballot();
  }
}
