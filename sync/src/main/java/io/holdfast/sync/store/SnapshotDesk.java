package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.SnapshotResult;
import io.holdfast.sync.core.SnapshotWork;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what a replica wants done about snapshots: keeps the states that are being sent, and
 * the store that is being received. For one thread at a time; it blocks while the medium works.
 */
public final class SnapshotDesk implements AutoCloseable {

  private final LongFunction<SnapshotReading> sending;
  private final Supplier<Optional<SnapshotWriting>> receiving;
  private final Map<Long, SnapshotReading> readings = new HashMap<>();
  private @Nullable SnapshotWriting writing;

  /**
   * @param sending pins a state of the store in use, without changes up to a place ({@link
   *     ReplicaStore#snapshot})
   * @param receiving opens the one that is received beside it, or finds what is there of it; empty
   *     where none can be received
   */
  public SnapshotDesk(
      LongFunction<SnapshotReading> sending, Supplier<Optional<SnapshotWriting>> receiving) {
    this.sending = sending;
    this.receiving = receiving;
  }

  /**
   * Does some work.
   *
   * @return the answer; empty where none is expected
   * @throws DamagedStore when the store in use is not what was written
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  public Optional<SnapshotResult> work(SnapshotWork work) {
    if (work instanceof SnapshotWork.Open open) {
      SnapshotReading reading = sending.apply(open.afterPlace());
      readings.put(open.session(), reading);
      return Optional.of(new SnapshotResult.Opened(open.session(), reading.head()));
    } else if (work instanceof SnapshotWork.ReadChunk read) {
      return Optional.ofNullable(readings.get(read.session()))
          .map(reading -> new SnapshotResult.ChunkRead(read.session(), reading.next()));
    } else if (work instanceof SnapshotWork.Close close) {
      Optional.ofNullable(readings.remove(close.session())).ifPresent(SnapshotReading::close);
      return Optional.empty();
    } else if (work instanceof SnapshotWork.Receive wanted) {
      return Optional.of(receive(wanted.afresh()));
    } else if (work instanceof SnapshotWork.Write write) {
      return Optional.of(write(write.chunk()));
    }
    return Optional.of(finish());
  }

  private SnapshotResult receive(boolean afresh) {
    closeWriting();
    writing = receiving.get().orElse(null);
    if (writing != null && afresh) {
      writing.discard();
    }
    return writing == null
        ? new SnapshotResult.Unusable("no snapshot can be received here")
        : new SnapshotResult.Receiving(writing.lastPlace());
  }

  private SnapshotResult write(ByteString chunk) {
    SnapshotWriting open = open();
    try {
      open.take(chunk);
      return new SnapshotResult.Written(open.lastPlace());
    } catch (SnapshotRefused refused) {
      return unusable(refused);
    }
  }

  private SnapshotResult finish() {
    try {
      return new SnapshotResult.Whole(open().finish());
    } catch (SnapshotRefused refused) {
      return unusable(refused);
    }
  }

  private SnapshotWriting open() {
    SnapshotWriting open = writing;
    if (open == null) {
      throw new IllegalStateException("chunks come before it was said where to put them");
    }
    return open;
  }

  private static SnapshotResult unusable(SnapshotRefused refused) {
    return new SnapshotResult.Unusable(String.valueOf(refused.getMessage()));
  }

  private void closeWriting() {
    if (writing != null) {
      writing.close();
      writing = null;
    }
  }

  /** Lets go of everything: what has been received durably stays. */
  @Override
  public void close() {
    readings.values().forEach(SnapshotReading::close);
    readings.clear();
    closeWriting();
  }
}
