package io.holdfast.acceptor.store;

import io.holdfast.config.core.InvariantViolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.mvstore.MVStore;
import org.h2.store.fs.FilePath;

/**
 * An embedded H2 file database whose commits survive a power cut: when {@link Connection#commit()}
 * has returned, the data is on the medium.
 *
 * <p>It takes two things: {@code WRITE_DELAY=0}, so that a commit writes rather than leaving it to
 * a background thread, and files opened with O_DSYNC ({@link DurableFilePath}), since H2 itself
 * never syncs. The price of the first is that H2's background housekeeping does not run. Chunks of
 * which nothing is alive are still reused, a second after they were written, so a journal that
 * forgets its oldest rows stays at what is alive plus what is written in that time. Chunks that are
 * partly alive are not, unless the owner's writer calls {@link #reclaim()} now and then.
 *
 * <p>After an {@link SQLException} that stems from I/O the database may skip later commits
 * silently: the owner must stop using it.
 *
 * <p>Thread-safe. A connection is for one thread at a time. One process may have the file open.
 */
public final class DurableDatabase implements NodeDatabase {

  /** H2's suffix for the one file of a database. */
  private static final String FILE_SUFFIX = ".mv.db";

  /** What a database is called while it is made. */
  private static final String UNFINISHED_SUFFIX = ".unfinished";

  /**
   * Values up to this many bytes stay in their row. H2's default of 256 keeps larger ones in a map
   * of their own, which nearly halves the rate for events of 30 KB.
   */
  private static final int MAX_INPLACE_LOB_BYTES = 64 * 1024 * 1024;

  private static final int CACHE_KIB = 16 * 1024;
  private static final int LOCK_TIMEOUT_MILLIS = 10_000;

  /**
   * Dead chunks are reused this long after they were written. H2 keeps them (45 s by default) for
   * disks that reorder writes; ours are synchronous, so only recovery's short look back matters.
   */
  private static final Duration RETENTION = Duration.ofSeconds(1);

  /** Chunks are rewritten while less than this share of the stored bytes is alive, in percent. */
  private static final int TARGET_FILL_PERCENT = 60;

  /** How many live bytes one reclaim may rewrite: it bounds the pause for the writes behind it. */
  private static final int RECLAIM_BYTES = 1024 * 1024;

  private final String url;
  private final Path file;
  private final JdbcDataSource dataSource;
  private final JdbcConnection keeper;

  private DurableDatabase(String url, Path file, JdbcDataSource dataSource, JdbcConnection keeper) {
    this.url = url;
    this.file = file;
    this.dataSource = dataSource;
    this.keeper = keeper;
  }

  /**
   * Opens the database, and creates it and the directory it stands in where absent.
   *
   * @param fileBase the file without H2's suffix {@code .mv.db}
   * @throws StorageFailure if it cannot be opened: unreadable, damaged, or open in another process
   */
  public static DurableDatabase open(Path fileBase) {
    return open(fileBase, new DurableFilePath());
  }

  /**
   * The same on another file system, which must be as durable.
   *
   * @param fileBase the file without H2's suffix
   * @param fileSystem the file system to open it on; registered with H2 under its scheme
   */
  public static DurableDatabase open(Path fileBase, DurableFilePath fileSystem) {
    Path base = fileBase.toAbsolutePath().normalize();
    if (base.toString().indexOf(';') >= 0) {
      throw new IllegalArgumentException("database file " + base + ": must not contain ';'");
    }
    FilePath.register(fileSystem);
    try {
      Path directory = base.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      makeUnlessThere(base, fileSystem);
      JdbcDataSource dataSource = dataSource(base, fileSystem);
      JdbcConnection keeper = (JdbcConnection) dataSource.getConnection();
      try (Statement statement = keeper.createStatement()) {
        statement.execute("SET MAX_LENGTH_INPLACE_LOB " + MAX_INPLACE_LOB_BYTES);
        statement.execute("SET RETENTION_TIME " + RETENTION.toMillis());
      } catch (SQLException e) {
        keeper.close();
        throw e;
      }
      return new DurableDatabase(dataSource.getURL(), fileOf(base), dataSource, keeper);
    } catch (IOException | SQLException e) {
      throw new StorageFailure("opening the database " + base, e);
    }
  }

