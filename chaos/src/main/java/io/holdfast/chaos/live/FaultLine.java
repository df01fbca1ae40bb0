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

  private final Path file;
  private final Runnable requireAlive;

  /**
   * @param dataDir the node's data directory
   * @param requireAlive throws where its process has ended
   */
  FaultLine(Path dataDir, Runnable requireAlive) {
    this.file = dataDir.resolve(FaultPort.FILE);
    this.requireAlive = requireAlive;
  }

  /** The node is about to be started: where its port was says nothing any more. */
  void forget() {
    try {
      Files.deleteIfExists(file);
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
        Waiting.forAnswer(file + " (was the node started with chaos on?)", PATIENCE, this::port);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the fault port " + port + " of " + file, e);
    }
  }

  private Optional<Integer> port() {
    requireAlive.run();
    try {
      return Files.exists(file)
          ? Optional.of(Integer.parseInt(Files.readString(file)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
