package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mesh.client.ChainView;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicaComparisonTest {

  private static final List<String> MEMBERS = List.of("n1", "n2", "n3");

  private static ChainView at7(String node, String hash) {
    return new ChainView(node, 9, 7, Optional.of(hash));
  }

  @Test
  void equalHashesOfAllMembersAreTheSame() {
    ReplicaComparison comparison =
        ReplicaComparison.at(7, MEMBERS, List.of(at7("n1", "a"), at7("n2", "a"), at7("n3", "a")));

    assertThat(comparison.same()).isTrue();
    assertThat(comparison.problems()).isEmpty();
  }

  @Test
  void namesTheOneThatDiffersFromMost() {
    ReplicaComparison comparison =
        ReplicaComparison.at(7, MEMBERS, List.of(at7("n1", "a"), at7("n2", "b"), at7("n3", "a")));

    assertThat(comparison.same()).isFalse();
    assertThat(comparison.differing()).containsExactly("n2: chain hash b at slot 7, most have a");
    assertThat(comparison.unknown()).isEmpty();
  }

  @Test
  void namesAllWhereNoHashIsThatOfMost() {
    ReplicaComparison comparison =
        ReplicaComparison.at(
            7,
            List.of("n1", "n2", "n3", "n4"),
            List.of(at7("n1", "a"), at7("n2", "b"), at7("n3", "a"), at7("n4", "b")));

    assertThat(comparison.differing())
        .containsExactly(
            "n1, n3: chain hash a at slot 7, and no hash is that of most",
            "n2, n4: chain hash b at slot 7, and no hash is that of most");
  }

  @Test
  void saysOfWhomItCannotBeSaid() {
    ReplicaComparison comparison =
        ReplicaComparison.at(
            7,
            List.of("n1", "n2", "n3", "n4"),
            List.of(
                at7("n1", "a"),
                new ChainView("n2", 5, 7, Optional.empty()),
                new ChainView("n3", 9000, 7, Optional.empty())));

    assertThat(comparison.same()).isFalse();
    assertThat(comparison.differing()).isEmpty();
    assertThat(comparison.unknown())
        .containsExactly(
            "n2 has executed slot 5, not 7 yet",
            "n3 has executed slot 9000 and no longer remembers 7: again",
            "n4 does not answer");
  }
}
