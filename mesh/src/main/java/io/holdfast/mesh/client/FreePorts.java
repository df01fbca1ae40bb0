package io.holdfast.mesh.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds loopback ports that nobody listens on. They lie below the range that systems hand out to
 * outgoing connections, so no client takes one while its node is down. The port of a node that is
 * down looks free to another mesh of this machine: meshes that start at the same time are kept
 * apart by the system property {@value #RANGE}, as in {@code -Dlocal-mesh.ports=15000-15999}.
 */
public final class FreePorts {

  /** The system property that says which ports to take, both bounds included. */
  public static final String RANGE = "local-mesh.ports";

  private static final String DEFAULT_RANGE = "15000-31999";
  private static final Pattern FORM = Pattern.compile("(\\d{4,5})-(\\d{4,5})");
  private static final int HIGHEST = 65_535;
  private static final int TRIES = 10_000;

  private FreePorts() {}

  /**
   * {@code count} ports, all different.
   *
   * @throws IllegalArgumentException if the property is not a range of ports
   * @throws UncheckedIOException if so many were not found
   */
  public static List<Integer> find(int count) {
    String range = System.getProperty(RANGE, DEFAULT_RANGE);
    Matcher bounds = FORM.matcher(range);
    if (!bounds.matches()) {
      throw noRange(range);
    }
    int from = Integer.parseInt(bounds.group(1));
    int to = Integer.parseInt(bounds.group(2));
    if (from > to || to > HIGHEST) {
      throw noRange(range);
    }
    List<Integer> ports = new ArrayList<>();
    for (int tries = 0; tries < TRIES && ports.size() < count; tries++) {
      int port = ThreadLocalRandom.current().nextInt(from, to + 1);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new UncheckedIOException(new IOException("no " + count + " free ports in " + range));
    }
    return ports;
  }

  /** Whether a node could listen on {@code port} of the loopback interface. */
  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as a node does: a port in TIME_WAIT is free
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static IllegalArgumentException noRange(String range) {
    return new IllegalArgumentException(
        RANGE + "=" + range + " is not a range of ports, such as " + DEFAULT_RANGE);
  }
}
