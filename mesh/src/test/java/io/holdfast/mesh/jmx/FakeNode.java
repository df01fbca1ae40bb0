package io.holdfast.mesh.jmx;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.AcceptorStatus;
import io.holdfast.mesh.CacheStatus;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.DivergenceStatus;
import io.holdfast.mesh.FailureStatus;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import io.holdfast.mesh.PoolStatus;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A node of which a test takes the pictures. */
final class FakeNode implements Pictures {

  static final NodeId N1 = new NodeId("n1");
  static final NodeId N2 = new NodeId("n2");
  static final NodeId N3 = new NodeId("n3");

  private final List<Consumer<Picture>> followers = new CopyOnWriteArrayList<>();
  private volatile Picture latest = Picture.begun(status());

  void take(Picture picture) {
    latest = picture;
    followers.forEach(follower -> follower.accept(picture));
  }

  @Override
  public Picture latest() {
    return latest;
  }

  @Override
  public Following follow(Consumer<Picture> listener) {
    followers.add(listener);
    return () -> followers.remove(listener);
  }

  int followers() {
    return followers.size();
  }

  /** A mesh that has pictures, and nothing else. */
  Mesh mesh() {
    return (Mesh)
        Proxy.newProxyInstance(
            FakeNode.class.getClassLoader(),
            new Class<?>[] {Mesh.class},
            (proxy, method, args) -> {
              if (method.getName().equals("pictures")) {
                return this;
              }
              throw new AssertionError(method);
            });
  }

  /** One of these groups, with what happened. */
  static Picture picture(long number, List<String> groups, Happening... happenings) {
    return new Picture(
        number,
        1_767_225_600_000L + number,
        status(groups.toArray(String[]::new)),
        Health.UNKNOWN,
        Map.of(
            "main",
            new Picture.Control(
                7,
                "ab".repeat(32),
                false,
                2,
                List.of(new Picture.Evidence(N2, false, List.of("none given"))))),
        List.of(
            new Picture.Other(
                new Glimpse(
                    N2,
                    1,
                    "0.1.0",
                    "running",
                    Health.Level.OK,
                    "127.0.0.1:1",
                    5,
                    List.of(),
                    List.of(),
                    List.of(
                        new Glimpse.OfGroup(
                            new GroupId("main"),
                            "following",
                            Optional.of(N1),
                            "-",
                            "-",
                            90,
                            85,
                            0,
                            0,
                            7,
                            Health.Level.OK,
                            Map.of()))),
                250)),
        List.of(happenings),
        Map.of(),
        Map.of("main", List.of(new PoolStatus("ports", "host", 100, 12, 2, 80))));
  }

  static Happening happening(long number, Happening.Kind kind, String text) {
    boolean ofNode = kind == Happening.Kind.STORAGE_ERROR;
    return new Happening(
        number,
        1000 + number,
        kind,
        ofNode ? Optional.empty() : Optional.of(new GroupId("main")),
        text);
  }

  private static NodeStatus status(String... groups) {
    return new NodeStatus(
        N1,
        "mesh-id",
        "ff",
        3,
        "0.1.0",
        "running",
        Optional.empty(),
        "127.0.0.1:1",
        "127.0.0.1:2",
        Duration.ofMillis(1500),
        List.of(
            new NodeStatus.PeerStatus(N2, "127.0.0.1:3", "127.0.0.1:4", true, 20, 5, ""),
            new NodeStatus.PeerStatus(N3, "127.0.0.1:5", "", false, -1, 0, "never heard")),
        Stream.of(groups).map(FakeNode::group).toList(),
        new DiskStatus(10, 20),
        ClockStatus.at(1_767_225_600_000L),
        Map.of("journalAckMillis", 1.5, "journalSynchronousWrites", 9.0));
  }

  private static GroupStatus group(String name) {
    return new GroupStatus(
        name,
        3,
        2,
        2,
        List.of(N1, N2, N3),
        List.of(N1, N2),
        "leading",
        Optional.of(N1),
        "4.n1",
        "5.n2",
        100,
        99,
        98,
        64,
        1,
        30,
        Optional.empty(),
        17,
        5,
        2,
        1,
        new AcceptorStatus(101, 200, 300, 400),
        new CacheStatus(2, 7, 5, 3, 2, 1, 1, 1, 0, 0, 0),
        "0".repeat(64),
        new DivergenceStatus("none", 0, List.of(), 0),
        6,
        8,
        Map.of("committed", 3L),
        List.of(new FailureStatus(5, "id", "quorum_not_met", "unreachable", 1, 2, List.of(N2, N3))),
        List.of());
  }
}
