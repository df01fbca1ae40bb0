package io.holdfast.mesh.actor;

import io.holdfast.config.core.HostPort;
import io.holdfast.mesh.NodeStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/**
 * Whether an address can be listened on, asked before anything is started or written. Another
 * process may take it afterwards; then the start that follows fails, with less to say.
 */
final class FreeAddress {

  private FreeAddress() {}

  /**
   * @param what whom it is for: {@code clients}
   * @param address where
   * @param key the setting to change
   */
  static void require(String what, HostPort address, String key) throws NodeStartException {
    String wish = "cannot listen for " + what + " on " + address + ": ";
    try (ServerSocket socket = new ServerSocket()) {
      // As the real listeners do: connections that linger are no reason to refuse.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host(address)), address.port()));
    } catch (UnknownHostException e) {
      throw new NodeStartException(wish + "no such host; correct " + key, e);
    } catch (IOException e) {
      throw new NodeStartException(
          wish + e.getMessage() + "; stop what listens there, or choose another " + key, e);
    }
  }

  private static String host(HostPort address) {
    String host = address.host();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
