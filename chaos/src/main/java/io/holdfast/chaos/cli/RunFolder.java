package io.holdfast.chaos.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a run's nodes put their data: a folder that was named and stays, or one that is removed
 * when it is closed or when this process ends, however it ends.
 */
final class RunFolder implements AutoCloseable {

  /** The folder that was named has something in it. */
  static final class NotEmpty extends Exception {
    private static final long serialVersionUID = 1L;

    private NotEmpty(Path folder) {
      super(folder + " is not empty: name a folder that is, or none yet");
    }
  }

  /**
   * Holds the end of a pipe whose other end is ours: when we are gone it removes the folder, once
   * nobody writes there any more.
   */
  private static final String GUARD =
      "trap '' INT TERM HUP; cat >/dev/null; while [ -d \"$1\" ]; do rm -rf \"$1\"; sleep 1; done";

  private final Path path;
  private final boolean stays;
  private final Thread hook = new Thread(this::removeAtEnd, "holdfast-run-folder-end");

  private RunFolder(Path path, boolean stays) {
    this.path = path;
    this.stays = stays;
  }

  /**
   * @param keep the folder that was named, if any
   * @param name what another begins with
   * @throws NotEmpty when there is something in {@code keep}
   */
  static RunFolder of(@Nullable Path keep, String name) throws IOException, NotEmpty {
    if (keep != null) {
      if (Files.exists(keep) && !isEmpty(keep)) {
        throw new NotEmpty(keep);
      }
      return new RunFolder(keep, true);
    }
    RunFolder folder = new RunFolder(Files.createTempDirectory(name), false);
    Process unused =
        new ProcessBuilder("sh", "-c", GUARD, "guard", folder.path.toString())
            .redirectErrorStream(true)
            .start();
    Runtime.getRuntime().addShutdownHook(folder.hook);
    return folder;
  }

  Path path() {
    return path;
  }

  private static boolean isEmpty(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.findAny().isEmpty();
    }
  }

  @Override
  public void close() throws IOException {
    if (stays) {
      return;
    }
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return; // the hook removes it
    }
    remove();
  }

  /** Nodes may still write while they end: what comes back is removed again. */
  private void removeAtEnd() {
    for (int tries = 0; tries < 100 && Files.exists(path); tries++) {
      try {
        remove();
      } catch (IOException | UncheckedIOException stillInUse) {
        Thread.onSpinWait();
      }
    }
  }

  private void remove() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(path)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException gone) {
      return;
    }
    for (Path file : files) {
      boolean unused = Files.deleteIfExists(file);
    }
  }
}
