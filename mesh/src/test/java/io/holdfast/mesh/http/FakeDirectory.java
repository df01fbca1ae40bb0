package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Directory;
import io.holdfast.mesh.DirectoryAnswer;
import io.holdfast.mesh.DirectoryStatus;
import io.holdfast.mesh.DirectoryStatus.Group;
import io.holdfast.mesh.DirectoryStatus.Node;
import io.holdfast.mesh.GroupForm;
import io.holdfast.mesh.NodeForm;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A directory that answers as it is told to; keeps what was asked for. */
final class FakeDirectory implements Directory {

  final Queue<Object> asked = new ConcurrentLinkedQueue<>();
  volatile CompletionStage<DirectoryAnswer> answer =
      CompletableFuture.completedFuture(DirectoryAnswer.done("so it is", 8));

  @Override
  public DirectoryStatus status() {
    NodeId node = new NodeId("n1");
    return new DirectoryStatus(
        7,
        List.of(new Node(node, "00000000000000ab", "127.0.0.1:4101")),
        List.of(new Group(new GroupId("jobs"), List.of(node), 2, 3, "serving", false)));
  }

  @Override
  public CompletionStage<DirectoryAnswer> admit(NodeForm node) {
    asked.add(node);
    return answer;
  }

  @Override
  public CompletionStage<DirectoryAnswer> create(GroupForm group) {
    asked.add(group);
    return answer;
  }

  @Override
  public CompletionStage<DirectoryAnswer> delete(GroupId group) {
    asked.add(group);
    return answer;
  }
}
