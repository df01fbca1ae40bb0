package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Mesh;
import io.holdfast.sync.core.Caller;
import java.util.List;
import java.util.Optional;

/** {@code /v1/groups/{group}/snapshot}: a group's state as a file, for administrators. */
final class SnapshotResource {

  private final Mesh mesh;
  private final HttpLimits limits;

  SnapshotResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.<String>of());
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    Caller caller = parameters.reader();
    if (WriteDesk.accepted(exchange, parameters)) {
      // It holds what is active as well, with the hashes of all tokens.
      new ControlQuestion(mesh, exchange, group.orElseThrow(), caller)
          .onlyForAdministrators(
              () ->
                  new SnapshotSending(exchange, limits).begin(mesh.snapshot(group.orElseThrow())));
    }
  }
}
