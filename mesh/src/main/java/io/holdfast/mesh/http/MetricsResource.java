package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.metrics.MetricsSource;
import io.holdfast.mesh.metrics.Scrape;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code /metrics}: what this node measures, in the format of Prometheus that is asked for. */
final class MetricsResource {

  private final MetricsSource source;
  private final HttpLimits limits;

  MetricsResource(MetricsSource source, HttpLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  void handle(Exchange exchange) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.of());
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    String accept = String.join(",", exchange.request().headers().getAll(HttpHeaders.ACCEPT));
    exchange.await(source.scrape(accept), scrape -> answer(exchange, scrape));
  }

  private static void answer(Exchange exchange, Optional<Scrape> scrape) {
    if (scrape.isPresent()) {
      exchange.answer(
          200, scrape.get().contentType(), Buffer.buffer(scrape.get().body().toByteArray()));
    } else {
      exchange.refuse(
          Problem.of(OutcomeCode.OVERLOADED, "too many ask for metrics at the same time")
              .withRetryAfter(Optional.of(Duration.ofSeconds(1))));
    }
  }
}
