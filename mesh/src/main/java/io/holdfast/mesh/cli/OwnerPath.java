package io.holdfast.mesh.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Folders that own reservations, by the one name that each of them has. */
final class OwnerPath {

  private OwnerPath() {}

  /**
   * The absolute name of a folder, without symbolic links as far as it is there: of one that is
   * gone, what is left of it is looked up.
   *
   * @throws InvalidPathException when it is none
   */
  static Path of(String text) {
    Path path = Path.of(text).toAbsolutePath().normalize();
    for (Path there = path; there != null; there = there.getParent()) {
      Optional<Path> real = real(there);
      if (real.isPresent()) {
        return real.get().resolve(there.relativize(path)).normalize();
      }
    }
    return path;
  }

  private static Optional<Path> real(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  /** Whether a path is a folder, or contains it, or lies below it. */
  static boolean isRelated(Path path, Path folder) {
    return folder.startsWith(path) || path.startsWith(folder);
  }

  /**
   * Whether nothing is there, beyond doubt: the folder that it was in is there and can be read.
   * What cannot be looked at, for want of a right or of a mounted disk, is not taken for gone.
   */
  static boolean isGone(String text) {
    try {
      Path path = Path.of(text);
      Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return false;
    } catch (NoSuchFileException absent) {
      return parentIsReadable(Path.of(text));
    } catch (IOException | InvalidPathException cannotBeLookedAt) {
      return false;
    }
  }

  private static boolean parentIsReadable(Path path) {
    Path parent = path.getParent();
    return parent != null && Files.isDirectory(parent) && Files.isReadable(parent);
  }
}
