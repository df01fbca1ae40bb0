package io.holdfast.chaos.fault;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a loopback port, whose number stands in {@value #FILE} in the data directory while the
 * node runs. A connection carries one line and its answer. One connection at a time is served, so
 * commands are in force one after another.
 */
public final class FaultPort implements AutoCloseable {

  /** Where the port's number stands, below the data directory. */
  public static final String FILE = "fault.port";

  /** Under which the status of a node says the port's number. */
  public static final String COUNTER = "faultPort";

  private static final Logger LOG = LoggerFactory.getLogger(FaultPort.class);

  private static final int MAX_LINE_BYTES = 256;
  private static final int READ_TIMEOUT_MILLIS = 5_000;
  private static final int BACKLOG = 8;

  private final ServerSocket socket;
  private final Path file;
  private final UnaryOperator<String> commands;

  private FaultPort(ServerSocket socket, Path file, UnaryOperator<String> commands) {
    this.socket = socket;
    this.file = file;
    this.commands = commands;
  }

  /**
   * Opens the port, and says where it is.
   *
   * @param directory the data directory
   * @param commands answers a line with one
   */
  static FaultPort open(Path directory, UnaryOperator<String> commands) throws IOException {
    ServerSocket socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Path file = directory.resolve(FILE);
    FaultPort port = new FaultPort(socket, file, commands);
    try {
      Path made = Files.writeString(directory.resolve(FILE + ".new"), "" + socket.getLocalPort());
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Thread thread = new Thread(port::serve, "holdfast-fault-port");
    thread.setDaemon(true);
    thread.start();
    LOG.warn(
        "faults may be injected into this node: it listens on {}", socket.getLocalSocketAddress());
    return port;
  }

  /** Its number. */
  int number() {
    return socket.getLocalPort();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        connection.setSoTimeout(READ_TIMEOUT_MILLIS);
        String answer = commands.apply(line(connection.getInputStream()));
        connection.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          LOG.info("a connection to the port for faults has ended early: {}", e.toString());
        }
      }
    }
  }

  /** One line, cut at a bound: whoever sends more is answered that it is no command. */
  private static String line(InputStream stream) throws IOException {
    InputStream in = new BufferedInputStream(stream);
    StringBuilder line = new StringBuilder();
    for (int next = in.read();
        next >= 0 && next != '\n' && line.length() < MAX_LINE_BYTES;
        next = in.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
      socket.close();
    } catch (IOException e) {
      LOG.warn("closing the port for faults", e);
    }
  }
}
