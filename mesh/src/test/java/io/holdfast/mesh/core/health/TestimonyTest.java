package io.holdfast.mesh.core.health;

import static io.holdfast.mesh.core.health.StatusSample.N1;
import static io.holdfast.mesh.core.health.StatusSample.N2;
import static io.holdfast.mesh.core.health.StatusSample.N3;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.MembersStatus;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestimonyTest {

  private static final GroupId MAIN = new GroupId("main");
  private static final NodeId N4 = new NodeId("n4");

  private static Picture picture(NodeStatus status, Glimpse... others) {
    return new Picture(
        1,
        1_000_000,
        status,
        new Health(List.of()),
        Map.of(),
        Stream.of(others).map(one -> new Picture.Other(one, 300)).toList(),
        List.of(),
        Map.of(),
        Map.of());
  }

  private static Glimpse words(NodeId node, String state) {
    return new Glimpse(
        node,
        1_000_000,
        "0.1.0",
        state,
        Health.Level.OK,
        "127.0.0.1:2",
        5000,
        List.of(),
        Stream.of(N1, N2, N3, N4).map(peer -> new Glimpse.Link(peer, true, 40, 0)).toList(),
        List.of(
            new Glimpse.OfGroup(
                MAIN,
                "following",
                Optional.of(N2),
                "1.n2",
                "1.n2",
                9,
                9,
                0,
                0,
                0,
                Health.Level.OK,
                Map.of())));
  }

  private static List<MembersStatus.Member> voters(NodeId... nodes) {
    return Stream.of(nodes)
        .map(node -> new MembersStatus.Member(node, "0", "voter", node.equals(N2), true, 9, 0))
        .toList();
  }

  private static Facts facts(Picture picture, Optional<MembersStatus> members) {
    GroupStatus status = picture.status().group(MAIN).orElseThrow();
    return Testimony.of(picture, status, members, false, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {Glimpse.FAILED, Glimpse.ENDED})
  void whoseLastWordsWereHeardDoesNotAnswer(String state) {
    Facts facts = facts(picture(new StatusSample().build(), words(N3, state)), Optional.empty());

    assertThat(facts.witness(N3).answers()).isFalse();
  }

  @Test
  void groupsThatTheNodeLacksAreNoTroubleOfThoseThatItRuns() {
    NodeStatus status = new StatusSample().lacks("orders", "its store is gone").build();
    Gate warning =
        new Gate(
            GateKind.TAKES_PART,
            Optional.empty(),
            Gate.State.WARNING,
            List.of("it takes no part in group orders: its store is gone"),
            0);
    Gate closed =
        new Gate(
            GateKind.TAKES_PART,
            Optional.empty(),
            Gate.State.CLOSED,
            List.of("this node is stopping"),
            0);

    assertThat(facts(unwell(status, warning), Optional.empty()).witness(N1).reasons()).isEmpty();
    assertThat(facts(unwell(status, closed), Optional.empty()).witness(N1).reasons())
        .containsExactly("this node is stopping");
  }

  private static Picture unwell(NodeStatus status, Gate gate) {
    return new Picture(
        1,
        1_000_000,
        status,
        new Health(List.of(gate)),
        Map.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of());
  }

  /** The group counts whom it hears by the configuration that governs. */
  @Test
  void voterToComeIsHeardAsANode() {
    NodeStatus status = new StatusSample().hears(N4, 0).build();
    MembersStatus members =
        new MembersStatus(
            MAIN,
            N1,
            "following",
            0,
            0,
            2,
            2,
            Optional.of(N2),
            9,
            voters(N1, N2, N3),
            Optional.of(new MembersStatus.Next(1, 20, 3, 2, voters(N1, N2, N3, N4))),
            false,
            "");

    Facts facts = facts(picture(status, words(N4, "running")), Optional.of(members));

    assertThat(facts.witness(N1).hears().orElseThrow()).contains(N4);
    assertThat(Diagnosis.of(facts).heal()).isEmpty();
  }
}
