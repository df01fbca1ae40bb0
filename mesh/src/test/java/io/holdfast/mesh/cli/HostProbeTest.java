package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostProbeTest {

  private final HostProbe probe = HostProbe.create();

  private interface Opening {
    NetworkChannel open(ProtocolFamily family) throws IOException;
  }

  /** What is found while a socket is bound there as nearly every server binds it. */
  private HostProbe.Finding whileBound(Opening opening, ProtocolFamily family, String address)
      throws IOException {
    long port = FreeSpan.of(1);
    try (NetworkChannel channel = opening.open(family)) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(InetAddress.getAllByName(address)[0], (int) port));
      return probe.probe(port);
    }
  }

  @Test
  void findsListenersOfEveryFamilyAndProtocol() throws IOException {
    ProtocolFamily four = StandardProtocolFamily.INET;
    for (String address : List.of("127.0.0.1", "0.0.0.0", "127.0.0.2")) {
      assertOccupied(whileBound(ServerSocketChannel::open, four, address), "TCP", address);
      assertOccupied(whileBound(DatagramChannel::open, four, address), "UDP", address);
    }
    assumeTrue(hasSix());
    ProtocolFamily six = StandardProtocolFamily.INET6;
    for (String address : List.of("::1", "::")) {
      assertOccupied(whileBound(ServerSocketChannel::open, six, address), "TCP", address);
      assertOccupied(whileBound(DatagramChannel::open, six, address), "UDP", address);
    }
  }

  private static void assertOccupied(HostProbe.Finding finding, String protocol, String address) {
    assertThat(finding.state()).as(address).isEqualTo(HostProbe.State.OCCUPIED);
    assertThat(finding.why()).as(address).startsWith(protocol + " ").endsWith("is in use");
  }

  private static boolean hasSix() {
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
      channel.bind(new InetSocketAddress(InetAddress.getAllByName("::1")[0], 0));
      return true;
    } catch (IOException | UnsupportedOperationException none) {
      return false;
    }
  }

  @Test
  void portOfNobodyIsFreeAndStaysSo() {
    long port = FreeSpan.of(1);

    assertThat(probe.probe(port).isFree()).isTrue();
    assertThat(probe.probe(port).isFree()).isTrue();
  }

  @Test
  void whatIsNoPortIsNotTried() {
    assertThat(probe.probe(List.of(-1L, 0L, 65_536L, 5_000_000_000L)).values())
        .allMatch(HostProbe.Finding::isFree);
  }

  /** Another one that probes has it for a moment only. */
  @Test
  void whatSeemsOccupiedIsTriedAgain() {
    HostProbe.Finding occupied = new HostProbe.Finding(HostProbe.State.OCCUPIED, "TCP");
    Deque<HostProbe.Finding> findings =
        new ArrayDeque<>(List.of(occupied, occupied, HostProbe.Finding.FREE));

    assertThat(HostProbe.of(port -> findings.pop()).probe(7).isFree()).isTrue();
    assertThat(HostProbe.of(port -> occupied).probe(List.of(7L, 8L)))
        .isEqualTo(Map.of(7L, occupied, 8L, occupied));
  }
}
