package io.holdfast.chaos.power;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path on a {@link DiskFileSystem}. Everything about names is left to a plain path. */
final class DiskPath implements Path {

  private final DiskFileSystem system;
  private final Path plain;

  DiskPath(DiskFileSystem system, Path plain) {
    this.system = system;
    this.plain = plain;
  }

  /** The same as this class. */
  static DiskPath of(Path path) {
    if (path instanceof DiskPath ours) {
      return ours;
    }
    throw new ProviderMismatchException(path + " is on another file system");
  }

  /** The disk's own name for it. */
  String inside() {
    return system.inside(plain.toAbsolutePath().normalize());
  }

  PoweredDisk disk() {
    return system.disk();
  }

  private Path wrap(Path other) {
    return new DiskPath(system, other);
  }

  private @Nullable Path wrapped(@Nullable Path other) {
    return other == null ? null : wrap(other);
  }

  @Override
  public FileSystem getFileSystem() {
    return system;
  }

  @Override
  public boolean isAbsolute() {
    return plain.isAbsolute();
  }

  @Override
  public @Nullable Path getRoot() {
    return wrapped(plain.getRoot());
  }

  @Override
  public @Nullable Path getFileName() {
    return wrapped(plain.getFileName());
  }

  @Override
  public @Nullable Path getParent() {
    return wrapped(plain.getParent());
  }

  @Override
  public int getNameCount() {
    return plain.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return wrap(plain.getName(index));
  }

  @Override
  public Path subpath(int from, int to) {
    return wrap(plain.subpath(from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof DiskPath that && system == that.system && plain.startsWith(that.plain);
  }

  @Override
  public boolean endsWith(Path other) {
    return other instanceof DiskPath that && system == that.system && plain.endsWith(that.plain);
  }

  @Override
  public Path normalize() {
    return wrap(plain.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return wrap(plain.resolve(of(other).plain));
  }

  @Override
  public Path relativize(Path other) {
    return wrap(plain.relativize(of(other).plain));
  }

  @Override
  public URI toUri() {
    return URI.create(DiskProvider.SCHEME + ":" + plain);
  }

  @Override
  public Path toAbsolutePath() {
    if (!plain.isAbsolute()) {
      throw new IllegalStateException(plain + ": no directory is the current one here");
    }
    return this;
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return toAbsolutePath().normalize();
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("no watching");
  }

  @Override
  public int compareTo(Path other) {
    return plain.compareTo(of(other).plain);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DiskPath that && system == that.system && plain.equals(that.plain);
  }

  @Override
  public int hashCode() {
    return plain.hashCode();
  }

  @Override
  public String toString() {
    return plain.toString();
  }
}
