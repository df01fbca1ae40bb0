package io.holdfast.chaos.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The address of loopback that a node speaks from, each node its own, so that a proxy before
 * another one knows who speaks.
 */
public final class SourceAddress {

  private static final String NETWORK = "127.0.1.";

  private SourceAddress() {}

  /**
   * That of one node.
   *
   * @param mesh the names of all nodes, at most 64
   * @param node one of them
   */
  public static String of(Collection<String> mesh, String node) {
    List<String> sorted = mesh.stream().sorted().toList();
    int index = sorted.indexOf(node);
    if (index < 0) {
      throw new IllegalArgumentException(node + " is none of " + sorted);
    }
    return NETWORK + (index + 1);
  }

  /** The same where this machine has such an address: Linux has, without being told to. */
  static Optional<String> usable(Collection<String> mesh, String node) {
    String address = of(mesh, node);
    try (ServerSocket tried = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return Optional.of(tried.getInetAddress().getHostAddress());
    } catch (IOException none) {
      return Optional.empty();
    }
  }
}
