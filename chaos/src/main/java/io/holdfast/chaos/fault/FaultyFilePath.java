package io.holdfast.chaos.fault;

import io.holdfast.acceptor.store.DurableFilePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The file system of a node's databases, as durable as in production unless it is told otherwise,
 * with a disk that may fail.
 */
public final class FaultyFilePath extends DurableFilePath {

  /** For H2. */
  public FaultyFilePath() {}

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    FileChannel durable = super.open(mode);
    Path file = Path.of(getBase().toString()).toAbsolutePath().normalize();
    Path directory = file.getParent();
    if (directory == null) {
      return durable;
    }
    DiskFaults disk = DiskFaults.of(directory);
    return new FaultyFileChannel(disk.open(durable), file, disk);
  }
}
