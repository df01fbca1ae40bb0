package io.holdfast.config.core;

import java.util.Optional;

/**
 * A node of the mesh and where it is reached. Text form: {@code n1@127.0.0.1:4101}.
 *
 * @param node the node's stable name
 * @param address where its peers reach it: no wildcard, port 1 to 65535
 */
public record PeerAddress(NodeId node, HostPort address) {

  /** What the text form looks like, for error messages. */
  public static final String ALLOWED =
      "NODE@HOST:PORT, such as n1@10.0.0.1:4100, with a node id of "
          + NodeId.ALLOWED
          + " and an address that peers can reach (no wildcard, no port 0)";

  public PeerAddress {
    if (!isReachable(address)) {
      throw new IllegalArgumentException(
          "peer " + node + "@" + address + ": allowed is " + ALLOWED);
    }
  }

  /** Reads {@code NODE@HOST:PORT}; empty if it is something else. */
  public static Optional<PeerAddress> parse(String text) {
    int at = text.indexOf('@');
    if (at < 0 || !NodeId.isValid(text.substring(0, at))) {
      return Optional.empty();
    }
    NodeId node = new NodeId(text.substring(0, at));
    return HostPort.parse(text.substring(at + 1))
        .filter(PeerAddress::isReachable)
        .map(address -> new PeerAddress(node, address));
  }

  /** Whether peers could reach {@code address}: neither a wildcard nor port 0. */
  public static boolean isReachable(HostPort address) {
    return !address.isWildcard() && address.port() != 0;
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return node + "@" + address;
  }
}
