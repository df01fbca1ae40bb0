package io.holdfast.mesh.client;

import io.holdfast.mesh.client.UserMeshException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the background node of a user keeps what it has: its data, its log, and where it is to be
 * found. It belongs to that user, and nobody else can enter it, since whoever reads it can speak to
 * the node.
 *
 * <p>Two files are there for their locks only, which the system frees when their holder ends,
 * however it ends. {@code node.lock} is held by the node's process for its life: whether it can be
 * had is whether there is a node, which no number of a process that another one has by now can
 * belie. {@code start.lock} is held by whoever starts one. Locks of a process exclude other
 * processes only, so within one they are taken by one thread at a time.
 *
 * @param path absolute
 */
public record UserFolder(Path path) {

  /** The environment variable that names the folder. */
  public static final String VARIABLE = "HOLDFAST_DATA";

  private static final String XDG_VARIABLE = "XDG_DATA_HOME";
  private static final Path BELOW_DATA_HOME = Path.of("holdfast", "local");
  private static final String NODE_LOCK = "node.lock";
  private static final String START_LOCK = "start.lock";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  public UserFolder {
    path = path.toAbsolutePath().normalize();
  }

  /**
   * That of a user: {@code $HOLDFAST_DATA}, else {@code holdfast/local} in {@code $XDG_DATA_HOME}
   * where that is absolute (the XDG base directory specification has others ignored), else in
   * {@code ~/.local/share}.
   *
   * @param environment of the user
   */
  public static UserFolder of(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isBlank()) {
      return new UserFolder(Path.of(named));
    }
    Path dataHome = Path.of(environment.getOrDefault(XDG_VARIABLE, ""));
    if (!dataHome.isAbsolute()) {
      String home = environment.getOrDefault("HOME", "");
      dataHome =
          Path.of(home.isEmpty() ? System.getProperty("user.home", "") : home, ".local", "share");
    }
    return new UserFolder(dataHome.resolve(BELOW_DATA_HOME));
  }

  /** The node's data directory. */
  public Path data() {
    return path.resolve("data");
  }

  /** What the node logs; what was there before is in {@code node.log.1}. */
  public Path log() {
    return path.resolve("node.log");
  }

  /** What the node's process printed before it had a log, and why it could not start. */
  Path startLog() {
    return path.resolve("start.log");
  }

  private Path card() {
    return path.resolve("node.json");
  }

  /**
   * Makes the folder if there is none.
   *
   * @throws UserMeshException FOLDER where it cannot be used, or not by its owner alone
   */
  public void require() throws UserMeshException {
    try {
      make();
      Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(path);
      Path mine = Files.createTempFile(path, "mine", ".tmp", OWNER_ONLY);
      boolean owned = Files.getOwner(mine).equals(Files.getOwner(path));
      Files.delete(mine);
      if (!owned) {
        throw unusable("is another user's: name one of yours with " + VARIABLE);
      }
      if (!PosixFilePermissions.toString(allowed).endsWith("------")) {
        throw unusable("can be entered by others: run chmod 700 " + path);
      }
    } catch (IOException e) {
      throw unusable("cannot be used (" + e + "): mend that, or name another with " + VARIABLE);
    }
  }

  private void make() throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(path, OWNER_ONLY_FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) {
        throw e;
      }
      // Another process has just made it.
    }
  }

  private UserMeshException unusable(String why) {
    return new UserMeshException(Kind.FOLDER, "the folder of the local node, " + path + ", " + why);
  }

  // ---- Where the node is

  /** What the last node has left to be found by; absent where it has left nothing that says so. */
  Optional<UserNode> node() {
    try {
      return UserNode.parse(Files.readString(card()));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(card() + " cannot be read", e);
    }
  }

  /** Says where the node is: at once, or not at all. For the node that runs, and its user only. */
  public void publish(UserNode node) throws IOException {
    Path fresh = Files.createTempFile(path, "node", ".tmp", OWNER_ONLY);
    Files.writeString(fresh, node.json());
    Files.move(fresh, card(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Takes back what was said. */
  public void retract() throws IOException {
    Files.deleteIfExists(card());
  }

  // ---- Locks

  /** Whether a node's process is there, which serves, is about to, or ends. */
  boolean nodeLives() {
    try (FileChannel channel = open(NODE_LOCK);
        // Shared, so that those who only look are never taken for a node.
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (IOException e) {
      throw new UncheckedIOException(path.resolve(NODE_LOCK) + " cannot be locked", e);
    }
  }

  /** That this process is the node, until it ends; absent where another one is. */
  public Optional<FileLock> becomeNode() throws IOException {
    return lock(NODE_LOCK);
  }

  /** That nobody else starts a node, until it is closed; absent where somebody does. */
  Optional<FileLock> becomeStarter() throws IOException {
    return lock(START_LOCK);
  }

  private Optional<FileLock> lock(String name) throws IOException {
    FileChannel channel = open(name);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
      return Optional.ofNullable(lock);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
  }

  private FileChannel open(String name) throws IOException {
    return FileChannel.open(
        path.resolve(name),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        OWNER_ONLY);
  }
}
