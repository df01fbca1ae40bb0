package io.holdfast.mesh.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Appends to a file that cannot grow without bound: past {@code maxBytes} it is renamed to {@code
 * NAME.1}, in place of the one before. For a log: each write opens the file, so that whoever moves
 * it away gets what was in it, and what comes next is in a new one.
 */
public final class BoundedFile extends OutputStream {

  private final Path file;
  private final long maxBytes;

  /**
   * @param file where; made with the first write
   * @param maxBytes more than these are renamed; about twice as many are kept
   */
  public BoundedFile(Path file, long maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (Files.exists(file) && Files.size(file) > maxBytes) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(bytes, offset, length);
    }
  }
}
