package io.holdfast.mesh.jmx;

import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.JmxSettings;
import io.holdfast.config.core.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.MBeanServer;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.management.remote.rmi.RMIJRMPServerImpl;
import javax.net.ssl.SSLContext;
import javax.rmi.ssl.SslRMIClientSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where consoles come in from other processes: a registry and a connector on one port of one
 * address, with TLS and passwords, which cannot be switched off. What they send is looked at before
 * it is made objects of: only what JMX needs passes.
 */
public final class JmxDoor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JmxDoor.class);

  /** The user that a node makes where no users file is named. */
  public static final String USER = "operator";

  private static final String NAME = "jmxrmi";

  /** What may be sent before who sends it is known: a name and a password. */
  private static final String CREDENTIALS = "maxdepth=2;maxarray=2;java.lang.String;!*";

  /** What may be sent afterwards: arguments, filters and queries. */
  private static final String ARGUMENTS =
      String.join(
          ";",
          "maxdepth=20",
          "maxarray=100000",
          "maxbytes=4194304",
          "java.lang.*",
          "java.math.BigInteger",
          "java.math.BigDecimal",
          "java.util.*",
          "javax.management.*",
          "javax.management.openmbean.*",
          "java.rmi.MarshalledObject",
          "javax.security.auth.Subject",
          "!*");

  private final Registry registry;
  private final JMXConnectorServer connector;

  private final Remote stub;
  private final AtomicBoolean named = new AtomicBoolean();

  private JmxDoor(Registry registry, JMXConnectorServer connector, Remote stub) {
    this.registry = registry;
    this.connector = connector;
    this.stub = stub;
  }

  /**
   * Opens it.
   *
   * @param settings with an address
   * @param dataDirectory where the node keeps what it makes for it
   * @param node whose it is
   * @param reachedAt where the node is reached, for an address that means every interface
   * @param server whose beans are shown
   * @throws WrongJmxSetting where that cannot be done
   */
  public static JmxDoor open(
      JmxSettings settings, Path dataDirectory, NodeId node, HostPort reachedAt, MBeanServer server)
      throws WrongJmxSetting {
    HostPort at = settings.addr().orElseThrow();
    HostPort told = at.isWildcard() ? new HostPort(reachedAt.host(), at.port()) : at;
    JmxUsers users = users(settings, dataDirectory);
    SSLContext tls = tls(settings, dataDirectory, node, told);
    try {
      JmxDoor door = open(at, told, tls, users, server);
      LOG.info(
          "consoles come in by JMX on {}, with TLS; users: {}; {}; {}",
          told,
          String.join(", ", users.names()),
          settings.usersFile().isPresent()
              ? "passwords as in " + settings.usersFile().get()
              : "password in " + dataDirectory.resolve(JmxKeys.FOLDER).resolve(JmxKeys.PASSWORD),
          settings.keystore().isPresent()
              ? "certificate of " + settings.keystore().get()
              : "trust store in " + dataDirectory.resolve(JmxKeys.FOLDER).resolve(JmxKeys.TRUST));
      return door;
    } catch (IOException e) {
      throw new WrongJmxSetting(
          JmxSettings.ADDR, at, "allowed is an address that this node can listen on; " + root(e));
    }
  }

  private static JmxUsers users(JmxSettings settings, Path dataDirectory) throws WrongJmxSetting {
    if (settings.usersFile().isPresent()) {
      return JmxUsers.read(settings.usersFile().get());
    }
    try {
      return JmxUsers.only(USER, JmxKeys.password(dataDirectory));
    } catch (IOException e) {
      throw new WrongJmxSetting(
          JmxSettings.USERS_FILE, "", "no password could be made: " + e.getMessage());
    }
  }

  private static SSLContext tls(
      JmxSettings settings, Path dataDirectory, NodeId node, HostPort told) throws WrongJmxSetting {
    Optional<Path> keystore = settings.keystore();
    if (keystore.isPresent()) {
      return JmxKeys.given(keystore.get(), settings.keystorePasswordFile().orElseThrow());
    }
    try {
      return JmxKeys.made(dataDirectory, node, told);
    } catch (IOException | GeneralSecurityException e) {
      throw new WrongJmxSetting(
          JmxSettings.KEYSTORE,
          "",
          "none is set, and no key could be made in %s: %s; next: delete that folder for a new one, or set %s"
              .formatted(
                  dataDirectory.resolve(JmxKeys.FOLDER), e.getMessage(), JmxSettings.KEYSTORE));
    }
  }

  private static JmxDoor open(
      HostPort at, HostPort told, SSLContext tls, JmxUsers users, MBeanServer server)
      throws IOException, WrongJmxSetting {
    // RMI has these for the whole process only, and reads them once.
    setUnlessSet("java.rmi.server.hostname", told.host());
    // Who connects and says nothing would else keep its connection, one of few, for two hours.
    setUnlessSet("sun.rmi.transport.tcp.readTimeout", "60000");
    // Nobody but this process says what the registry names: another one on this machine could
    // else take its place and be told passwords.
    setUnlessSet(RegistryGuard.FILTER, RegistryGuard.NOTHING);
    RegistryGuard.require(at);
    SslRMIClientSocketFactory clients = new SslRMIClientSocketFactory();
    TlsSockets sockets = new TlsSockets(tls, InetAddress.getByName(at.host()));
    Map<String, Object> environment = new HashMap<>();
    environment.put(JMXConnectorServer.AUTHENTICATOR, users);
    environment.put(RMIConnectorServer.CREDENTIALS_FILTER_PATTERN, CREDENTIALS);
    environment.put(RMIConnectorServer.SERIAL_FILTER_PATTERN, ARGUMENTS);
    environment.put("jmx.remote.x.daemon", "true");
    Registry registry = LocateRegistry.createRegistry(at.port(), clients, sockets);
    try {
      RMIJRMPServerImpl entry = new RMIJRMPServerImpl(at.port(), clients, sockets, environment);
      RMIConnectorServer connector =
          new RMIConnectorServer(
              new JMXServiceURL("rmi", told.host(), at.port()), environment, entry, server);
      connector.setMBeanServerForwarder(JmxAccess.forwarder());
      connector.start();
      JmxDoor door = new JmxDoor(registry, connector, entry.toStub());
      registry.rebind(NAME, door.stub);
      return door;
    } catch (IOException | RuntimeException e) {
      UnicastRemoteObject.unexportObject(registry, true);
      throw e;
    }
  }

  /**
   * Has the registry name the connector again, where it does not. Whoever is on this machine can
   * have it forget a name, since no object is sent for that. Is called every now and then.
   */
  public void nameAgain() {
    try {
      if (List.of(registry.list()).contains(NAME)) {
        return;
      }
      registry.rebind(NAME, stub);
      if (named.compareAndSet(false, true)) {
        LOG.warn(
            "JMX: somebody on this machine had the registry forget {}: it is named again", NAME);
      }
    } catch (IOException e) {
      LOG.debug("naming the connector again", e);
    }
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  @Override
  public void close() {
    try {
      UnicastRemoteObject.unexportObject(registry, true);
      connector.stop();
    } catch (IOException e) {
      LOG.debug("closing the door for consoles", e);
    }
  }
}
