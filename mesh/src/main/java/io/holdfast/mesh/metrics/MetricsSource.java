package io.holdfast.mesh.metrics;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where the front door has metrics from. For any thread; returns at once. */
public interface MetricsSource {

  /** Of what has none. */
  MetricsSource NONE = accept -> CompletableFuture.completedFuture(Optional.empty());

  /**
   * All metrics as they are now.
   *
   * @param accept the {@code Accept} header of whoever asks; empty for none
   * @return the same in the format that fits best; absent where too many ask at once
   */
  CompletionStage<Optional<Scrape>> scrape(String accept);
}
