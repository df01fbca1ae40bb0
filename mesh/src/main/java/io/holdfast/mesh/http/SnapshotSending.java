package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.SnapshotStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One who is sent a snapshot. It pulls: the next piece is read only when the one before has left
 * for the socket, so a client that is slow holds one piece in memory; one that takes nothing for a
 * while is cut off, since the store keeps what the snapshot shows. On the event loop of its
 * connection only.
 *
 * <p>A snapshot that cannot be ended is cut off, too: what lacks its end mark is no snapshot.
 */
final class SnapshotSending implements Exchange.Stream {

  /** What is written at a time: each shows that the client still takes something. */
  private static final int WRITTEN_AT_A_TIME = 64 << 10;

  private static final CharSequence SLOT = HttpHeaders.createOptimized("holdfast-slot");
  private static final CharSequence ABOUT_BYTES =
      HttpHeaders.createOptimized("holdfast-about-bytes");

  private final Exchange exchange;
  private final HttpLimits limits;
  private final StreamTimer timer;
  private @Nullable SnapshotStream snapshot;
  private boolean headSent;

  SnapshotSending(Exchange exchange, HttpLimits limits) {
    this.exchange = exchange;
    this.limits = limits;
    this.timer = new StreamTimer(exchange);
  }

  /** Sends it once it is there. */
  void begin(CompletionStage<SnapshotAnswer> opening) {
    exchange.stream(this);
    timer.start(
        limits.requestTimeout(),
        () -> exchange.refuse(Unanswered.problem(limits.requestTimeout())));
    // The exchange drops what comes after its end; this must be closed even then.
    var unused =
        opening.whenComplete(
            (answer, failure) ->
                exchange.run(
                    () -> {
                      timer.stop();
                      opened(answer, failure);
                    }));
  }

  private void opened(@Nullable SnapshotAnswer answer, @Nullable Throwable failure) {
    if (answer instanceof SnapshotAnswer.Opened opened) {
      if (exchange.ended()) {
        opened.stream().close();
      } else {
        snapshot = opened.stream();
        sendNext(opened.stream());
      }
    } else if (exchange.ended()) {
      return;
    } else if (answer instanceof SnapshotAnswer.Refused refused) {
      exchange.refuse(
          Problem.of(refused.code(), refused.detail()).withRetryAfter(refused.retryAfter()));
    } else {
      exchange.fail(failure == null ? new IllegalStateException("no snapshot") : failure);
    }
  }

  private void sendNext(SnapshotStream from) {
    exchange.await(
        from.next(),
        piece -> {
          if (piece.isPresent()) {
            if (!headSent) {
              setHead(from);
            }
            send(from, piece.get(), 0);
          } else {
            exchange.finish(Buffer.buffer());
          }
        });
  }

  private void setHead(SnapshotStream opened) {
    headSent = true;
    exchange
        .response()
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(SLOT, Long.toString(opened.head().slot().number()))
        .putHeader(ABOUT_BYTES, Long.toString(opened.head().bytes()));
  }

  private void send(SnapshotStream from, ByteString piece, int offset) {
    int end = Math.min(piece.size(), offset + WRITTEN_AT_A_TIME);
    timer.start(limits.watchDrainTimeout(), exchange::cut);
    exchange
        .response()
        .write(Buffer.buffer(piece.substring(offset, end).toByteArray()))
        .onComplete(
            written -> {
              if (exchange.ended()) {
                return;
              }
              timer.stop();
              if (written.failed()) {
                exchange.cut();
              } else if (end < piece.size()) {
                send(from, piece, end);
              } else {
                sendNext(from);
              }
            });
  }

  @Override
  public void drain() {
    if (headSent) {
      exchange.cut();
    } else {
      exchange.refuse(
          Problem.of(OutcomeCode.NOT_READY, "this node is stopping")
              .withRetryAfter(Optional.of(Duration.ofSeconds(1))));
    }
  }

  @Override
  public void ended() {
    timer.stop();
    if (snapshot != null) {
      snapshot.close();
    }
  }
}
