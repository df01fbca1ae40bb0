package io.holdfast.chaos.power;

import io.holdfast.chaos.power.core.Disk;
import io.holdfast.chaos.power.core.StoredFile;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code java.nio.file} asks of a {@link PoweredDisk}. */
final class DiskProvider extends FileSystemProvider {

  static final String SCHEME = "power";

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("a disk is mounted, not made by a URI");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return getPath(uri).getFileSystem();
  }

  @Override
  public Path getPath(URI uri) {
    return DiskFileSystem.place(uri.getPath());
  }

  // ---- Files

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    DiskPath place = DiskPath.of(path);
    PoweredDisk disk = place.disk();
    String name = place.inside();
    boolean writes = options.contains(StandardOpenOption.WRITE);
    if (disk.isDirectory(name)) {
      if (writes) {
        throw new IOException(path + " is a directory");
      }
      return DiskChannel.ofDirectory(disk, name);
    }
    StoredFile file = opened(path, disk, name, writes, options);
    if (writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING) && disk.size(file) > 0) {
      disk.truncate(file, 0);
    }
    boolean synced =
        options.contains(StandardOpenOption.DSYNC) || options.contains(StandardOpenOption.SYNC);
    return DiskChannel.ofFile(disk, file, writes, synced);
  }

  private static StoredFile opened(
      Path path, PoweredDisk disk, String name, boolean writes, Set<? extends OpenOption> options)
      throws IOException {
    Optional<StoredFile> there = disk.file(name);
    boolean fresh = options.contains(StandardOpenOption.CREATE_NEW);
    if (there.isPresent() && writes && fresh) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (there.isPresent()) {
      return there.get();
    }
    if (!writes || !(fresh || options.contains(StandardOpenOption.CREATE))) {
      throw new NoSuchFileException(path.toString());
    }
    requireDirectoryOf(path, disk, name);
    return disk.create(name);
  }

  @Override
  public void delete(Path path) throws IOException {
    DiskPath place = DiskPath.of(path);
    PoweredDisk disk = place.disk();
    String name = place.inside();
    if (!disk.exists(name)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!disk.list(name).isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    disk.delete(name);
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) {
    throw new UnsupportedOperationException("no copying");
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    DiskPath from = DiskPath.of(source);
    DiskPath to = DiskPath.of(target);
    PoweredDisk disk = from.disk();
    if (disk.file(from.inside()).isEmpty()) {
      throw new NoSuchFileException(source.toString());
    }
    List<CopyOption> how = Arrays.asList(options);
    boolean replaces =
        how.contains(StandardCopyOption.REPLACE_EXISTING)
            || how.contains(StandardCopyOption.ATOMIC_MOVE);
    if (!replaces && disk.exists(to.inside())) {
      throw new FileAlreadyExistsException(target.toString());
    }
    disk.rename(from.inside(), to.inside());
  }

  // ---- Directories

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DiskPath place = DiskPath.of(directory);
    List<Path> found =
        place.disk().list(place.inside()).stream()
            .map(name -> directory.resolve(directory.getFileSystem().getPath(lastOf(name))))
            .toList();
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return found.iterator();
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  private static String lastOf(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    DiskPath place = DiskPath.of(directory);
    PoweredDisk disk = place.disk();
    String name = place.inside();
    if (disk.exists(name)) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    requireDirectoryOf(directory, disk, name);
    disk.makeDirectory(name);
  }

  private static void requireDirectoryOf(Path path, PoweredDisk disk, String name)
      throws IOException {
    if (!disk.isDirectory(Disk.parent(name))) {
      throw new NoSuchFileException(path.toString(), null, "its directory is missing");
    }
  }

  // ---- What is known of a file

  @Override
  public boolean isSameFile(Path path, Path other) {
    return path.equals(other);
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public FileStore getFileStore(Path path) {
    throw new UnsupportedOperationException("no file stores");
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    DiskPath place = DiskPath.of(path);
    if (!place.disk().exists(place.inside())) {
      throw new NoSuchFileException(path.toString());
    }
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class) {
      throw new UnsupportedOperationException("no attributes of " + type);
    }
    checkAccess(path);
    DiskPath place = DiskPath.of(path);
    PoweredDisk disk = place.disk();
    Optional<StoredFile> file = disk.file(place.inside());
    return type.cast(new DiskAttributes(file.isPresent() ? disk.size(file.get()) : -1));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
    throw new UnsupportedOperationException("no attributes by name");
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
    throw new UnsupportedOperationException("no attributes to set");
  }
}
