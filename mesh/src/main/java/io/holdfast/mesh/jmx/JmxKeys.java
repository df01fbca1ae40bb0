package io.holdfast.mesh.jmx;

import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.JmxSettings;
import io.holdfast.config.core.NodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The private key and the certificate of the door, and the password that a node makes itself. */
final class JmxKeys {

  /** The folder of what a node makes, in the data directory. */
  static final String FOLDER = "jmx";

  /** The password of user {@link JmxDoor#USER}. */
  static final String PASSWORD = "password";

  /** What consoles trust. */
  static final String TRUST = "trust.p12";

  /** No secret: what it keeps is public. */
  static final String TRUST_PASSWORD = "holdfast";

  private static final String KEYSTORE = "keystore.p12";
  private static final String KEYSTORE_PASSWORD = "keystore-password";
  private static final String ALIAS = "holdfast-jmx";
  private static final int SECRET_BYTES = 24;
  private static final int MAX_PASSWORD_BYTES = 1024;
  private static final Duration KEYTOOL_PATIENCE = Duration.ofSeconds(60);

  private JmxKeys() {}

  // ---- What somebody else has made

  /** TLS with a keystore that somebody has made. */
  static SSLContext given(Path keystore, Path passwordFile) throws WrongJmxSetting {
    String password;
    try {
      if (PrivateFiles.isOpenToOthers(passwordFile)) {
        throw new WrongJmxSetting(
            JmxSettings.KEYSTORE_PASSWORD_FILE,
            passwordFile,
            "allowed is a file of its owner alone; next: chmod 600 " + passwordFile);
      }
      if (Files.size(passwordFile) > MAX_PASSWORD_BYTES) {
        throw new IOException("it has more than " + MAX_PASSWORD_BYTES + " bytes");
      }
      password = Files.readString(passwordFile).strip();
    } catch (IOException e) {
      throw new WrongJmxSetting(
          JmxSettings.KEYSTORE_PASSWORD_FILE,
          passwordFile,
          "allowed is a file that has the password of the keystore; " + e);
    }
    try {
      return context(keystore, password);
    } catch (IOException | GeneralSecurityException e) {
      throw new WrongJmxSetting(
          JmxSettings.KEYSTORE,
          keystore,
          "allowed is a PKCS#12 or JKS file with a private key, opened by the password in "
              + passwordFile
              + "; "
              + e.getMessage());
    }
  }

  /** The library takes a file that is not there for a wrong call. */
  private static KeyStore open(Path keystore, String password)
      throws IOException, GeneralSecurityException {
    if (!Files.isRegularFile(keystore)) {
      throw new IOException(keystore + (Files.exists(keystore) ? " is no file" : " is not there"));
    }
    return KeyStore.getInstance(keystore.toFile(), password.toCharArray());
  }

  private static SSLContext context(Path keystore, String password)
      throws IOException, GeneralSecurityException {
    KeyStore keys = open(keystore, password);
    boolean hasKey = false;
    for (String alias : java.util.Collections.list(keys.aliases())) {
      hasKey |= keys.isKeyEntry(alias);
    }
    if (!hasKey) {
      throw new IOException("it has no private key");
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  // ---- What the node makes

  private static Path folder(Path dataDirectory) throws IOException {
    Path folder = dataDirectory.toAbsolutePath().normalize().resolve(FOLDER);
    if (Files.notExists(folder)) {
      PrivateFiles.makeFolder(folder);
    }
    return folder;
  }

  private static String secret() {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** The secret in a file, made where there is none. */
  private static String secretIn(Path file) throws IOException {
    if (Files.notExists(file)) {
      PrivateFiles.write(file, secret() + System.lineSeparator());
    }
    if (PrivateFiles.isOpenToOthers(file)) {
      throw new IOException(
          file + " is not its owner's alone; next: chmod 600 it, or delete it for a new one");
    }
    String text = Files.readString(file).strip();
    if (text.isEmpty() || text.length() > PasswordHash.MAX_PASSWORD) {
      throw new IOException(
          file + ": allowed are 1 to " + PasswordHash.MAX_PASSWORD + " characters");
    }
    return text;
  }

  /** The password of the one user there is, made where there is none. */
  static String password(Path dataDirectory) throws IOException {
    return secretIn(folder(dataDirectory).resolve(PASSWORD));
  }

  /**
   * TLS with a key that the node makes, and a certificate that it signs itself; made once.
   *
   * @param node what the certificate says who it is
   * @param host where consoles come in
   */
  static SSLContext made(Path dataDirectory, NodeId node, HostPort host)
      throws IOException, GeneralSecurityException {
    Path folder = folder(dataDirectory);
    Path keystore = folder.resolve(KEYSTORE);
    Path passwordFile = folder.resolve(KEYSTORE_PASSWORD);
    String password = secretIn(passwordFile);
    if (Files.notExists(keystore)) {
      make(keystore, passwordFile, node, host);
    }
    Certificate certificate = open(keystore, password).getCertificate(ALIAS);
    if (certificate == null) {
      throw new IOException(keystore + " has no certificate named " + ALIAS);
    }
    trust(folder.resolve(TRUST), certificate);
    return context(keystore, password);
  }

  private static void make(Path keystore, Path passwordFile, NodeId node, HostPort host)
      throws IOException {
    Path part = keystore.resolveSibling(KEYSTORE + ".part");
    Files.deleteIfExists(part);
    String name = (host.host().matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + host.host();
    KeyTool.run(
        List.of(
            KeyTool.PATH.toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-validity",
            "3650",
            "-dname",
            "CN=" + node + ", O=holdfast",
            "-ext",
            "san=" + name,
            "-storetype",
            "PKCS12",
            "-keystore",
            part.toString(),
            "-storepass:file",
            passwordFile.toString()),
        keystore.resolveSibling("keytool.out"),
        KEYTOOL_PATIENCE);
    PrivateFiles.close(part);
    PrivateFiles.rename(part, keystore);
  }

  private static void trust(Path file, Certificate certificate)
      throws IOException, GeneralSecurityException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry(ALIAS, certificate);
    Path part = file.resolveSibling(TRUST + ".part");
    try (OutputStream out = Files.newOutputStream(part)) {
      trust.store(out, TRUST_PASSWORD.toCharArray());
    }
    PrivateFiles.rename(part, file);
  }
}
