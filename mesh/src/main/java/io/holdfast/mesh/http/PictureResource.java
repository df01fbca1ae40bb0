package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What a node sees of its mesh: once, or again and again as server-sent events. */
final class PictureResource {

  /** Each is a page that somebody looks at. */
  static final int MAX_VIEWERS = 100;

  private final Mesh mesh;
  private final HttpLimits limits;
  private final PictureJson json = new PictureJson();
  private final AtomicInteger viewers = new AtomicInteger();

  PictureResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.of());
    Optional<Problem> problem = parameters.problem();
    if (problem.isPresent()) {
      exchange.refuse(problem.get());
    } else if (match.route() == Route.PICTURE) {
      exchange.answer(200, Exchange.JSON, json.whole(mesh.pictures().latest()));
    } else if (viewers.incrementAndGet() > MAX_VIEWERS) {
      viewers.decrementAndGet();
      exchange.refuse(
          Problem.of(
                  OutcomeCode.OVERLOADED,
                  "this node shows itself to at most " + MAX_VIEWERS + " viewers")
              .withRetryAfter(Optional.of(Duration.ofSeconds(5))));
    } else {
      new PictureStream(exchange, mesh.pictures(), json, limits).begin(viewers::decrementAndGet);
    }
  }
}
