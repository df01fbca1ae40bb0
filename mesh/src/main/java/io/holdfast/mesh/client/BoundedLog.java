package io.holdfast.mesh.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Copies what a process prints to a file that cannot grow without bound: past {@code maxBytes} it
 * is renamed to {@code NAME.1}, in place of the one before. When the file cannot be written, output
 * is still read, so that the process does not block on its own words.
 */
final class BoundedLog implements Runnable {

  private final InputStream from;
  private final Path file;
  private final long maxBytes;

  BoundedLog(InputStream from, Path file, long maxBytes) {
    this.from = from;
    this.file = file;
    this.maxBytes = maxBytes;
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
      if (Files.exists(file) && Files.size(file) > maxBytes) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      try (OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        out.write(bytes, 0, length);
      }
    } catch (IOException unwritable) {
      System.err.println("holdfast: log " + file + " cannot be written: " + unwritable);
    }
  }
}
