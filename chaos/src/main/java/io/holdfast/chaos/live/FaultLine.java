package io.holdfast.chaos.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.chaos.fault.FaultPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Speaks to the fault port of a node on this machine. */
final class FaultLine {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where a node of ours says its port. */
  private final Optional<Path> file;

  /** The port of a node that somebody else has started. */
  private final Optional<Integer> known;

  private final Runnable requireAlive;

  private FaultLine(Optional<Path> file, Optional<Integer> known, Runnable requireAlive) {
    this.file = file;
    this.known = known;
    this.requireAlive = requireAlive;
  }

  /**
   * @param dataDir the node's data directory
   * @param requireAlive throws where its process has ended
   */
  static FaultLine of(Path dataDir, Runnable requireAlive) {
    return new FaultLine(
        Optional.of(dataDir.resolve(FaultPort.FILE)), Optional.empty(), requireAlive);
  }

  /**
   * @param port of a node on this machine; empty where it takes no faults
   */
  static FaultLine at(Optional<Integer> port) {
    return new FaultLine(Optional.empty(), port, () -> {});
  }

  /** The node is about to be started: where its port was says nothing any more. */
  void forget() {
    try {
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends a command that must be obeyed.
   *
   * @throws IllegalStateException where it is not
   */
  void obey(String command) {
    String answer = ask(command);
    if (!answer.equals("ok")) {
      throw new IllegalStateException(command + ": " + answer);
    }
  }

  FaultReport report() {
    try {
      return new FaultReport(JSON.readTree(ask("status")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer to one line. */
  String ask(String line) {
    int port =
        Waiting.forAnswer(
            "the port for faults (was the node started with chaos on?)", PATIENCE, this::port);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the port for faults " + port + ": " + e.getMessage(), e);
    }
  }

  /** Whether the node has said where its port is. */
  boolean isOpen() {
    return known.isPresent() || file.map(Files::exists).orElse(false);
  }

  private Optional<Integer> port() {
    requireAlive.run();
    try {
      return known.isEmpty() && isOpen()
          ? Optional.of(Integer.parseInt(Files.readString(file.orElseThrow())))
          : known;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
