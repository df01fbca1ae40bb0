package io.holdfast.mesh.cli;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.BearerToken;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.SnapshotSource;
import io.holdfast.sync.store.SnapshotFile;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import io.holdfast.sync.store.SnapshotFile.SourceFailed;
import io.holdfast.sync.store.SnapshotRefused;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Fetches a snapshot into a file, of the first node that gives all of it. */
final class SnapshotDownload {

  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final long TOLD_EVERY_BYTES = 1 << 20;

  /** A node that breaks off each time is not asked for ever. */
  private static final int MAX_BROKEN_OFF = 3;

  private final List<MeshEndpoint> nodes;
  private final GroupId group;
  private final Optional<BearerToken> token;
  private final Duration patience;
  private final Console console;
  private final List<String> failures = new ArrayList<>();
  private long bytes;
  private boolean answered;
  private boolean unknownGroup;

  /**
   * @param nodes asked in this order
   * @param token what is shown
   * @param patience how long nothing may come of anybody
   */
  SnapshotDownload(
      List<MeshEndpoint> nodes,
      GroupId group,
      Optional<BearerToken> token,
      Duration patience,
      Console console) {
    this.token = token;
    this.nodes = List.copyOf(nodes);
    this.group = group;
    this.patience = patience;
    this.console = console;
  }

  /**
   * Fetches it.
   *
   * @return what stands in the file; empty where no node gave it whole: see {@link #failures}
   * @throws FileAlreadyExistsException when there is a file of that name that is not to go
   * @throws IOException when the file cannot be written
   */
  Optional<Inspection> into(Path file, boolean replace) throws IOException {
    SnapshotFile.requireFree(file, replace);
    long heardNanos = System.nanoTime();
    int brokenOff = 0;
    while (true) {
      int denials = 0;
      int answers = 0;
      for (MeshEndpoint node : nodes) {
        bytes = 0;
        try {
          return Optional.of(from(node, file, replace));
        } catch (SourceFailed | SnapshotRefused e) {
          answers++;
          brokenOff++;
          failed(node, "broke off after %,d bytes: %s".formatted(bytes, reason(e)));
        } catch (SourceUnavailable e) {
          answers += e.answered() ? 1 : 0;
          denials += e.deniesGroup() ? 1 : 0;
          failed(node, reason(e));
        }
        heardNanos = bytes > 0 ? System.nanoTime() : heardNanos;
      }
      unknownGroup = answers > 0 && denials == answers;
      answered |= answers > 0;
      if (unknownGroup
          || brokenOff >= MAX_BROKEN_OFF
          || System.nanoTime() - heardNanos > patience.toNanos()) {
        return Optional.empty();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
    }
  }

  /** No snapshot could be begun with a node. */
  private static final class SourceUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    SourceUnavailable(IOException cause) {
      super(cause);
    }

    boolean answered() {
      return getCause() instanceof SnapshotSource.Refused;
    }

    boolean deniesGroup() {
      return getCause() instanceof SnapshotSource.Refused refused
          && refused.code().equals(OutcomeCode.UNKNOWN_GROUP.code());
    }
  }

  private Inspection from(MeshEndpoint node, Path file, boolean replace)
      throws IOException, SourceUnavailable {
    SnapshotSource opened;
    try {
      opened = SnapshotSource.open(node, group, token, patience);
    } catch (IOException e) {
      throw new SourceUnavailable(e);
    }
    try (SnapshotSource source = opened) {
      long about = source.aboutBytes();
      Inspection found =
          SnapshotFile.save(source.stream(), file, replace, written -> progress(written, about));
      endProgress();
      return found;
    }
  }

  private void failed(MeshEndpoint node, String why) {
    endProgress();
    String failure = node + ": " + why;
    if (!failures.contains(failure)) {
      failures.add(failure);
      if (nodes.size() > 1) {
        console.err().println("holdfast: " + failure + "; trying the next node");
      }
    }
  }

  private static String reason(Exception failure) {
    Throwable cause =
        failure instanceof SnapshotRefused || failure.getCause() == null
            ? failure
            : failure.getCause();
    String said = String.valueOf(cause.getMessage());
    return cause instanceof SnapshotSource.Refused || cause instanceof SnapshotRefused
        ? said
        : cause.getClass().getSimpleName() + ": " + said;
  }

  private void progress(long written, long about) {
    boolean tell = written / TOLD_EVERY_BYTES > bytes / TOLD_EVERY_BYTES;
    bytes = written;
    if (tell && console.interactive()) {
      console
          .err()
          .printf(
              Locale.ROOT,
              "\r%,d MiB of about %,d MiB",
              written >> 20,
              Math.max(written, about) >> 20);
      console.err().flush();
    }
  }

  private void endProgress() {
    if (console.interactive() && bytes >= TOLD_EVERY_BYTES) {
      console.err().println();
    }
  }

  /** Whether any node has answered, be it with a refusal. */
  boolean answered() {
    return answered;
  }

  /** Whether all nodes that answered say that there is no such group. */
  boolean unknownGroup() {
    return unknownGroup;
  }

  /** Why each node gave none. */
  List<String> failures() {
    return List.copyOf(failures);
  }
}
