package io.holdfast.mesh.http;

import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One who looks on. Is sent every second picture, and the next only once the one before it has left
 * for the socket: who is slow misses some, and who stays slow is cut off. On the event loop of its
 * connection, but for what it is told.
 */
final class PictureStream implements Exchange.Stream {

  /** Pictures from one that is sent to the next. */
  private static final long EVERY = 2;

  /** Pictures from one history to the next. */
  private static final long HISTORY_EVERY = 10;

  private final Exchange exchange;
  private final Pictures pictures;
  private final PictureJson json;
  private final HttpLimits limits;
  private final StreamTimer timer;
  private Runnable onEnd = () -> {};
  private Pictures.@Nullable Following following;
  private boolean writing;
  private @Nullable Picture waiting;
  private long lastSent = -1;
  private long historySent = -HISTORY_EVERY;
  private long seen;

  PictureStream(Exchange exchange, Pictures pictures, PictureJson json, HttpLimits limits) {
    this.json = json;
    this.exchange = exchange;
    this.pictures = pictures;
    this.limits = limits;
    this.timer = new StreamTimer(exchange);
  }

  /**
   * Sends the newest picture and goes on from there.
   *
   * @param ended run once this has ended, in whatever way
   */
  void begin(Runnable ended) {
    onEnd = ended;
    exchange.stream(this);
    exchange
        .response()
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    following = pictures.follow(picture -> exchange.run(() -> on(picture)));
    send(pictures.latest());
  }

  private void on(Picture picture) {
    if (!exchange.ended() && picture.number() - lastSent >= EVERY) {
      if (writing) {
        waiting = picture;
      } else {
        send(picture);
      }
    }
  }

  private void send(Picture picture) {
    boolean withHistory = picture.number() - historySent >= HISTORY_EVERY;
    Buffer event =
        Buffer.buffer("event: picture\ndata: ")
            .appendBuffer(json.news(picture, seen, withHistory))
            .appendString("\n\n");
    lastSent = picture.number();
    if (withHistory) {
      historySent = picture.number();
    }
    for (Happening happening : picture.happenings()) {
      seen = Math.max(seen, happening.number());
    }
    writing = true;
    timer.start(limits.watchDrainTimeout(), exchange::cut);
    exchange
        .response()
        .write(event)
        .onComplete(
            written -> {
              writing = false;
              if (exchange.ended()) {
                return;
              }
              timer.stop();
              Picture next = waiting;
              waiting = null;
              if (written.failed()) {
                exchange.cut();
              } else if (next != null) {
                on(next);
              }
            });
  }

  @Override
  public void drain() {
    exchange.finish(Buffer.buffer("event: end\ndata: {\"detail\":\"this node is stopping\"}\n\n"));
  }

  @Override
  public void ended() {
    timer.stop();
    Pictures.Following seeing = following;
    if (seeing != null) {
      seeing.close();
    }
    onEnd.run();
  }
}
