package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.store.StoreInstallation.Replaced;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store that is received on one of the media, and can crash meanwhile. */
public final class SnapshotTransfer implements AutoCloseable {

  private final StateTerms terms;
  private final @Nullable Path directory;
  private SnapshotWriting writing;
  private @Nullable ReplicaStore installed;

  /**
   * @param inFile on a file; otherwise in memory
   * @param terms the group's
   */
  public SnapshotTransfer(boolean inFile, StateTerms terms) {
    this.terms = terms;
    try {
      this.directory = inFile ? Files.createTempDirectory("snapshot") : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.writing = open();
  }

  private SnapshotWriting open() {
    return directory == null
        ? new InMemorySnapshotWriting(terms)
        : JdbcSnapshotWriting.open(directory.resolve("store"), terms, new DurableFilePath());
  }

  /** Where it is received. */
  public SnapshotWriting writing() {
    return writing;
  }

  /** The process ends, and another one goes on. */
  public void crash() {
    writing.close();
    if (directory != null) {
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
    Path base = Objects.requireNonNull(directory).resolve("store");
    new StoreInstallation(base, new DurableFilePath())
        .install(head.slot(), Replaced.DELETED, Optional.empty());
    ReplicaStore store = JdbcReplicaStore.open(base, terms);
    installed = store;
    return store;
  }

  @Override
  public void close() {
    writing.close();
    if (installed != null) {
      installed.close();
    }
    if (directory == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
