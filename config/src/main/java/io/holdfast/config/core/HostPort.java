package io.holdfast.config.core;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a socket listens or is reached. Names are not looked up here.
 *
 * @param host a DNS name, an IPv4 address, or an IPv6 address without brackets
 * @param port 0 to 65535; 0 lets the system choose, where a setting allows it
 */
public record HostPort(String host, int port) implements Comparable<HostPort> {

  /** What the text form looks like, for error messages. */
  public static final String ALLOWED =
      "HOST:PORT with a DNS name, an IPv4 or a bracketed IPv6 address, and a port up to 65535";

  private static final int MAX_PORT = 65535;
  private static final int MAX_HOST = 253;
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  // A name of digits and dots only is a mistyped IPv4 address.
  private static final Pattern NAME =
      Pattern.compile("(?![0-9.]+$)" + LABEL + "(?:\\." + LABEL + ")*");
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern IPV6_PART = Pattern.compile("[0-9A-Fa-f]{1,4}");
  private static final int IPV6_PARTS = 8;

  public HostPort {
    if (!isHost(host)) {
      throw new IllegalArgumentException("host '" + host + "': allowed is " + ALLOWED);
    }
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + ": allowed is 0 to " + MAX_PORT);
    }
  }

  /** Reads {@code HOST:PORT} or {@code [IPV6]:PORT}; empty if it is neither. */
  public static Optional<HostPort> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || !PORT.matcher(text.substring(colon + 1)).matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    boolean fits = bracketed ? isIpv6(bare) : isNameOrIpv4(bare);
    return fits && port <= MAX_PORT ? Optional.of(new HostPort(bare, port)) : Optional.empty();
  }

  /** Whether this means every interface: good to listen on, useless as an address to reach. */
  public boolean isWildcard() {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  @Override
  public int compareTo(HostPort other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static boolean isHost(String host) {
    return isNameOrIpv4(host) || isIpv6(host);
  }

  private static boolean isNameOrIpv4(String host) {
    return host.length() <= MAX_HOST
        && (NAME.matcher(host).matches() || IPV4.matcher(host).matches());
  }

  /** RFC 4291 section 2.2 without the dotted tail: eight parts, or fewer around one "::". */
  private static boolean isIpv6(String host) {
    int gap = host.indexOf("::");
    if (gap < 0) {
      return ipv6Parts(host) == IPV6_PARTS;
    }
    int before = gap == 0 ? 0 : ipv6Parts(host.substring(0, gap));
    String rest = host.substring(gap + 2);
    int after = rest.isEmpty() ? 0 : ipv6Parts(rest);
    return before >= 0 && after >= 0 && before + after < IPV6_PARTS;
  }

  private static int ipv6Parts(String text) {
    String[] parts = text.split(":", -1);
    for (String part : parts) {
      if (!IPV6_PART.matcher(part).matches()) {
        return -1;
      }
    }
    return parts.length;
  }
}
