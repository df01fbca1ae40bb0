package io.holdfast.acceptor.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * An H2 file system whose files are opened for synchronized writing (O_DSYNC): a write has returned
 * only when the data is on the medium. H2 by itself issues no fsync on commit, and its {@code
 * ACCESS_MODE_DATA} is ignored by the MVStore.
 *
 * <p>H2 makes instances by reflection, so the counters of all files are kept per class loader, by
 * file name.
 */
public class DurableFilePath extends FilePathWrapper {

  /** The scheme in {@code jdbc:h2:durable:/path}. */
  public static final String SCHEME = "durable";

  private static final ConcurrentMap<Path, SyncWriteCounter> COUNTERS = new ConcurrentHashMap<>();

  /** For H2. */
  public DurableFilePath() {}

  /** Makes the scheme known to H2; it must be known before the first connection that uses it. */
  public static void register() {
    FilePath.register(new DurableFilePath());
  }

  /** The counter of the file at {@code file}, whether it is open yet or not. */
  static SyncWriteCounter counterOf(Path file) {
    return COUNTERS.computeIfAbsent(
        file.toAbsolutePath().normalize(), path -> new SyncWriteCounter());
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    if (mode.equals("r")) {
      return getBase().open(mode);
    }
    boolean isNew = !getBase().exists();
    FileChannel channel = getBase().open("rwd");
    Path file = path(getBase().toString()).toAbsolutePath().normalize();
    try {
      if (isNew) {
        syncDirectory(file);
      } else {
        boolean unused = ChunkSeal.mend(channel);
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new DurableFileChannel(channel, counterOf(file));
  }

  /**
   * The place that a file's name means, for what H2 has no call for: sizes, and syncing a
   * directory. In production it is on the file system of this machine.
   */
  protected Path path(String name) {
    return Path.of(name);
  }

  /**
   * Makes the name of a new or renamed file durable: without this a power cut may lose the file
   * itself, or bring its old name back.
   */
  public static void syncDirectory(Path file) throws IOException {
    Path directory = file.getParent();
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
