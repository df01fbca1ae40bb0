package io.holdfast.mesh.cli;

/** What a measurement tells while it runs; called on its event loop. */
interface BenchProgress {

  /** Keys written before the measurement. */
  void filled(long keys, long of);

  /** Successful requests of the last second, the warm-up's too. */
  void rate(long perSecond);
}
