package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.GroupId;
import io.vertx.core.buffer.Buffer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A node's snapshot of a group as it arrives. It blocks, and reads no faster than it is read from:
 * what is not read stays at the node.
 */
public final class SnapshotSource implements AutoCloseable {

  private static final int MAX_PROBLEM_BYTES = 1 << 16;

  private final HttpURLConnection connection;
  private final InputStream stream;

  private SnapshotSource(HttpURLConnection connection, InputStream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  /** A node answered, and gives none. */
  public static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    private final String code;

    Refused(String code, String reason) {
      super(reason);
      this.code = code;
    }

    /** The outcome that it states; empty where it states none. */
    public String code() {
      return code;
    }
  }

  /**
   * Asks a node.
   *
   * @param token what is shown
   * @param silence how long it may say nothing, before its answer or within it
   * @throws Refused when it gives none now
   * @throws IOException when it cannot be reached, or says nothing
   */
  public static SnapshotSource open(
      MeshEndpoint node, GroupId group, Optional<BearerToken> token, Duration silence)
      throws IOException {
    URI address = URI.create("http://" + node + "/v1/groups/" + group + "/snapshot");
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    int millis = (int) Math.max(1, Math.min(Integer.MAX_VALUE, silence.toMillis()));
    token.ifPresent(shown -> connection.setRequestProperty("Authorization", shown.header()));
    connection.setConnectTimeout(millis);
    connection.setReadTimeout(millis);
    boolean opened = false;
    try {
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw refused(connection);
      }
      SnapshotSource source = new SnapshotSource(connection, connection.getInputStream());
      opened = true;
      return source;
    } finally {
      if (!opened) {
        connection.disconnect();
      }
    }
  }

  private static Refused refused(HttpURLConnection connection) throws IOException {
    try (InputStream body = connection.getErrorStream()) {
      JsonNode problem =
          AnswerText.parse(
              Buffer.buffer(body == null ? new byte[0] : body.readNBytes(MAX_PROBLEM_BYTES)));
      String code = problem.path("code").asText();
      return new Refused(
          code,
          code.isEmpty()
              ? "it answered with status " + connection.getResponseCode()
              : code + ": " + problem.path("detail").asText());
    }
  }

  /** About how many bytes come; 0 where it is not said. */
  public long aboutBytes() {
    return connection.getHeaderFieldLong("Holdfast-About-Bytes", 0);
  }

  /** What comes; closed with this. */
  public InputStream stream() {
    return new FilterInputStream(stream) {
      @Override
      public void close() {
        // The connection is closed by its owner: closing would read on to the end.
      }
    };
  }

  /** Lets go of the node, at once. */
  @Override
  public void close() {
    connection.disconnect();
  }
}
