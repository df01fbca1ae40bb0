package io.holdfast.mesh.cli;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

/**
 * Tries ports of this host: each is bound, and let go at once, on IPv4 and IPv6, TCP and UDP, on
 * the wildcard and the loopback address. Without SO_REUSEADDR, so that what somebody else has bound
 * is noticed however it was.
 *
 * <p>Whoever else probes at that moment is noticed too. So what seems occupied is tried again after
 * a while, which is not the same for two of them.
 *
 * <p>Only what is told rests on it, and which number is asked for: that no two get the same is the
 * mesh's.
 */
final class HostProbe {

  /** What is known of a port. */
  enum State {
    /** Nobody has it. */
    FREE,
    /** Somebody has it. */
    OCCUPIED,
    /** This process may not have it, or cannot tell. */
    UNPROBEABLE
  }

  /**
   * What was found.
   *
   * @param why where it is occupied, or cannot be tried; empty for a free one
   */
  record Finding(State state, String why) {

    static final Finding FREE = new Finding(State.FREE, "");

    boolean isFree() {
      return state == State.FREE;
    }
  }

  private static final int LAST_PORT = 65_535;
  private static final int PASSES = 4;
  private static final long SHORTEST_PAUSE_MILLIS = 3;
  private static final long LONGEST_PAUSE_MILLIS = 25;

  /** Wildcard and loopback of each family, written out: a resolver might not know them. */
  private static final List<Address> ADDRESSES =
      List.of(
          new Address(StandardProtocolFamily.INET, address(0, 0, 0, 0)),
          new Address(StandardProtocolFamily.INET, address(127, 0, 0, 1)),
          new Address(StandardProtocolFamily.INET6, address(new int[16])),
          new Address(
              StandardProtocolFamily.INET6,
              address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)));

  private record Address(ProtocolFamily family, InetAddress address) {

    @Override
    public String toString() {
      String text = address.getHostAddress();
      return address instanceof Inet4Address
          ? text
          : "[" + text.replaceAll("(?:0:){2,7}", "::") + "]";
    }
  }

  private static InetAddress address(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + raw.length + " bytes", e);
    }
  }

  private enum Protocol {
    TCP,
    UDP;

    NetworkChannel open(ProtocolFamily family) throws IOException {
      return this == TCP ? ServerSocketChannel.open(family) : DatagramChannel.open(family);
    }
  }

  private final RandomGenerator random;
  private final LongFunction<Finding> trying;

  private HostProbe(RandomGenerator random, LongFunction<Finding> trying) {
    this.random = random;
    this.trying = trying;
  }

  /** That of this host. */
  static HostProbe create() {
    return new HostProbe(RandomGenerator.getDefault(), HostProbe::look);
  }

  /** One that knows by itself how ports are. */
  static HostProbe of(LongFunction<Finding> trying) {
    return new HostProbe(RandomGenerator.getDefault(), trying);
  }

  /** How a port is. */
  Finding probe(long port) {
    return probe(List.of(port)).getOrDefault(port, Finding.FREE);
  }

  /** How each of these is, in their order. What is no port is taken for free. */
  Map<Long, Finding> probe(List<Long> ports) {
    Map<Long, Finding> found = new LinkedHashMap<>();
    ports.forEach(port -> found.put(port, trying.apply(port)));
    for (int pass = 1; pass < PASSES; pass++) {
      List<Long> again = new ArrayList<>();
      found.forEach(
          (port, finding) -> {
            if (finding.state() == State.OCCUPIED) {
              again.add(port);
            }
          });
      if (!again.isEmpty()) {
        LockSupport.parkNanos(
            TimeUnit.MILLISECONDS.toNanos(
                random.nextLong(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS)));
        again.forEach(port -> found.put(port, trying.apply(port)));
      }
    }
    return found;
  }

  private static Finding look(long port) {
    if (port < 1 || port > LAST_PORT) {
      return Finding.FREE;
    }
    for (Protocol protocol : Protocol.values()) {
      for (Address address : ADDRESSES) {
        Finding finding = bind(protocol, address, (int) port);
        if (!finding.isFree()) {
          return finding;
        }
      }
    }
    return Finding.FREE;
  }

  private static Finding bind(Protocol protocol, Address address, int port) {
    String where = protocol + " " + address;
    try (NetworkChannel channel = protocol.open(address.family())) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, false);
      channel.bind(new InetSocketAddress(address.address(), port));
      return Finding.FREE;
    } catch (UnsupportedOperationException noSuchFamily) {
      return Finding.FREE;
    } catch (SocketException e) {
      return refused(protocol, address, where, e);
    } catch (IOException e) {
      return new Finding(State.UNPROBEABLE, where + ": " + e.getMessage());
    }
  }

  /**
   * The words of an operating system differ by language, so that a host without the family or the
   * address is told by this: no other port can be bound there either.
   */
  private static Finding refused(
      Protocol protocol, Address address, String where, SocketException why) {
    if (!canBindAny(protocol, address)) {
      return Finding.FREE;
    }
    String words = String.valueOf(why.getMessage());
    String lower = words.toLowerCase(Locale.ROOT);
    return lower.contains("permi") || lower.contains("denied")
        ? new Finding(State.UNPROBEABLE, where + ": " + words)
        : new Finding(State.OCCUPIED, where + " is in use");
  }

  private static boolean canBindAny(Protocol protocol, Address address) {
    try (NetworkChannel channel = protocol.open(address.family())) {
      channel.bind(new InetSocketAddress(address.address(), 0));
      return true;
    } catch (IOException | UnsupportedOperationException absent) {
      return false;
    }
  }
}
