package io.holdfast.chaos.power;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@link PoweredDisk} as {@code java.nio.file} has it, mounted at a directory of its own: {@code
 * /power-7}. Mounts are known by name in this process, since H2 keeps names and makes its file
 * systems by reflection; and no name is used twice, since H2 takes equal names for one database.
 */
final class DiskFileSystem extends FileSystem {

  private static final String PREFIX = "power-";

  private static final ConcurrentMap<String, DiskFileSystem> MOUNTED = new ConcurrentHashMap<>();
  private static final AtomicLong MOUNTS = new AtomicLong();

  private final DiskProvider provider = new DiskProvider();
  private final String mount;
  private final PoweredDisk disk;

  private DiskFileSystem(String mount, PoweredDisk disk) {
    this.mount = mount;
    this.disk = disk;
  }

  /** Mounts a disk; to be closed. */
  static DiskFileSystem mount(PoweredDisk disk) {
    DiskFileSystem mounted = new DiskFileSystem(PREFIX + MOUNTS.incrementAndGet(), disk);
    MOUNTED.put(mounted.mount, mounted);
    return mounted;
  }

  /**
   * The place of this name.
   *
   * @throws IllegalArgumentException if it is on no mounted disk
   */
  static Path place(String name) {
    Path plain = Path.of(name);
    String first = plain.getNameCount() == 0 ? "" : plain.getName(0).toString();
    DiskFileSystem mounted = MOUNTED.get(first);
    if (mounted == null) {
      throw new IllegalArgumentException(name + " is on no disk that is mounted");
    }
    return new DiskPath(mounted, plain);
  }

  /** The directory at which it is mounted. */
  Path root() {
    return new DiskPath(this, Path.of("/" + mount));
  }

  PoweredDisk disk() {
    return disk;
  }

  /** The name on the disk of an absolute, normal path. */
  String inside(Path plain) {
    return plain.getNameCount() <= 1 ? "/" : "/" + plain.subpath(1, plain.getNameCount());
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    MOUNTED.remove(mount);
  }

  @Override
  public boolean isOpen() {
    return MOUNTED.containsKey(mount);
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(new DiskPath(this, Path.of("/")));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public Path getPath(String first, String... more) {
    return new DiskPath(this, Path.of(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    throw new UnsupportedOperationException("no matching of names");
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("no users");
  }

  @Override
  public WatchService newWatchService() throws IOException {
    throw new UnsupportedOperationException("no watching");
  }
}
