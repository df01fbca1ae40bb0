package io.holdfast.mesh.core;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.Health;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node tells of itself. */
public final class GlimpseSample {

  private GlimpseSample() {}

  /** That of a node which hears one peer of two. */
  public static Glimpse of(NodeId node) {
    return with(node, "running", List.of("n7 is silent for 3.2 s"));
  }

  /** That of a node in some state. */
  public static Glimpse with(NodeId node, String state, List<String> reasons) {
    return new Glimpse(
        node,
        1_767_225_600_000L,
        "0.1.0",
        state,
        Health.Level.DEGRADED,
        "127.0.0.1:8101",
        90_000,
        reasons,
        List.of(
            new Glimpse.Link(new NodeId("n7"), false, 3_200, -15),
            new Glimpse.Link(new NodeId("n8"), true, 40, 0),
            new Glimpse.Link(new NodeId("n9"), false, -1, 0)),
        List.of(
            new Glimpse.OfGroup(
                new GroupId("main"),
                "following",
                Optional.of(new NodeId("n8")),
                "4/n8",
                "5/n7",
                900,
                899,
                2,
                1,
                3,
                Health.Level.OK,
                Map.of("committed", 12L, "no_leader", 1L)),
            new Glimpse.OfGroup(
                new GroupId("orders"),
                "silent",
                Optional.empty(),
                "-",
                "-",
                0,
                0,
                0,
                0,
                -1,
                Health.Level.FAILING,
                Map.of())));
  }
}
