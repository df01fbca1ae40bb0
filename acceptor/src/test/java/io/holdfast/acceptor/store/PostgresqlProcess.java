package io.holdfast.acceptor.store;

import io.holdfast.config.core.PostgresqlSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server of a test's own, on a free port of loopback, in a directory that goes with
 * it. Where PostgreSQL is not installed whoever asks for one is skipped, and told so.
 */
public final class PostgresqlProcess implements AutoCloseable {

  /** The role that may do everything, and owns the database. */
  public static final String USER = "holdfast";

  /** Its password. */
  public static final String PASSWORD = "s3cret of a test";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SYSTEM_USER = "postgres";
  private static final AtomicLong PREFIXES = new AtomicLong();

  private static @Nullable PostgresqlProcess shared;

  private final Path binaries;
  private final Path directory;
  private final int port;
  private final Thread hook = new Thread(this::killAndForget);
  private @Nullable Process process;

  private PostgresqlProcess(Path binaries, Path directory, int port) {
    this.binaries = binaries;
    this.directory = directory;
    this.port = port;
  }

  /** One for all tests of this process, which ends with it; or the test is skipped. */
  public static synchronized PostgresqlProcess shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  /** Starts one; or the test is skipped. */
  public static PostgresqlProcess start(String... settings) {
    Optional<Path> found = binaries();
    Assumptions.assumeTrue(
        found.isPresent(),
        "PostgreSQL is not installed (no initdb in /usr/lib/postgresql/*/bin or on the PATH): what"
            + " needs a server is skipped; on Debian: apt-get install postgresql");
    try {
      Path directory = Files.createTempDirectory("holdfast-postgresql");
      PostgresqlProcess server = new PostgresqlProcess(found.orElseThrow(), directory, freePort());
      Runtime.getRuntime().addShutdownHook(server.hook);
      server.init();
      server.begin(settings);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> binaries() {
    List<Path> candidates = new ArrayList<>();
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      versions
          .sorted(Comparator.reverseOrder())
          .forEach(version -> candidates.add(version.resolve("bin")));
    } catch (IOException e) {
      // Then it is on the path, or nowhere.
    }
    Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .filter(part -> !part.isEmpty())
        .forEach(part -> candidates.add(Path.of(part)));
    return candidates.stream()
        .filter(
            bin ->
                Files.isExecutable(bin.resolve("initdb"))
                    && Files.isExecutable(bin.resolve("postgres")))
        .findFirst();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void init() throws IOException {
    Path password = directory.resolve("password");
    Files.writeString(password, PASSWORD + "\n");
    if (isRoot()) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      run(List.of("chown", "-R", SYSTEM_USER, directory.toString()));
    }
    run(
        as(
            binaries.resolve("initdb").toString(),
            "--pgdata=" + data(),
            "--username=" + USER,
            "--auth=scram-sha-256",
            "--pwfile=" + password,
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"));
  }

  private Path data() {
    return directory.resolve("data");
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** PostgreSQL refuses to run as root; its process must be our child, not a child's. */
  private static List<String> as(String... command) {
    List<String> words = new ArrayList<>();
    if (isRoot()) {
      words.addAll(
          List.of("setpriv", "--reuid=" + SYSTEM_USER, "--regid=" + SYSTEM_USER, "--init-groups"));
    }
    words.addAll(List.of(command));
    return words;
  }

  private void run(List<String> command) throws IOException {
    Path log = Files.createTempFile("holdfast-postgresql", ".log");
    try {
      Process once = process(command, log);
      if (!once.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || once.exitValue() != 0) {
        once.destroyForcibly();
        throw new IllegalStateException(command + " failed:\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private Process process(List<String> command, Path log) throws IOException {
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /**
   * Starts the server that is there, and waits until it answers.
   *
   * @param settings of the server, as {@code fsync=off}
   */
  public synchronized void begin(String... settings) {
    List<String> command = new ArrayList<>();
    command.add(binaries.resolve("postgres").toString());
    command.add("-D" + data());
    List<String> all = new ArrayList<>();
    all.add("port=" + port);
    all.add("listen_addresses=127.0.0.1");
    all.add("unix_socket_directories=");
    all.add("shared_buffers=32MB");
    all.add("dynamic_shared_memory_type=mmap");
    all.addAll(List.of(settings));
    for (String setting : all) {
      command.add("-c");
      command.add(setting);
    }
    Path log = directory.resolve("log");
    try {
      Process started = process(as(command.toArray(String[]::new)), log);
      process = started;
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () -> {
                if (!started.isAlive()) {
                  throw new IllegalStateException("postgres ended:\n" + Files.readString(log));
                }
                return answers();
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    try (Connection connection = connect()) {
      return connection.isValid(10);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Ends the server and every session of it; what was committed stays. */
  public synchronized void stop() {
    Process running = process;
    process = null;
    if (running == null) {
      return;
    }
    try {
      run(List.of("kill", "-INT", Long.toString(running.pid())));
      if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("postgres does not stop");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Stops the server, and starts it as a copy that was promoted: the same data, on the next
   * timeline.
   */
  public void stopAndPromote() {
    stop();
    try {
      Path signal = Files.createFile(data().resolve("standby.signal"));
      if (isRoot()) {
        run(List.of("chown", SYSTEM_USER, signal.toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin();
    execute("SELECT pg_promote()");
  }

  /** Has the server do nothing any more, without ending a connection. */
  public void freeze() {
    signal("-STOP");
  }

  /** Has it go on. */
  public void thaw() {
    signal("-CONT");
  }

  private synchronized void signal(String signal) {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("the server does not run");
    }
    List<String> command = new ArrayList<>(List.of("kill", signal, Long.toString(running.pid())));
    running.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    try {
      run(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it is. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** A session of the role that may do everything. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, PASSWORD);
  }

  /** Has the server do something. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** What a node needs to know to use it, with schemas that nobody else uses. */
  public PostgresqlSettings settings() {
    return new PostgresqlSettings(
        url(),
        USER,
        PASSWORD,
        "t" + ProcessHandle.current().pid() + "_" + PREFIXES.incrementAndGet(),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60));
  }

  @Override
  public void close() {
    stop();
    killAndForget();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private void killAndForget() {
    Process running = process;
    if (running != null) {
      // Its children end by themselves, and nothing of it is needed any more.
      running.destroyForcibly();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(PostgresqlProcess::delete);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("left behind: " + directory + ": " + e.getMessage());
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A file that comes while its directory goes: the system's own cleaning finds it.
    }
  }
}
