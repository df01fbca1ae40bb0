package io.holdfast.mesh.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.JmxSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.client.FreePorts;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.rmi.registry.LocateRegistry;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The door for consoles, where it does not open, and who stands in it. What RMI knows of the whole
 * JVM is tried in one of its own: {@link #main}.
 */
class JmxDoorTest {

  private static final HostPort UNUSED = new HostPort("127.0.0.1", 1);
  private static final String TIMEOUT = "sun.rmi.transport.tcp.readTimeout";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path dir;

  private static JmxDoor open(JmxSettings settings, Path dir) throws Exception {
    return JmxDoor.open(
        settings, dir, new NodeId("n1"), UNUSED, ManagementFactory.getPlatformMBeanServer());
  }

  private Path secret(Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, "secret");
  }

  private static JmxSettings at(HostPort addr, Optional<Path> keystore, Optional<Path> password) {
    return new JmxSettings(Optional.of(addr), Optional.empty(), keystore, password);
  }

  @Test
  void keystoreThatIsNotThereOrNoFileIsRefusedByItsKey() throws Exception {
    Path password = secret(dir.resolve("keystore-password"));
    for (Path keystore : List.of(dir.resolve("absent.p12"), dir)) {
      assertThatThrownBy(() -> open(at(UNUSED, Optional.of(keystore), Optional.of(password)), dir))
          .isInstanceOf(WrongJmxSetting.class)
          .hasMessageContaining("holdfast.jmx.keystore = \"" + keystore + "\"")
          .hasMessageContaining("allowed is a PKCS#12 or JKS file with a private key")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void ownKeystoreWithoutItsCertificateIsToldWithWhatToDo() throws Exception {
    Path folder = Files.createDirectory(dir.resolve(JmxKeys.FOLDER));
    Path unused = secret(folder.resolve("keystore-password"));
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    Path keystore = folder.resolve("keystore.p12");
    try (OutputStream out = Files.newOutputStream(keystore)) {
      empty.store(out, "secret".toCharArray());
    }
    assertThatThrownBy(() -> open(at(UNUSED, Optional.empty(), Optional.empty()), dir))
        .isInstanceOf(WrongJmxSetting.class)
        .hasMessageContaining(keystore + " has no certificate named holdfast-jmx")
        .hasMessageContaining("next: delete that folder for a new one");
  }

  // ---- In a JVM of its own

  private List<String> tried(String how, String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            JmxDoorTest.class.getName(),
            dir.toString(),
            how));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return printed.lines().filter(line -> line.startsWith("tried ")).toList();
  }

  @Test
  void connectionThatSaysNothingIsClosed() throws Exception {
    assertThat(tried("silent", "-D" + TIMEOUT + "=200"))
        .containsExactly("tried timeout 200", "tried silent closed");
  }

  @Test
  void connectionThatSaysNothingIsClosedAfterAMinuteUnlessSetOtherwise() throws Exception {
    assertThat(tried("open")).containsExactly("tried timeout 60000");
  }

  @Test
  void doorStaysShutWhereRmiWasUsedBeforeItsRegistryWasGuarded() throws Exception {
    assertThat(tried("late"))
        .singleElement()
        .asString()
        .startsWith("tried refused holdfast.jmx.addr = ")
        .endsWith("next: start the JVM with -Dsun.rmi.registry.registryFilter=!*");
    assertThat(tried("late", "-Dsun.rmi.registry.registryFilter=!*"))
        .containsExactly("tried timeout 60000");
  }

  /** Opens a door in the folder that is the first argument, as the second says. */
  public static void main(String[] args) throws Exception {
    List<Integer> ports = FreePorts.find(2);
    if (args[1].equals("late")) {
      var unused = LocateRegistry.createRegistry(ports.get(1));
    }
    HostPort addr = new HostPort("127.0.0.1", ports.get(0));
    try (JmxDoor door = open(at(addr, Optional.empty(), Optional.empty()), Path.of(args[0]))) {
      door.nameAgain(); // has nothing to do
      System.out.println("tried timeout " + System.getProperty(TIMEOUT));
      if (args[1].equals("silent")) {
        System.out.println("tried silent " + (isClosed(addr) ? "closed" : "open"));
      }
    } catch (WrongJmxSetting e) {
      System.out.println("tried refused " + e.getMessage());
    }
    System.exit(0);
  }

  /** Whether it comes to its end before long; a word of farewell may come first. */
  private static boolean isClosed(HostPort addr) throws IOException {
    try (Socket silent = new Socket(addr.host(), addr.port())) {
      silent.setSoTimeout(60_000);
      byte[] unused = silent.getInputStream().readAllBytes();
      return true;
    } catch (SocketException e) {
      return true; // reset
    } catch (java.net.SocketTimeoutException e) {
      return false;
    }
  }
}
