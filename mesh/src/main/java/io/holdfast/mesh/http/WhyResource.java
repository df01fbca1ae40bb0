package io.holdfast.mesh.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.PolicyManifest;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.DirectoryStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.core.health.Diagnosis;
import io.holdfast.mesh.core.health.Facts;
import io.holdfast.mesh.core.health.Testimony;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Why a group can go on or cannot, as this node sees it. */
final class WhyResource {

  /** A group that says nothing in this time is explained without its words. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Mesh mesh;
  private final HttpLimits limits;

  WhyResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  /**
   * The answer.
   *
   * @param node who says this
   * @param atMillis when, in milliseconds since 1970 by its clock
   * @param diagnosis what follows from what it knows
   * @param facts what it knows, for whoever asks several nodes
   */
  record Form(NodeId node, long atMillis, @JsonUnwrapped Diagnosis diagnosis, Facts facts) {}

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.of());
    Optional<GroupId> named = parameters.group(match.name(), mesh.groups());
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    GroupId group = named.orElseThrow();
    Picture picture = mesh.pictures().latest();
    GroupStatus status =
        picture.status().group(group).filter(known -> !known.members().isEmpty()).orElse(null);
    if (status == null) {
      exchange.refuse(
          Problem.of(
                  OutcomeCode.NOT_READY,
                  "this node cannot tell yet who takes part in group '" + group + "'")
              .withRetryAfter(Optional.of(PATIENCE)));
      return;
    }
    CompletionStage<Facts> facts =
        patiently(mesh.members().members(group))
            .thenCombine(
                patiently(mesh.control(group)),
                (members, control) ->
                    Testimony.of(picture, status, members, isRequired(control), isDeleted(group)));
    exchange.await(
        facts,
        known ->
            exchange.answer(
                200,
                Exchange.JSON,
                Json.mapped(
                    new Form(
                        picture.status().node(), picture.atMillis(), Diagnosis.of(known), known))));
  }

  private static <T> CompletionStage<Optional<T>> patiently(CompletionStage<Optional<T>> answer) {
    return answer
        .thenApply(value -> value)
        .toCompletableFuture()
        .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static boolean isRequired(Optional<ControlStatus> control) {
    return control
        .flatMap(known -> known.set().policy())
        .map(PolicyManifest::requireReady)
        .orElse(false);
  }

  private boolean isDeleted(GroupId group) {
    return mesh.directory().status().groups().stream()
        .filter(known -> known.group().equals(group))
        .map(DirectoryStatus.Group::state)
        .anyMatch("deleting"::equals);
  }
}