  /**
   * Opens a database that is there, to look at it: nothing is written to its file.
   *
   * @param fileBase the file without H2's suffix {@code .mv.db}
   * @throws StorageFailure if it cannot be opened: missing, unreadable, damaged, or open in another
   *     process
   */
  public static DurableDatabase openReadOnly(Path fileBase) {
    Path base = fileBase.toAbsolutePath().normalize();
    DurableFilePath fileSystem = new DurableFilePath();
    FilePath.register(fileSystem);
    JdbcDataSource dataSource = dataSource(base, fileSystem);
    dataSource.setURL(dataSource.getURL() + ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE");
    try {
      JdbcConnection keeper = (JdbcConnection) dataSource.getConnection();
      return new DurableDatabase(dataSource.getURL(), fileOf(base), dataSource, keeper);
    } catch (SQLException e) {
      throw new StorageFailure("opening the database " + base + " to read it", e);
    }
  }

  private static JdbcDataSource dataSource(Path base, DurableFilePath fileSystem) {
    JdbcDataSource dataSource = new JdbcDataSource();
    // What goes wrong is thrown here: H2 need not keep a log of its own beside the data.
    dataSource.setURL(
        "jdbc:h2:%s:%s;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;MAX_COMPACT_TIME=0;CACHE_SIZE=%d;LOCK_TIMEOUT=%d;TRACE_LEVEL_FILE=0"
            .formatted(fileSystem.getScheme(), base, CACHE_KIB, LOCK_TIMEOUT_MILLIS));
    dataSource.setUser("");
    dataSource.setPassword("");
    return dataSource;
  }

  /**
   * Makes a new database under another name, and gives it its own once it is whole: H2 refuses for
   * good what a power cut leaves of the first writes of a file, though nothing was ever in it. What
   * is left under the other name is of no use to anybody.
   */
  private static void makeUnlessThere(Path base, DurableFilePath fileSystem)
      throws IOException, SQLException {
    Path file = fileOf(base);
    // Not the same as "does not exist": where that cannot be told, nothing may be put in its place.
    if (!Files.notExists(file)) {
      return;
    }
    Path unfinished = base.resolveSibling(base.getFileName() + UNFINISHED_SUFFIX);
    Files.deleteIfExists(fileOf(unfinished));
    try (Connection first = dataSource(unfinished, fileSystem).getConnection();
        Statement statement = first.createStatement()) {
      statement.execute("SHUTDOWN");
    }
    Files.move(fileOf(unfinished), file, StandardCopyOption.ATOMIC_MOVE);
    DurableFilePath.syncDirectory(file);
  }

  /**
   * The JDBC URL, for code that makes its own connections in this process. User and password are
   * empty.
   */
  public String url() {
    return url;
  }

  /** Makes plain connections; opening one is cheap, there is no pool. */
  public DataSource dataSource() {
    return dataSource;
  }

  @Override
  public SqlDialect dialect() {
    return SqlDialect.H2;
  }

  @Override
  public String place() {
    return file.toString();
  }

  @Override
  public Connection connect() throws SQLException {
    return dataSource.getConnection();
  }

  /** As cheap as any. */
  @Override
  public Connection connectToRead() throws SQLException {
    return connect();
  }

  /**
   * The one file of a database.
   *
   * @param fileBase the file without H2's suffix
   */
  public static Path fileOf(Path fileBase) {
    return fileBase.resolveSibling(fileBase.getFileName() + FILE_SUFFIX);
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** The size of the file in bytes. */
  public long fileBytes() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("size of " + file, e);
    }
  }

  @Override
  public long storedBytes() {
    return fileBytes();
  }

  @Override
  public OptionalLong synchronousWrites() {
    return OptionalLong.of(syncWrites().writes());
  }

  /** What was written to the file, synchronously. */
  public SyncWriteCounter syncWrites() {
    return DurableFilePath.counterOf(file);
  }

  /**
   * One bounded step of what H2's background thread would do: rewrites the live rest of the chunks
   * that are mostly dead, so that their space is reused. It is a commit like any other, and loses
   * none: a chunk is reused only after later ones that do not need it are on disk.
   *
   * <p>To be called by the thread that writes, between its transactions, about once per few
   * mebibytes written.
   *
   * @return whether anything was rewritten
   */
  @Override
  public boolean reclaim() {
    MVStore store = store();
    boolean rewritten = store.compact(TARGET_FILL_PERCENT, RECLAIM_BYTES);
    store.commit();
    return rewritten;
  }

  /**
   * Reads every chunk that the database is made of and compares it with its checksum: so damage is
   * found also where no row shows it. Takes as long as reading the file does.
   *
   * @return what is damaged, each with where in the file
   * @throws IOException if the file cannot be read
   */
  public List<String> damagedChunks() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return ChunkSeal.damaged(store().getLayoutMap(), channel);
    }
  }

  /**
   * Whether the last commit in a database's file is torn, as a power cut leaves it: the next {@link
   * #open} undoes it. Until then the file cannot be read as it is meant.
   *
   * @param fileBase the file without H2's suffix
   * @throws IOException if the file cannot be read
   */
  public static boolean isLastCommitTorn(Path fileBase) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOf(fileBase), StandardOpenOption.READ)) {
      return ChunkSeal.isNewestTorn(channel);
    }
  }

  private MVStore store() {
    if (keeper.getSession() instanceof SessionLocal session) {
      return session.getDatabase().getStore().getMvStore();
    }
    throw new InvariantViolation("EmbeddedDatabase", "the session of " + url + " is not local");
  }

  /**
   * Closes the database and every connection to it. What was committed is on disk already, so
   * nothing can be lost here.
   */
  @Override
  public void close() throws SQLException {
    if (keeper.isClosed()) {
      return;
    }
    // A connection that is left to the garbage collector is a complaint of H2's.
    try (JdbcConnection last = keeper;
        Statement statement = last.createStatement()) {
      statement.execute("SHUTDOWN");
    }
  }
}
