package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.store.StoreInstallation.Replaced;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store that is received on one of the media, and can crash meanwhile. */
public final class SnapshotTransfer implements AutoCloseable {

  private final StateTerms terms;
  private final @Nullable StoreMedium medium;
  private SnapshotWriting writing;
  private @Nullable ReplicaStore installed;

  /**
   * @param inFile on a file; otherwise in memory
   * @param terms the group's
   */
  public SnapshotTransfer(boolean inFile, StateTerms terms) {
    this(inFile ? StoreMedium.file() : null, terms);
  }

  /** In a schema; or the test is skipped, where there is no server. */
  static SnapshotTransfer intoSchema(StateTerms terms) {
    return new SnapshotTransfer(StoreMedium.schema(), terms);
  }

  private SnapshotTransfer(@Nullable StoreMedium medium, StateTerms terms) {
    this.terms = terms;
    this.medium = medium;
    this.writing = open();
  }

  private SnapshotWriting open() {
    return medium == null
        ? new InMemorySnapshotWriting(terms)
        : JdbcSnapshotWriting.open(medium.place(), terms);
  }

  /** Where it is received. */
  public SnapshotWriting writing() {
    return writing;
  }

  /** The process ends, and another one goes on. */
  public void crash() {
    writing.close();
    if (medium != null) {
      writing = open();
    }
  }

  /** A store's snapshot in chunks of this size. */
  public static SnapshotReading read(ReplicaStore store, long afterPlace, int chunkBytes) {
    return store instanceof JdbcReplicaStore file
        ? file.snapshot(afterPlace, chunkBytes)
        : ((InMemoryReplicaStore) store).snapshot(afterPlace, chunkBytes);
  }

  /** All chunks of a store. */
  public static List<ByteString> chunks(ReplicaStore store, long afterPlace, int chunkBytes) {
    List<ByteString> chunks = new ArrayList<>();
    try (SnapshotReading reading = read(store, afterPlace, chunkBytes)) {
      for (var chunk = reading.next(); chunk.isPresent(); chunk = reading.next()) {
        chunks.add(chunk.get());
      }
    }
    return chunks;
  }

  /** The whole way: what is missing is sent, finished and put in place. */
  public ReplicaStore receive(ReplicaStore from, int chunkBytes) {
    chunks(from, writing.lastPlace(), chunkBytes).forEach(writing::take);
    return install();
  }

  /** Finishes what has come, and opens it where a replica finds its store. */
  public ReplicaStore install() {
    SnapshotHead head = writing.finish();
    if (writing instanceof InMemorySnapshotWriting memory) {
      return memory.received().orElseThrow();
    }
    DatabasePlace place = Objects.requireNonNull(medium).place();
    StoreInstallation.of(place).install(head.slot(), Replaced.DELETED, Optional.empty());
    ReplicaStore store = JdbcReplicaStore.open(place, terms);
    installed = store;
    return store;
  }

  @Override
  public void close() {
    writing.close();
    if (installed != null) {
      installed.close();
    }
    if (medium != null) {
      medium.close();
    }
  }
}
