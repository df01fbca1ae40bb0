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
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A node of which a test takes the pictures. */
final class FakeNode implements Pictures {

  static final NodeId N1 = new NodeId("n1");
  static final NodeId N2 = new NodeId("n2");
  static final NodeId N3 = new NodeId("n3");
  static final NodeId N4 = new NodeId("n4");
  static final NodeId N5 = new NodeId("n5");

  /** When it looked; its pictures are later. */
  static final long LOOKED_AT = 1_767_225_600_000L;

  /** Bytes of room that it has. */
  static final long ROOM = 1000;

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

  /** What whoever asks for a snapshot, or writes, is answered. */
  final CompletableFuture<SnapshotAnswer> snapshot = new CompletableFuture<>();

  final CompletableFuture<WriteAnswer> written = new CompletableFuture<>();
  final AtomicReference<WriteRequest> request = new AtomicReference<>();

  /** A mesh that has pictures, and answers as the test says. */
  Mesh mesh() {
    return (Mesh)
        Proxy.newProxyInstance(
            FakeNode.class.getClassLoader(),
            new Class<?>[] {Mesh.class},
            (proxy, method, args) -> {
              switch (method.getName()) {
                case "pictures":
                  return this;
                case "snapshot":
                  return snapshot;
                case "write":
                  request.set((WriteRequest) args[0]);
                  return written;
                default:
                  throw new AssertionError(method);
              }
            });
  }

  /** One of these groups, with what happened. */
  static Picture picture(long number, List<String> groups, Happening... happenings) {
    return picture(
        number,
        List.of(happenings),
        status(groups.stream().map(name -> group(name, "leading")).toArray(GroupStatus[]::new)));
  }

  private static Picture picture(long number, List<Happening> happenings, NodeStatus status) {
    return new Picture(
        number,
        LOOKED_AT + 100 * number,
        status,
        Health.UNKNOWN,
        Map.of(
            "main",
            new Picture.Control(
                7,
                "ab".repeat(32),
                false,
                2,
                List.of(new Picture.Evidence(N2, false, List.of("none given"))))),
        List.of(other(N2, "following", 85), other(N4, "learner", 70), other(N5, "outside", 60)),
        happenings,
        Map.of(),
        Map.of("main", List.of(new PoolStatus("ports", "host", 100, 12, 2, 80))));
  }

  private static Picture.Other other(NodeId node, String role, long applied) {
    return new Picture.Other(
        new Glimpse(
            node,
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
                    role,
                    Optional.of(N1),
                    "-",
                    "-",
                    90,
                    applied,
                    0,
                    0,
                    7,
                    Health.Level.OK,
                    Map.of()))),
        250);
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

  private static NodeStatus status(GroupStatus... groups) {
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
        List.of(groups),
        Map.of(),
        new DiskStatus(ROOM, 2 * ROOM),
        ClockStatus.at(LOOKED_AT),
        Map.of("journalAckMillis", 1.5, "journalSynchronousWrites", 9.0));
  }

  /** As {@link #picture}, with its groups in another role; a silent one says nothing else. */
  static Picture picture(long number, String group, String role) {
    return picture(number, List.of(), status(of(group, role)));
  }

  private static GroupStatus of(String name, String role) {
    if (!role.equals("silent")) {
      return group(name, role);
    }
    return new GroupStatus(
        name,
        3,
        2,
        2,
        List.of(N1, N2, N3),
        List.of(),
        role,
        Optional.empty(),
        "-",
        "-",
        0,
        0,
        0,
        0,
        0,
        0,
        Optional.empty(),
        0,
        0,
        0,
        0,
        AcceptorStatus.SILENT,
        new CacheStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        "0".repeat(64),
        new DivergenceStatus("none", 0, List.of(), 0),
        0,
        0,
        Map.of(),
        List.of(),
        List.of("The group's parts on this node do not answer."));
  }

  private static GroupStatus group(String name, String role) {
    return new GroupStatus(
        name,
        3,
        2,
        2,
        List.of(N1, N2, N3),
        List.of(N1, N2),
        role,
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
