package io.holdfast.mesh.jmx;

import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.JmxSettings;
import java.io.IOException;
import java.io.InvalidClassException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;

/** Sees to it that no other process says what the registries of this one name. */
final class RegistryGuard {

  /** What registries take from other processes; of the whole JVM, and read once. */
  static final String FILTER = "sun.rmi.registry.registryFilter";

  /** No object at all. */
  static final String NOTHING = "!*";

  private RegistryGuard() {}

  /**
   * That it is so. The property may have been set after RMI had read it, or to something else, so
   * this tries, at a registry that is there for a moment.
   *
   * @param at where the door shall be
   * @throws WrongJmxSetting where other processes could take its place
   */
  static void require(HostPort at) throws IOException, WrongJmxSetting {
    if (takesObjects()) {
      throw new WrongJmxSetting(
          JmxSettings.ADDR,
          at,
          "allowed is nothing in this JVM, where another process on this machine could take the"
              + " registry's place and be told passwords: "
              + FILTER
              + " is not "
              + NOTHING
              + ", or was not when RMI was first used; next: start the JVM with -D"
              + FILTER
              + "="
              + NOTHING);
    }
  }

  private static boolean takesObjects() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = listener.getLocalPort();
      Registry tried = LocateRegistry.createRegistry(port, null, wanted -> listener);
      try {
        String host = listener.getInetAddress().getHostAddress();
        Registry asked = LocateRegistry.getRegistry(host, port);
        asked.rebind("tried", asked);
        return true;
      } catch (RemoteException e) {
        if (isRefusal(e)) {
          return false;
        }
        throw e;
      } finally {
        UnicastRemoteObject.unexportObject(tried, true);
      }
    }
  }

  private static boolean isRefusal(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof InvalidClassException)) {
      cause = cause.getCause();
    }
    return cause != null;
  }
}
