package io.holdfast.acceptor.store;

import io.holdfast.config.core.ServerMark;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Files of H2 in a directory. */
public final class FileSite implements DatabaseSite {

  private final Path directory;
  private final DurableFilePath fileSystem;

  /**
   * @param directory where the files are
   * @param fileSystem what they are opened on
   */
  public FileSite(Path directory, DurableFilePath fileSystem) {
    this.directory = directory;
    this.fileSystem = fileSystem;
  }

  @Override
  public FilePlace place(String name) {
    return new FilePlace(directory.resolve(name), fileSystem);
  }

  /** All of it lies in the directory. */
  @Override
  public boolean eraseOutside(String name) {
    return true;
  }

  /** A file that breaks is found by whoever uses it. */
  @Override
  public void watch(StorageFailureListener listener) {}

  @Override
  public Optional<ServerMark> mark() {
    return Optional.empty();
  }

  @Override
  public void followMark(Consumer<ServerMark> told) {}

  /** Whoever has the directory has its files. */
  @Override
  public void close() {}
}
