package io.holdfast.config.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.core.Origins;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.RefusalCode;
import io.holdfast.config.core.ServerMark;
import io.holdfast.config.core.StoreKind;
import io.holdfast.config.store.DataDirectoryException.Kind;
import io.holdfast.config.wire.DatabaseBootsProto;
import io.holdfast.config.wire.ServerMarkProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one place on disk that makes a process the node that it says it is. At most one process has
 * it open. Each open is a new boot, durably counted before {@link #open} returns.
 *
 * <p>The directory is made in an order that a crash cannot turn into another node: the identity
 * with boot count 0, then an empty ledger, then boot 1. Whatever is missing later was lost, and is
 * refused: an acceptor must not forget. So is a directory that a peer has refused for good ({@link
 * #markRefused}). Safe for use by several threads.
 */
public final class DataDirectory implements AutoCloseable {

  static final String LOCK = "LOCK";
  private static final String IDENTITY = "identity";
  private static final String PEERS = "peers";
  private static final String REFUSED = "refused";
  private static final String DATABASES = "databases";
  private static final String RESTORING = "restoring";
  private static final String ORIGINS = "origins";
  private static final String STORE = "store";
  private static final String SERVER = "server";
  private static final int VERSION = 1;

  private final Path directory;
  private final DirectoryLock lock;
  private final SealedFile peersFile;
  private final Clock clock;
  private final NodeIdentity identity;
  private final Origins origins;

  /** The groups that it held when it was opened; empty where this node had not taken part yet. */
  private final Optional<Set<GroupId>> heldAtOpen;

  /** Read by threads that must not wait for a disk. */
  private volatile PeerLedger ledger;

  private boolean closed;

  private DataDirectory(
      Path directory,
      DirectoryLock lock,
      SealedFile peersFile,
      Clock clock,
      NodeIdentity identity,
      Origins origins,
      PeerLedger ledger,
      Optional<Set<GroupId>> heldAtOpen) {
    this.directory = directory;
    this.lock = lock;
    this.peersFile = peersFile;
    this.clock = clock;
    this.identity = identity;
    this.origins = origins;
    this.ledger = ledger;
    this.heldAtOpen = heldAtOpen;
  }

  /**
   * Opens the directory of {@code node}, making it if there is none.
   *
   * @param directory where it is
   * @param meshId the mesh that the node belongs to
   * @param node the node's name
   * @throws DataDirectoryException LOCKED if it is in use; FOREIGN if it is another node's or
   *     mesh's; REFUSED if a peer has refused it for good; READ_ONLY if it cannot be made or
   *     written; DAMAGED if what it holds is not what was written, not whole, or newer; IO if the
   *     disk fails
   */
  public static DataDirectory open(Path directory, String meshId, NodeId node)
      throws DataDirectoryException {
    return open(directory, meshId, node, new SecureRandom()::nextLong, Clock.systemUTC());
  }

  /** As {@link #open(Path, String, NodeId)}, with the sources of randomness and time given. */
  static DataDirectory open(
      Path directory, String meshId, NodeId node, LongSupplier random, Clock clock)
      throws DataDirectoryException {
    if (!GroupId.isValid(meshId)) {
      throw new IllegalArgumentException("mesh id '" + meshId + "': allowed " + GroupId.ALLOWED);
    }
    create(directory);
    DirectoryLock lock = DirectoryLock.take(directory, lockFile(directory));
    boolean opened = false;
    try {
      DataDirectory result = boot(directory, lock, meshId, node, random, clock);
      opened = true;
      return result;
    } finally {
      if (!opened) {
        closeAfterRefusal(directory, lock);
      }
    }
  }

  /** Who this process is. */
  public NodeIdentity identity() {
    return identity;
  }

  /** What its groups began with, where that was not nothing. */
  public Origins origins() {
    return origins;
  }

  /** The directory itself. */
  public Path path() {
    return directory;
  }

  /** Base path of the acceptor's journal; the database adds its own extension. */
  public Path journalFile() {
    return directory.resolve(DatabaseNames.JOURNAL);
  }

  /** Base path of the store of a group's replica; the database adds its own extension. */
  public Path storeFile(GroupId group) {
    return directory.resolve(DatabaseNames.store(group));
  }

  /**
   * Deletes what lies here of the store of a group that is no more, in use or aside; it must not be
   * open. Durable when this returns.
   */
  public void deleteStore(GroupId group) throws DataDirectoryException {
    String prefix = DatabaseNames.store(group) + ".";
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (String.valueOf(file.getFileName()).startsWith(prefix)) {
          Files.delete(file);
        }
      }
      SealedFile.syncDirectory(directory);
    } catch (IOException e) {
      throw new DataDirectoryException(
          Kind.IO, "the store of deleted group " + group + " in " + directory + ": " + e, e);
    }
  }

  /**
   * Whether a group of this node's settings may be one that it has founded, though no directory of
   * the mesh says so. Who took part in an earlier boot has founded, of what it held then, the
   * groups of those whom it met at that time: others may have come into the settings since, and
   * others under the names of its peers. Who took part before there was a group {@code meta} founds
   * that.
   */
  public boolean mayFound(GroupSettings group) {
    if (heldAtOpen.isEmpty()) {
      return true;
    }
    if (!heldAtOpen.get().contains(group.name())) {
      return group.name().equals(GroupSettings.META);
    }
    return ledger.founders().stream()
        .map(MemberId::node)
        .collect(Collectors.toSet())
        .containsAll(group.members());
  }

  /** What this node durably knows of the others. */
  public PeerLedger ledger() {
    return ledger;
  }

  /**
   * Makes {@code next} durable. When this returns it is on disk; only then may an answer that rests
   * on it leave this node. When this throws, the node must stop.
   *
   * @throws InvariantViolation if {@code next} has forgotten what the present ledger knows
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized void saveLedger(PeerLedger next) throws DataDirectoryException {
    requireOpen();
    InvariantViolation.check(
        next.remembers(ledger), "PeerLedgerNeverForgets", "%s after %s", next, ledger);
    if (next.equals(ledger)) {
      return;
    }
    peersFile.write(LedgerForm.toBody(next));
    ledger = next;
  }

  /**
   * By which boot each database in here was last opened, by the name of its file without the
   * suffix; those that no boot has told of are missing.
   *
   * @throws DataDirectoryException DAMAGED if the file is not what was written, or is missing
   *     though this node has voted
   */
  public synchronized Map<String, Long> databaseBoots() throws DataDirectoryException {
    return databaseBoots(directory, ledger);
  }

  static Map<String, Long> databaseBoots(Path directory, PeerLedger ledger)
      throws DataDirectoryException {
    SealedFile file = databasesFile(directory);
    if (file.exists()) {
      return file.read(body -> Map.copyOf(DatabaseBootsProto.parseFrom(body).getBootsMap()));
    }
    // It is written at each start, before anybody is met. Without it an emptied database, or an
    // older copy of one, would be taken for the newest.
    if (ledger.admitted()) {
      throw new DataDirectoryException(
          Kind.DAMAGED,
          file.path()
              + " is missing though this node has taken part; expected: which boot last opened each"
              + " database; next: restore the directory from the newest copy, or replace the node");
    }
    return Map.of();
  }

  /**
   * Makes {@code boots} durable. To be called once they stand in the databases themselves.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized void saveDatabaseBoots(Map<String, Long> boots)
      throws DataDirectoryException {
    requireOpen();
    databasesFile(directory).write(databasesBody(boots));
  }

  static ByteString databasesBody(Map<String, Long> boots) {
    return DatabaseBootsProto.newBuilder().putAllBoots(boots).build().toByteString();
  }

  /**
   * Which server kept the databases when this was last saved; empty where they are files, where
   * none was saved yet, and where an operator has said that another one may be learned.
   *
   * @throws DataDirectoryException DAMAGED if the file is not what was written
   */
  public synchronized Optional<ServerMark> serverMark() throws DataDirectoryException {
    SealedFile file = serverFile();
    return file.exists() ? Optional.of(file.read(DataDirectory::serverMark)) : Optional.empty();
  }

  private static ServerMark serverMark(ByteString body) throws InvalidProtocolBufferException {
    ServerMarkProto proto = ServerMarkProto.parseFrom(body);
    return new ServerMark(proto.getSystem(), proto.getTimeline(), proto.getPosition());
  }

  /**
   * Makes {@code mark} durable.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized void saveServerMark(ServerMark mark) throws DataDirectoryException {
    requireOpen();
    serverFile()
        .write(
            ServerMarkProto.newBuilder()
                .setSystem(mark.system())
                .setTimeline(Math.toIntExact(mark.timeline()))
                .setPosition(mark.position())
                .build()
                .toByteString());
  }

  /** The file of {@link #serverMark}, for people: who takes it away has another server learned. */
  public Path serverMarkFile() {
    return directory.resolve(SERVER);
  }

  private SealedFile serverFile() {
    return new SealedFile(serverMarkFile(), "HFSERVR\n", VERSION);
  }

  /**
   * Refuses to have the databases of this directory kept by anything but what it was founded with;
   * a fresh directory is founded with {@code asked}, durably when this returns.
   *
   * @throws DataDirectoryException FOREIGN if it was founded with the other one
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized void requireStore(StoreKind asked) throws DataDirectoryException {
    requireOpen();
    Optional<StoreKind> founded = storeKind(directory);
    if (founded.isEmpty() && asked != StoreKind.H2) {
      storeFile(directory).write(ByteString.copyFromUtf8(asked.word()));
    } else if (founded.isPresent() && founded.get() != asked) {
      throw new DataDirectoryException(
          Kind.FOREIGN,
          "%s was founded with %s = %s, and keeps its promises there; expected: that one, not %s; next: correct %s, or set %s to a fresh directory and replace the node"
              .formatted(
                  directory,
                  NodeSettings.STORE,
                  founded.get(),
                  asked,
                  NodeSettings.STORE,
                  NodeSettings.DATA_DIR));
    }
  }

  /** What a directory was founded with; empty where nothing tells. Files need no mark. */
  private static Optional<StoreKind> storeKind(Path directory) throws DataDirectoryException {
    Optional<StoreKind> marked = markedStore(directory);
    if (marked.isPresent()) {
      return marked;
    }
    boolean files =
        Files.exists(directory.resolve(DatabaseNames.JOURNAL + ".mv.db"))
            || (databasesFile(directory).exists()
                && !databasesFile(directory)
                    .read(body -> DatabaseBootsProto.parseFrom(body).getBootsMap())
                    .isEmpty());
    return files ? Optional.of(StoreKind.H2) : Optional.empty();
  }

  /** What the mark of a directory says that was founded with anything but files. */
  static Optional<StoreKind> markedStore(Path directory) throws DataDirectoryException {
    SealedFile mark = storeFile(directory);
    if (!mark.exists()) {
      return Optional.empty();
    }
    String word = mark.read(ByteString::toStringUtf8);
    Optional<StoreKind> kind = StoreKind.of(word);
    if (kind.isEmpty()) {
      throw new DataDirectoryException(
          Kind.DAMAGED,
          "%s says that the databases are kept by '%s'; expected: %s; next: start the software that wrote it"
              .formatted(mark.path(), word, StoreKind.ALLOWED));
    }
    return kind;
  }

  static SealedFile storeFile(Path directory) {
    return new SealedFile(directory.resolve(STORE), "HFSTORE\n", VERSION);
  }

  /** Stands in a directory while a backup is restored into it. */
  static SealedFile restoringFile(Path directory) {
    return new SealedFile(directory.resolve(RESTORING), "HFRESTO\n", VERSION);
  }

  /** Stands in a directory into which a backup was restored. */
  static SealedFile originsFile(Path directory) {
    return new SealedFile(directory.resolve(ORIGINS), "HFORIGN\n", VERSION);
  }

  static SealedFile databasesFile(Path directory) {
    return new SealedFile(directory.resolve(DATABASES), "HFDBASE\n", VERSION);
  }

  static SealedFile identityFile(Path directory) {
    return new SealedFile(directory.resolve(IDENTITY), "HFIDENT\n", VERSION);
  }

  static SealedFile peersFile(Path directory) {
    return new SealedFile(directory.resolve(PEERS), "HFPEERS\n", VERSION);
  }

  static Path lockFile(Path directory) {
    return directory.resolve(LOCK);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(directory + " is closed");
    }
  }

  /**
   * Makes it durable that a peer has refused this directory for good ({@link
   * PeerLedger#condemnedBy}): when this returns, no later open will succeed. Without it each start
   * would count a boot, until the count passes the one that the peer remembers.
   *
   * @param by who refused
   * @param code why, for machines
   * @param reason why, for the operator who reads it at the next start
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized void markRefused(NodeId by, RefusalCode code, String reason)
      throws DataDirectoryException {
    requireOpen();
    SealedFile mark = refusedFile(directory);
    if (!mark.exists()) {
      mark.write(new RefusalMark(by, code.code(), reason, clock.millis()).toBody());
    }
  }

  /** Lets go of the directory. Closing again does nothing. */
  @Override
  public synchronized void close() throws DataDirectoryException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      lock.close();
    } catch (IOException e) {
      throw SealedFile.writeFailed(lockFile(directory), e);
    }
  }

  private static DataDirectory boot(
      Path directory,
      DirectoryLock lock,
      String meshId,
      NodeId node,
      LongSupplier random,
      Clock clock)
      throws DataDirectoryException {
    SealedFile identityFile = identityFile(directory);
    SealedFile peersFile = peersFile(directory);
    refuseHalfRestored(directory);
    if (!identityFile.exists()) {
      refuseOrphans(directory, identityFile);
      identityFile.write(
          new StoredIdentity(meshId, node, nonZero(random), 0, 0, List.of(), clock.millis())
              .toBody());
    }
    StoredIdentity stored = identityFile.read(StoredIdentity::read);
    refuseForeign(directory, stored, meshId, node);
    refuseCondemned(directory);
    if (!peersFile.exists() && stored.bootCount() == 0) {
      peersFile.write(LedgerForm.toBody(PeerLedger.EMPTY));
    }
    PeerLedger ledger = ledger(directory, stored);
    Origins origins = origins(directory);
    StoredIdentity booted = stored.nextBoot(random.getAsLong());
    identityFile.write(booted.toBody());
    return new DataDirectory(
        directory,
        lock,
        peersFile,
        clock,
        booted.toIdentity(),
        origins,
        ledger,
        held(directory, ledger));
  }

  private static Optional<Set<GroupId>> held(Path directory, PeerLedger ledger)
      throws DataDirectoryException {
    if (!ledger.admitted()) {
      return Optional.empty();
    }
    // That it is missing is told where a start looks for the databases.
    Set<String> databases =
        databasesFile(directory).exists() ? databaseBoots(directory, ledger).keySet() : Set.of();
    return Optional.of(
        databases.stream()
            .flatMap(database -> DatabaseNames.groupOf(database).stream())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** What a directory of this identity knows of its peers. */
  static PeerLedger ledger(Path directory, StoredIdentity stored) throws DataDirectoryException {
    SealedFile file = peersFile(directory);
    if (file.exists()) {
      return file.read(LedgerForm::read);
    }
    if (stored.bootCount() > 0) {
      throw new DataDirectoryException(
          Kind.DAMAGED,
          file.path()
              + " is missing after boot "
              + stored.bootCount()
              + "; expected: what this node knows of its peers; next: restore the directory from"
              + " the newest copy, or replace the node");
    }
    return PeerLedger.EMPTY;
  }

  static Origins origins(Path directory) throws DataDirectoryException {
    SealedFile file = originsFile(directory);
    return file.exists() ? file.read(body -> Origins.in(body.toStringUtf8())) : Origins.NONE;
  }

  static void create(Path directory) throws DataDirectoryException {
    try {
      Path absolute = directory.toAbsolutePath();
      Path existing = absolute;
      while (existing != null && !Files.exists(existing)) {
        existing = existing.getParent();
      }
      Files.createDirectories(absolute);
      // Each new name is durable once the directory above it is.
      for (Path made = absolute; made != null && !made.equals(existing); made = made.getParent()) {
        Path above = made.getParent();
        if (above != null) {
          SealedFile.syncDirectory(above);
        }
      }
    } catch (IOException e) {
      throw new DataDirectoryException(
          Kind.READ_ONLY,
          directory
              + " cannot be made or is no directory ("
              + SealedFile.describe(e)
              + "); expected: a directory, or a place where this user may make one; next: set"
              + " holdfast.node.data-dir to such a place",
          e);
    }
  }

  private static void refuseOrphans(Path directory, SealedFile identityFile)
      throws DataDirectoryException {
    // lost+found stands in the root of a fresh file system.
    List<String> others =
        othersThan(
            directory,
            Set.of(
                LOCK,
                String.valueOf(identityFile.temporary().getFileName()),
                String.valueOf(restoringFile(directory).temporary().getFileName()),
                "lost+found"));
    if (!others.isEmpty()) {
      throw new DataDirectoryException(
          Kind.DAMAGED,
          directory
              + " holds "
              + String.join(", ", others)
              + " but no identity: an acceptor must not forget; expected: an empty directory, or"
              + " one with its identity; next: restore the identity file, or set"
              + " holdfast.node.data-dir to an empty directory and replace the node");
    }
  }

  /** The first few of the names in it that are none of these. */
  static List<String> othersThan(Path directory, Set<String> harmless)
      throws DataDirectoryException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> !harmless.contains(name))
          .sorted()
          .limit(5)
          .toList();
    } catch (IOException e) {
      throw SealedFile.writeFailed(directory, e);
    }
  }

  /** Part of a backup is not the backup. */
  static void refuseHalfRestored(Path directory) throws DataDirectoryException {
    SealedFile mark = restoringFile(directory);
    if (mark.exists()) {
      throw new DataDirectoryException(
          Kind.DAMAGED,
          directory
              + " is only partly restored from "
              + mark.read(ByteString::toStringUtf8)
              + ": 'holdfast snapshot restore' did not end; expected: a restore that ended; next:"
              + " run it again, which begins anew");
    }
  }

  private static void refuseForeign(
      Path directory, StoredIdentity stored, String meshId, NodeId node)
      throws DataDirectoryException {
    if (!stored.meshId().equals(meshId) || !stored.node().equals(node)) {
      throw new DataDirectoryException(
          Kind.FOREIGN,
          directory
              + " belongs to node "
              + stored.node()
              + " of mesh "
              + stored.meshId()
              + "; expected: node "
              + node
              + " of mesh "
              + meshId
              + "; next: correct holdfast.node.id and holdfast.mesh.id, or set another"
              + " holdfast.node.data-dir");
    }
  }

  private static SealedFile refusedFile(Path directory) {
    return new SealedFile(directory.resolve(REFUSED), "HFREFUS\n", VERSION);
  }

  static void refuseCondemned(Path directory) throws DataDirectoryException {
    SealedFile mark = refusedFile(directory);
    if (mark.exists()) {
      throw new DataDirectoryException(
          Kind.REFUSED,
          directory
              + " "
              + mark.read(RefusalMark::read).text()
              + "; expected: the directory that this node ran on last; next: put that one in its"
              + " place as a whole, or go on without this node: starting it again cannot help");
    }
  }

  static void closeAfterRefusal(Path directory, DirectoryLock lock) throws DataDirectoryException {
    try {
      lock.close();
    } catch (IOException e) {
      throw SealedFile.writeFailed(directory.resolve(LOCK), e);
    }
  }

  static long nonZero(LongSupplier random) {
    long drawn = random.getAsLong();
    while (drawn == 0) {
      drawn = random.getAsLong();
    }
    return drawn;
  }
}
