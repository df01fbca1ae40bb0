package io.holdfast.mesh.jmx;

import io.holdfast.acceptor.store.DurableFilePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files that are their owner's alone, where the file system knows owners. */
final class PrivateFiles {

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PrivateFiles() {}

  /** Makes a folder, and not those above it. */
  static void makeFolder(Path folder) throws IOException {
    Files.createDirectory(folder, attributes(folder, "rwx------"));
  }

  /** Writes a file as a whole, or not at all. */
  static void write(Path file, String text) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    Files.createFile(part, attributes(file, "rw-------"));
    Files.write(part, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
    rename(part, file);
  }

  /**
   * Gives a file its name, or another one's, durably: after a power cut it is whole or not there.
   */
  static void rename(Path part, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DurableFilePath.syncDirectory(file);
  }

  /** Leaves a file to its owner alone. */
  static void close(Path file) throws IOException {
    if (knowsOwners(file)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
  }

  /** Whether others than its owner may read or change a file. */
  static boolean isOpenToOthers(Path file) throws IOException {
    return knowsOwners(file) && !OWNERS.containsAll(Files.getPosixFilePermissions(file));
  }

  private static boolean knowsOwners(Path file) throws IOException {
    return Files.getFileStore(Files.exists(file) ? file : file.toAbsolutePath().getParent())
        .supportsFileAttributeView("posix");
  }

  private static FileAttribute<?>[] attributes(Path file, String permissions) throws IOException {
    return knowsOwners(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
