package io.holdfast.config.core;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Management by JMX from other processes.
 *
 * @param addr where the registry and the connector listen, both on one port; absent: nowhere
 * @param usersFile who may come in; absent: the user that the node makes
 * @param keystore PKCS#12 or JKS, with the private key and the certificate for TLS; absent: one
 *     that the node makes
 * @param keystorePasswordFile the password of {@code keystore}; there where that is
 */
public record JmxSettings(
    Optional<HostPort> addr,
    Optional<Path> usersFile,
    Optional<Path> keystore,
    Optional<Path> keystorePasswordFile) {

  /** Key of {@link #addr}. */
  public static final String ADDR = "holdfast.jmx.addr";

  /** Key of {@link #usersFile}. */
  public static final String USERS_FILE = "holdfast.jmx.users-file";

  /** Key of {@link #keystore}. */
  public static final String KEYSTORE = "holdfast.jmx.keystore";

  /** Key of {@link #keystorePasswordFile}. */
  public static final String KEYSTORE_PASSWORD_FILE = "holdfast.jmx.keystore-password-file";

  /** Nobody comes in from other processes. */
  public static final JmxSettings OFF =
      new JmxSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public JmxSettings {
    if (keystore.isPresent() != keystorePasswordFile.isPresent()) {
      throw new IllegalArgumentException(
          KEYSTORE + " and " + KEYSTORE_PASSWORD_FILE + ": allowed are both or neither");
    }
    if (addr.isEmpty() && (usersFile.isPresent() || keystore.isPresent())) {
      throw new IllegalArgumentException(
          USERS_FILE + " and " + KEYSTORE + ": allowed is nothing unless " + ADDR + " is set");
    }
    if (addr.filter(address -> address.port() == 0).isPresent()) {
      throw new IllegalArgumentException(ADDR + ": port 0: allowed are 1 to 65535");
    }
  }
}
