package io.holdfast.mesh.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Copies what a process prints to a {@link BoundedFile}. When the file cannot be written, output is
 * still read, so that the process does not block on its own words.
 */
final class BoundedLog implements Runnable {

  private final InputStream from;
  private final Path file;
  private final BoundedFile log;

  BoundedLog(InputStream from, Path file, long maxBytes) {
    this.from = from;
    this.file = file;
    this.log = new BoundedFile(file, maxBytes);
  }

  @Override
  public void run() {
    byte[] buffer = new byte[8192];
    try (from) {
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        write(buffer, read);
      }
    } catch (IOException ended) {
      // The process was killed: what it had not flushed is gone, and nothing more will come.
      Thread.currentThread().setName("holdfast-log-ended");
    }
  }

  private void write(byte[] bytes, int length) {
    try {
      log.write(bytes, 0, length);
    } catch (IOException unwritable) {
      System.err.println("holdfast: log " + file + " cannot be written: " + unwritable);
    }
  }
}
