package io.holdfast.acceptor.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A database of H2 in a file. */
public final class FilePlace implements DatabasePlace {

  private final Path base;
  private final DurableFilePath fileSystem;

  /**
   * @param base the file without H2's suffix {@code .mv.db}
   * @param fileSystem what it is opened on
   */
  public FilePlace(Path base, DurableFilePath fileSystem) {
    this.base = base.toAbsolutePath().normalize();
    this.fileSystem = fileSystem;
  }

  /** The file without H2's suffix; absolute. */
  public Path base() {
    return base;
  }

  /** The file. */
  public Path file() {
    return DurableDatabase.fileOf(base);
  }

  @Override
  public String name() {
    return String.valueOf(base.getFileName());
  }

  @Override
  public DurableDatabase open() {
    return DurableDatabase.open(base, fileSystem);
  }

  @Override
  public boolean exists() {
    return Files.exists(file());
  }

  @Override
  public FilePlace beside(String suffix) {
    return new FilePlace(base.resolveSibling(name() + "." + suffix), fileSystem);
  }

  @Override
  public void delete() {
    try {
      Files.deleteIfExists(file());
    } catch (IOException e) {
      throw new StorageFailure("removing " + file(), e);
    }
  }

  @Override
  public String toString() {
    return file().toString();
  }
}
