package io.holdfast.mesh.http;

import java.time.Duration;

/**
 * The one wait of an answer that is given piece by piece; it is over with the exchange. On the
 * event loop of its connection only.
 */
final class StreamTimer {

  private static final long NONE = -1;

  private final Exchange exchange;
  private long timer = NONE;

  StreamTimer(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Runs {@code then} after {@code time}, unless another is started, or stopped, before. */
  void start(Duration time, Runnable then) {
    stop();
    timer =
        exchange
            .vertx()
            .setTimer(
                Math.max(1, time.toMillis()),
                fired -> {
                  timer = NONE;
                  if (!exchange.ended()) {
                    then.run();
                  }
                });
  }

  void stop() {
    if (timer != NONE) {
      exchange.vertx().cancelTimer(timer);
      timer = NONE;
    }
  }
}
