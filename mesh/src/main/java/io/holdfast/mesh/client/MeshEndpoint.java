package io.holdfast.mesh.client;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a node's HTTP front door listens.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record MeshEndpoint(String host, int port) {

  /** What an endpoint looks like, for error messages. */
  public static final String ALLOWED = "HOST:PORT, an IPv6 address in brackets, port 1 to 65535";

  public MeshEndpoint {
    if (host.isBlank() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "endpoint '" + host + ":" + port + "': allowed is " + ALLOWED);
    }
  }

  /**
   * Reads {@code HOST:PORT}, with or without {@code http://} before it.
   *
   * @throws IllegalArgumentException for any other form
   */
  public static MeshEndpoint parse(String text) {
    String plain = text.strip();
    if (plain.startsWith("http://")) {
      plain = plain.substring("http://".length());
    }
    if (plain.endsWith("/")) {
      plain = plain.substring(0, plain.length() - 1);
    }
    int colon = plain.lastIndexOf(':');
    if (colon < 1 || !plain.substring(colon + 1).matches("\\d{1,5}")) {
      throw new IllegalArgumentException("endpoint '" + text + "': allowed is " + ALLOWED);
    }
    String host = plain.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("endpoint '" + text + "': allowed is " + ALLOWED);
    }
    return new MeshEndpoint(host, Integer.parseInt(plain.substring(colon + 1)));
  }

  /**
   * Reads endpoints separated by commas.
   *
   * @throws IllegalArgumentException where one is wrong or there is none
   */
  public static List<MeshEndpoint> parseList(String text) {
    List<MeshEndpoint> endpoints = new ArrayList<>();
    for (String part : text.split(",")) {
      if (!part.isBlank()) {
        endpoints.add(parse(part));
      }
    }
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("no endpoint in '" + text + "': allowed is " + ALLOWED);
    }
    return List.copyOf(endpoints);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
