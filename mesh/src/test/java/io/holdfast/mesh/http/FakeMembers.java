package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.ChangeForm;
import io.holdfast.mesh.GroupMembers;
import io.holdfast.mesh.HostAnswer;
import io.holdfast.mesh.MembersStatus;
import io.holdfast.mesh.MembersStatus.Member;
import io.holdfast.mesh.MembersStatus.Next;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Members as they are told to be; keeps what was asked for. */
final class FakeMembers implements GroupMembers {

  final Queue<ChangeForm> changes = new ConcurrentLinkedQueue<>();
  final Queue<Optional<String>> hosted = new ConcurrentLinkedQueue<>();
  volatile ChangeAnswer changeAnswer = new ChangeAnswer.Changed(4, 1064);
  volatile HostAnswer hostAnswer = HostAnswer.hosted("it does");
  volatile boolean silent;

  /** Nobody says who takes part. */
  volatile boolean unknown;

  static MembersStatus status() {
    Member leader = member("n1", "voter", true, 1000, 0);
    Member learner = member("n4", "learner", false, 900, 100);
    return new MembersStatus(
        new GroupId("main"),
        new NodeId("n1"),
        "leading",
        3,
        77,
        1,
        1,
        Optional.of(new NodeId("n1")),
        1000,
        List.of(leader, learner),
        Optional.of(new Next(4, 1064, 2, 1, List.of(leader))),
        false,
        "holdfast-log/1");
  }

  private static Member member(String node, String role, boolean leads, long learned, long lag) {
    return new Member(new NodeId(node), "00000000000000ab", role, leads, true, learned, lag);
  }

  @Override
  public CompletionStage<Optional<MembersStatus>> members(GroupId group) {
    return CompletableFuture.completedFuture(
        unknown || group.value().equals("other") ? Optional.empty() : Optional.of(status()));
  }

  @Override
  public CompletionStage<ChangeAnswer> change(GroupId group, ChangeForm change) {
    changes.add(change);
    return CompletableFuture.completedFuture(changeAnswer);
  }

  @Override
  public CompletionStage<HostAnswer> host(GroupId group, Optional<String> settings) {
    hosted.add(settings);
    return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(hostAnswer);
  }
}
