package io.holdfast.mesh.client;

import io.holdfast.mesh.http.PrivateDoor;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks the background node of a user whether it is there. One request over a plain socket: a verb
 * that has nothing else to ask shall not wait for an HTTP client to load.
 *
 * @param status the HTTP status
 * @param idle for how long nobody had used it
 */
record Knock(int status, Duration idle) {

  /** Counts as use: whoever has been let in finds the node there for as long as it may be idle. */
  static final String TO_COME_IN = "/v1/groups";

  /** Does not. */
  static final String TO_LOOK = "/livez";

  private static final int MAX_ANSWER_BYTES = 64 << 10;

  /** Whether it serves. */
  boolean serves() {
    return status == 200;
  }

  /**
   * Asks.
   *
   * @param path {@link #TO_COME_IN} or {@link #TO_LOOK}
   * @param patience how long to wait for an answer
   * @return absent where nobody answers, or somebody else than that node
   */
  static Optional<Knock> at(UserNode node, String path, Duration patience) {
    int millis = (int) Math.max(1, Math.min(Integer.MAX_VALUE, patience.toMillis()));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(node.endpoint().host(), node.endpoint().port()), millis);
      socket.setSoTimeout(millis);
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nConnection: close\r\n\r\n"
              .formatted(path, node.endpoint(), node.token().header())
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      byte[] answer = socket.getInputStream().readNBytes(MAX_ANSWER_BYTES);
      return read(new String(answer, StandardCharsets.ISO_8859_1), node.instance());
    } catch (IOException nobody) {
      return Optional.empty();
    }
  }

  private static Optional<Knock> read(String answer, String instance) {
    String[] head = answer.split("\r\n\r\n", 2)[0].split("\r\n");
    String[] first = head[0].split(" ");
    Map<String, String> headers = new TreeMap<>();
    for (String line : head) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    try {
      boolean itself = instance.equals(headers.get(PrivateDoor.INSTANCE.toLowerCase(Locale.ROOT)));
      String idle = headers.getOrDefault(PrivateDoor.IDLE.toLowerCase(Locale.ROOT), "0");
      return itself && first.length > 1
          ? Optional.of(
              new Knock(Integer.parseInt(first[1]), Duration.ofMillis(Long.parseLong(idle))))
          : Optional.empty();
    } catch (NumberFormatException noNode) {
      return Optional.empty();
    }
  }
}
