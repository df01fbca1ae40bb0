package io.holdfast.chaos.power;

import io.holdfast.acceptor.store.DurableFilePath;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;

/**
 * The file system of a node's databases as it is in production, on a {@link PoweredDisk}: what
 * makes writes durable is the class above this one, and nothing here.
 */
public class PowerFilePath extends DurableFilePath {

  /** For H2. */
  public PowerFilePath() {}

  @Override
  public String getScheme() {
    return "power";
  }

  @Override
  protected FilePath unwrap(String fileName) {
    return new RawFilePath(fileName.substring(getPrefix().length()));
  }

  @Override
  protected Path path(String plainName) {
    return DiskFileSystem.place(plainName);
  }
}
