package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.typesafe.config.ConfigFactory;
import io.holdfast.config.core.ChaosSettings;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HttpSettings;
import io.holdfast.config.core.JmxSettings;
import io.holdfast.config.core.NodeFlaw;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {

  private static final String THREE = "n1@10.0.0.1:4100,n2@10.0.0.2:4100,n3@10.0.0.3:4100";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void everyKnownKeyHasADefaultAndEveryDefaultIsKnown() {
    var reference = ConfigFactory.parseResources("reference.conf").getConfig("holdfast");
    var keys = new TreeSet<String>();
    reference.entrySet().forEach(entry -> keys.add("holdfast." + entry.getKey()));
    assertThat(keys).isEqualTo(KnownKeys.ALL);
  }

  @Test
  void defaultsAreAMeshOfOneNode() {
    HoldfastSettings settings = valid(Map.of());
    assertThat(settings.node().id()).isEqualTo(new NodeId("n1"));
    assertThat(settings.node().dataDir()).isEqualTo(Path.of("holdfast-data"));
    assertThat(settings.mesh().peers())
        .extracting(PeerAddress::toString)
        .containsExactly("n1@127.0.0.1:4100");
    assertThat(settings.http().addr()).hasToString("127.0.0.1:8100");
    assertThat(settings.http().maxBodyBytes()).isEqualTo(2 << 20);
    assertThat(settings.http().maxKeyBytes()).isEqualTo(4 << 10);
    assertThat(settings.groups()).hasSize(1);
    assertThat(settings.groups().get(0).members()).containsExactly(new NodeId("n1"));
    assertThat(settings.quorum().ackTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.coordinator().electionTimeout()).isEqualTo(Duration.ofMillis(450));
    assertThat(settings.coordinator().alpha()).isEqualTo(64);
    assertThat(settings.coordinator().maxQueuedBytes()).isEqualTo(64L << 20);
    assertThat(settings.acceptor().tailHardBytes()).isEqualTo(64L << 20);
    assertThat(settings.replica().writeIdWindow()).isEqualTo(1_000_000);
  }

  @Test
  void eachSourceBeatsTheOnesBelow() throws IOException {
    Path file = file("holdfast.coordinator.window = 2\nholdfast.node.id = a2");
    Properties system = new Properties();
    Map<String, String> environment = new HashMap<>();
    Map<String, String> overrides = new HashMap<>();
    assertThat(window(Optional.empty(), system, environment, overrides)).isEqualTo(8);
    assertThat(window(Optional.of(file), system, environment, overrides)).isEqualTo(2);
    system.setProperty("holdfast.coordinator.window", "3");
    assertThat(window(Optional.of(file), system, environment, overrides)).isEqualTo(3);
    environment.put("HOLDFAST_COORDINATOR_WINDOW", "4");
    assertThat(window(Optional.of(file), system, environment, overrides)).isEqualTo(4);
    overrides.put("holdfast.coordinator.window", "5");
    assertThat(window(Optional.of(file), system, environment, overrides)).isEqualTo(5);
  }

  @Test
  void logLevelIsNoSettingOfANodeAndAWrongOneIsRefusedByName() {
    Properties system = new Properties();
    system.setProperty("holdfast.log.level", "debug");
    Map<String, String> environment = new HashMap<>(Map.of("HOLDFAST_LOG_LEVEL", "WARN"));
    assertThat(SettingsReader.read(Optional.empty(), system, environment, Map.of()))
        .isInstanceOf(SettingsResult.Valid.class);

    environment.put("HOLDFAST_LOG_LEVEL", "loud");
    system.setProperty("holdfast.log.level", "");
    assertThat(SettingsReader.read(Optional.empty(), system, environment, Map.of()).toString())
        .contains("HOLDFAST_LOG_LEVEL", "loud", "error, warn, info, debug, trace, all or off")
        .contains("system property holdfast.log.level");
  }

  @Test
  void logFormatIsTextOrJsonAndAnythingElseIsRefusedByName() {
    for (String right : List.of("text", "json")) {
      valid(read(Map.of("HOLDFAST_LOG_FORMAT", right), Map.of()));
    }
    assertThat(texts(read(Map.of("HOLDFAST_LOG_FORMAT", "yaml"), Map.of())))
        .singleElement(STRING)
        .contains("HOLDFAST_LOG_FORMAT = \"yaml\"", "allowed is text or json");
    Properties system = new Properties();
    system.setProperty("holdfast.log.format", "JSON");
    assertThat(SettingsReader.read(Optional.empty(), system, Map.of(), Map.of()).toString())
        .contains("system property holdfast.log.format", "JSON", "text or json");
  }

  @Test
  void variableNamesMapDotsAndDashesToUnderscores() {
    HoldfastSettings settings =
        valid(read(Map.of("HOLDFAST_NODE_DATA_DIR", "/srv/hold", "PATH", "/bin"), Map.of()));
    assertThat(settings.node().dataDir()).isEqualTo(Path.of("/srv/hold"));
  }

  @Test
  void variablesOfTheLauncherAndTheClientAreLeftAlone() {
    for (String name :
        List.of(
            "HOME",
            "JAVA_OPTS",
            "JVM_DIR",
            "NO_BUILD",
            "OFFLINE",
            "TRACE",
            "ENDPOINTS",
            "HOST",
            "TOKEN",
            "DATA",
            "LOCAL",
            "LOCAL_IDLE")) {
      valid(read(Map.of("HOLDFAST_" + name, "anything"), Map.of()));
    }
  }

  @Test
  void unknownVariableIsNamedWithTheNearestOne() {
    assertThat(texts(read(Map.of("HOLDFAST_NODE_DATADIR", "/x"), Map.of())))
        .containsExactly(
            "HOLDFAST_NODE_DATADIR = \"/x\" (environment variable HOLDFAST_NODE_DATADIR): allowed is"
                + " a known key; did you mean HOLDFAST_NODE_DATA_DIR?");
  }

  @Test
  void unknownKeyInAFileIsNamedWithItsLineAndTheNearestKey() throws IOException {
    Path file = file("holdfast {\n  coordinator { windw = 3 }\n  acceptr { x = 1 }\n}");
    assertThat(texts(read(file)))
        .containsExactly(
            "holdfast.acceptr = {\"x\":1} ("
                + file
                + ":3): allowed is a known key; did you mean"
                + " holdfast.acceptor?",
            "holdfast.coordinator.windw = 3 ("
                + file
                + ":2): allowed is a known key; did you mean"
                + " holdfast.coordinator.window?");
  }

  @Test
  void unknownOverrideAndSystemPropertyAreErrors() {
    Properties system = new Properties();
    system.setProperty("holdfast.node.idd", "x");
    system.setProperty("holdfast.home", "/opt");
    system.setProperty("java.home", "/opt");
    assertThat(
            texts(
                SettingsReader.read(
                    Optional.empty(), system, Map.of(), Map.of("holdfast.mesh.peer", "x"))))
        .containsExactly(
            "holdfast.node.idd = \"x\" (system property holdfast.node.idd): allowed is a known key;"
                + " did you mean holdfast.node.id?",
            "holdfast.mesh.peer = \"x\" (command line): allowed is a known key; did you mean"
                + " holdfast.mesh.peers?");
  }

  @Test
  void reportsEveryWrongValueAtOnceWithItsSource() throws IOException {
    Path file = file("holdfast.coordinator.window = 0\nholdfast.http.addr = nowhere\n");
    assertThat(
            texts(
                SettingsReader.read(
                    Optional.of(file),
                    new Properties(),
                    Map.of("HOLDFAST_NODE_ID", "N 1"),
                    Map.of(
                        "holdfast.quorum.ack-timeout", "2 weeks",
                        "holdfast.acceptor.chunk-bytes", "12 bananas"))))
        .containsExactly(
            "holdfast.node.id = \"N 1\" (environment variable HOLDFAST_NODE_ID): allowed is 1 to 63"
                + " characters: a lower-case letter, then lower-case letters, digits or '-'",
            "holdfast.http.addr = \"nowhere\" ("
                + file
                + ":2): allowed is HOST:PORT with a DNS"
                + " name, an IPv4 or a bracketed IPv6 address, and a port up to 65535; 0 lets the"
                + " system choose",
            "holdfast.quorum.ack-timeout = \"2 weeks\" (command line): allowed is 1ms to 1h",
            "holdfast.coordinator.window = 0 (" + file + ":1): allowed is 1 to 1024",
            "holdfast.acceptor.chunk-bytes = \"12 bananas\" (command line): allowed is 1 KiB to 16"
                + " MiB");
  }

  @Test
  void rulesBetweenSettingsNameBothKeysAndBothSources() throws IOException {
    Path file = file("holdfast.coordinator.heartbeat-interval = 200ms");
    assertThat(
            texts(
                SettingsReader.read(
                    Optional.of(file),
                    new Properties(),
                    Map.of("HOLDFAST_COORDINATOR_ELECTION_TIMEOUT", "500ms"),
                    Map.of())))
        .containsExactly(
            "holdfast.coordinator.election-timeout = \"500ms\" (environment variable"
                + " HOLDFAST_COORDINATOR_ELECTION_TIMEOUT): allowed is at least 3 x"
                + " holdfast.coordinator.heartbeat-interval = 200ms ("
                + file
                + ":1): one lost"
                + " heartbeat must not start an election");
  }

  @Test
  void everyRuleBetweenSettingsIsChecked() {
    for (var rule : HoldfastSettings.ORDER_RULES) {
      var broken =
          Map.of(
              rule.larger().path(), plain(rule.larger().min()) + unit(rule.larger().unit()),
              rule.smaller().path(), plain(rule.smaller().max()) + unit(rule.smaller().unit()));
      assertThat(texts(read(Map.of(), broken)))
          .as("%s", rule)
          .anyMatch(
              text ->
                  text.startsWith(rule.larger().path() + " = ")
                      && text.contains(rule.smaller().path()));
    }
  }

  @Test
  void everyNumberIsRefusedBelowItsMinimumAndAboveItsMaximum() {
    for (var key : HoldfastSettings.NUMBER_KEYS) {
      for (long wrong : new long[] {key.min() - 1, key.max() + 1}) {
        assertThat(texts(read(Map.of(), Map.of(key.path(), plain(wrong) + unit(key.unit())))))
            .as("%s = %s", key, wrong)
            .anyMatch(text -> text.contains("): allowed is " + key.allowed()));
      }
    }
  }

  @Test
  void fractionOfACountIsRefused() throws IOException {
    assertThat(texts(read(file("holdfast.coordinator.window = 8.5")))).hasSize(1);
  }

  @Test
  void faultsAreOffUnlessSwitchedOnInOneOfTheWordsForIt() {
    assertThat(valid(Map.of()).chaos().enabled()).isFalse();
    for (String on : List.of("on", "true", "yes")) {
      assertThat(valid(Map.of(ChaosSettings.ENABLED, on)).chaos().enabled()).isTrue();
    }
    for (String off : List.of("off", "false", "no")) {
      assertThat(valid(Map.of(ChaosSettings.ENABLED, off)).chaos().enabled()).isFalse();
    }
    assertThat(texts(read(Map.of(), Map.of(ChaosSettings.ENABLED, "perhaps"))))
        .singleElement()
        .asString()
        .contains("holdfast.chaos.enabled", "perhaps", "command line", "on or off");
  }

  @Test
  void pageIsReadOnlyUnlessWritesAreSwitchedOnInOneOfTheWordsForIt() throws IOException {
    assertThat(valid(Map.of()).http().pageWrites()).isFalse();
    for (String on : List.of("on", "true", "yes")) {
      assertThat(valid(Map.of(HttpSettings.PAGE_WRITES, on)).http().pageWrites()).isTrue();
    }
    assertThat(valid(Map.of(HttpSettings.PAGE_WRITES, "off")).http().pageWrites()).isFalse();
    assertThat(texts(read(Map.of(), Map.of(HttpSettings.PAGE_WRITES, "sometimes"))))
        .singleElement()
        .asString()
        .contains("holdfast.http.page-writes", "sometimes", "command line", "on or off");
    assertThat(texts(read(file("holdfast.http.page-write = on"))))
        .singleElement()
        .asString()
        .contains("holdfast.http.page-write");
  }

  @Test
  void nodeIsBrokenOnPurposeInTheWordsForItAlone() throws IOException {
    assertThat(valid(Map.of()).chaos().flaws()).isEmpty();
    for (String list :
        List.of("ack-before-disk,reads-without-probe", "[ack-before-disk, reads-without-probe]")) {
      assertThat(
              valid(Map.of(ChaosSettings.ENABLED, "on", ChaosSettings.BREAK, list)).chaos().flaws())
          .containsExactlyInAnyOrder(NodeFlaw.ACK_BEFORE_DISK, NodeFlaw.READS_WITHOUT_PROBE);
    }
    assertThat(
            texts(
                read(
                    file(
                        "holdfast.chaos { enabled = on, break = [ack-before-disk, everything] }"))))
        .singleElement()
        .asString()
        .contains(
            "holdfast.chaos.break[1]",
            "everything",
            "allowed is reads-without-probe, ack-before-disk, forgetful-acceptor");
  }

  @Test
  void nothingIsBrokenOnPurposeWhereFaultsAreOff() {
    assertThat(texts(read(Map.of(), Map.of(ChaosSettings.BREAK, "ack-before-disk"))))
        .singleElement()
        .asString()
        .contains(
            "holdfast.chaos.break = \"ack-before-disk\"",
            "command line",
            "allowed is nothing unless holdfast.chaos.enabled = on");
  }

  @Test
  void nobodyComesInByJmxUnlessAnAddressIsSet() {
    assertThat(valid(Map.of()).jmx()).isEqualTo(JmxSettings.OFF);
    JmxSettings alone = valid(Map.of(JmxSettings.ADDR, "127.0.0.1:9010")).jmx();
    assertThat(alone.addr()).hasValueSatisfying(at -> assertThat(at.port()).isEqualTo(9010));
    assertThat(alone.usersFile()).isEmpty();
    assertThat(alone.keystore()).isEmpty();
    assertThat(
            texts(read(Map.of(), Map.of(JmxSettings.USERS_FILE, "u", JmxSettings.KEYSTORE, "k"))))
        .containsExactlyInAnyOrder(
            "holdfast.jmx.users-file = \"u\" (command line): allowed is nothing unless"
                + " holdfast.jmx.addr is set",
            "holdfast.jmx.keystore = \"k\" (command line): allowed is nothing unless"
                + " holdfast.jmx.addr is set",
            "holdfast.jmx.keystore = \"k\" (command line): allowed is nothing unless"
                + " holdfast.jmx.keystore-password-file is set");
  }

  @Test
  void addressForJmxHasAPortAndAKeystoreItsPassword() {
    assertThat(texts(read(Map.of(), Map.of(JmxSettings.ADDR, "127.0.0.1:0"))))
        .singleElement()
        .asString()
        .contains("holdfast.jmx.addr = \"127.0.0.1:0\"", "HOST:PORT", "not 0");
    assertThat(
            texts(
                read(
                    Map.of(),
                    Map.of(JmxSettings.ADDR, "h:9010", JmxSettings.KEYSTORE_PASSWORD_FILE, "p"))))
        .singleElement()
        .asString()
        .contains("holdfast.jmx.keystore-password-file", "nothing unless holdfast.jmx.keystore is");
  }

  @Test
  void listsMayBeCommaSeparatedOrBracketed() {
    for (String peers : List.of(THREE, "[\"" + THREE.replace(",", "\",\"") + "\"]", THREE + " ")) {
      HoldfastSettings settings = valid(Map.of("holdfast.mesh.peers", peers));
      assertThat(settings.mesh().members())
          .extracting(NodeId::value)
          .containsExactly("n1", "n2", "n3");
    }
  }

  @Test
  void groupsMayBeNamesOrObjects() {
    assertThat(valid(Map.of("holdfast.groups", "main, meta")).groups())
        .extracting(group -> group.name().value())
        .containsExactly("main", "meta");
    assertThat(
            valid(
                    Map.of(
                        "holdfast.mesh.peers",
                        THREE,
                        "holdfast.groups",
                        "[{name = main, members = [n3, n1], w = 2}]"))
                .groups())
        .hasToString(
            "[GroupSettings[name=main, members=[n1, n3], w=OptionalInt[2],"
                + " prepareQuorum=OptionalInt.empty]]");
  }

  @Test
  void listedAddressBecomesTheAdvertisedOneUnlessThatIsSet() {
    HoldfastSettings listed =
        valid(Map.of("holdfast.mesh.peers", THREE, "holdfast.mesh.addr", "0.0.0.0:4100"));
    assertThat(listed.mesh().advertised()).hasToString("10.0.0.1:4100");
    assertThat(listed.mesh().bind()).hasToString("0.0.0.0:4100");
    assertThat(
            texts(
                read(
                    Map.of(),
                    Map.of(
                        "holdfast.mesh.peers",
                        THREE,
                        "holdfast.mesh.advertised-addr",
                        "10.0.0.9:4100"))))
        .containsExactly(
            "holdfast.mesh.peers[0] = \"n1@10.0.0.1:4100\" (command line): allowed is"
                + " n1@10.0.0.9:4100, as holdfast.mesh.advertised-addr says (command line)");
  }

  @Test
  void nodeLeftOutOfPeersIsAddedWithItsAdvertisedAddress() {
    HoldfastSettings settings =
        valid(
            Map.of(
                "holdfast.mesh.peers", "n0@10.0.0.2:1,n2@10.0.0.3:1",
                "holdfast.mesh.advertised-addr", "[fd00::1]:4100"));
    assertThat(settings.mesh().peers())
        .extracting(PeerAddress::toString)
        .containsExactly("n0@10.0.0.2:1", "n1@[fd00::1]:4100", "n2@10.0.0.3:1");
  }

  @Test
  void wildcardAloneIsNoAddressForPeers() {
    assertThat(texts(read(Map.of(), Map.of("holdfast.mesh.addr", "0.0.0.0:4100"))))
        .containsExactly(
            "holdfast.mesh.addr = \"0.0.0.0:4100\" (command line): allowed is an address that peers"
                + " can reach, or a wildcard together with holdfast.mesh.advertised-addr");
  }

  @Test
  void duplicatePeersAreRefused() {
    assertThat(texts(read(Map.of(), Map.of("holdfast.mesh.peers", "n2@h:1,n2@h:2,n3@h:1"))))
        .containsExactly(
            "holdfast.mesh.peers[1] = \"n2@h:2\" (command line): allowed is each node id once:"
                + " holdfast.mesh.peers[0] has n2",
            "holdfast.mesh.peers[2] = \"n3@h:1\" (command line): allowed is each address once:"
                + " holdfast.mesh.peers[0] has it");
    assertThat(texts(read(Map.of(), Map.of("holdfast.mesh.peers", "n2@127.0.0.1:4100"))))
        .hasSize(1);
  }

  @Test
  void quorumsThatCannotBeAreRefusedInWordsThatNameN() throws IOException {
    Path file =
        file(
            "holdfast.mesh.peers = ["
                + THREE.replaceAll("([^,]+)", "\"$1\"")
                + "]\n"
                + "holdfast.groups = [\n"
                + "  { name = a, w = 4 }\n"
                + "  { name = b, w = 0 }\n"
                + "  { name = c, w = 2, prepare-quorum = 1 }\n"
                + "  { name = d, prepare-quorum = 4 }\n"
                + "  { name = a, w = 1, prepare-quorum = 3 }\n"
                + "  { name = e, members = [n1, n9, n1] }\n"
                + "  { nam = f }\n"
                + "]");
    assertThat(texts(read(file)))
        .containsExactly(
            "holdfast.groups[0].w = 4 (" + file + ":3): allowed is 1 to 3, as n = 3",
            "holdfast.groups[1].w = 0 (" + file + ":4): allowed is 1 to 3, as n = 3",
            "holdfast.groups[2].prepare-quorum = 1 ("
                + file
                + ":5): allowed is 2 to 3, as n = 3"
                + " and w = 2, and any two quorums must intersect (n - w + 1)",
            "holdfast.groups[3].prepare-quorum = 4 ("
                + file
                + ":6): allowed is 2 to 3, as n = 3"
                + " and w = 2, and any two quorums must intersect (n - w + 1)",
            "holdfast.groups[4].name = \"a\" ("
                + file
                + ":7): allowed is each name once:"
                + " holdfast.groups[0] has it",
            "holdfast.groups[5].members[1] = \"n9\" ("
                + file
                + ":8): allowed is a node of"
                + " holdfast.mesh.peers: n1, n2, n3",
            "holdfast.groups[5].members[2] = \"n1\" (" + file + ":8): allowed is each member once",
            "holdfast.groups[6].nam = \"f\" ("
                + file
                + ":9): allowed is a known key; did you mean"
                + " name?",
            "holdfast.groups[6] = {\"nam\":\"f\"} ("
                + file
                + ":9): allowed is an object with a name");
  }

  @Test
  void groupIsNotNamedAsALogOfAGroupThatWasMadeLaterWouldBe() {
    assertThat(texts(read(Map.of(), Map.of("holdfast.groups", "a--7"))))
        .containsExactly(
            "holdfast.groups[0] = \"a--7\" (command line): allowed is a name that does not end with"
                + " -- and a number, as logs of groups do");
    valid(Map.of("holdfast.groups", "a-7,a--b,a--7b,a--"));
  }

  @Test
  void nodeJoinsOnlyIfItIsToldTo() {
    Map<String, String> peers = Map.of("holdfast.mesh.peers", "n2@h:1");
    assertThat(valid(peers).mesh().join()).isFalse();
    assertThat(
            valid(Map.of("holdfast.mesh.peers", "n2@h:1", "holdfast.mesh.join", "on"))
                .mesh()
                .join())
        .isTrue();
  }

  @Test
  void nodeThatIsToJoinNeedsToKnowAnother() {
    for (String peers : List.of("", "n1@127.0.0.1:4100")) {
      assertThat(
              texts(
                  read(Map.of(), Map.of("holdfast.mesh.peers", peers, "holdfast.mesh.join", "on"))))
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("holdfast.mesh.peers")
          .endsWith(
              "allowed is at least one running node of the mesh that this one is to join, as"
                  + " holdfast.mesh.join is on");
    }
  }

  @Test
  void nodeThatIsAloneHasNobodyBesideItAndJoinsNobody() {
    assertThat(valid(Map.of()).mesh().alone()).isFalse();
    for (String peers : List.of("", "n1@127.0.0.1:4100")) {
      Map<String, String> alone = Map.of("holdfast.mesh.peers", peers, "holdfast.mesh.alone", "on");
      assertThat(valid(alone).mesh().alone()).isTrue();
    }
    assertThat(
            texts(
                read(
                    Map.of(),
                    Map.of("holdfast.mesh.peers", "n2@h:1", "holdfast.mesh.alone", "on"))))
        .containsExactly(
            "holdfast.mesh.alone = \"on\" (command line): allowed is off where holdfast.mesh.peers"
                + " has other nodes or holdfast.mesh.join is on");
  }

  @Test
  void groupsAreBounded() {
    String seventeen =
        String.join(",", java.util.stream.IntStream.range(0, 17).mapToObj(i -> "g" + i).toList());
    assertThat(texts(read(Map.of(), Map.of("holdfast.groups", seventeen)))).hasSize(1);
    assertThat(texts(read(Map.of(), Map.of("holdfast.groups", "")))).hasSize(1);
  }

  @Test
  void missingMalformedAndUnresolvedFilesAreProblems() throws IOException {
    assertThat(texts(read(directory.resolve("none.conf"))))
        .containsExactly(
            "--config = "
                + directory.resolve("none.conf")
                + " (no such file): allowed is a readable"
                + " HOCON file of settings");
    assertThat(texts(read(directory))).hasSize(1);
    assertThat(texts(read(file("holdfast { node {"))))
        .hasSize(1)
        .allMatch(text -> text.startsWith("--config"));
    assertThat(texts(read(file("holdfast.node.id = ${NO_SUCH}")))).hasSize(1);
    assertThat(texts(read(file("holdfast = 5")))).hasSize(1);
    assertThat(texts(read(file("holdfast.mesh = 5")))).hasSize(1);
    assertThat(texts(read(file("a = " + "[".repeat(200_000))))).hasSize(1);
  }

  @Test
  void fileMayReferToTheEnvironmentAndToDefaults() throws IOException {
    Path file =
        file("holdfast.node.id = ${NODE}\nholdfast.mesh.advertised-addr = ${holdfast.mesh.addr}");
    SettingsResult result =
        SettingsReader.read(Optional.of(file), new Properties(), Map.of("NODE", "n7"), Map.of());
    assertThat(valid(result).mesh().peers()).hasToString("[n7@127.0.0.1:4100]");
  }

  @Test
  void nullInAFileMeansTheDefault() throws IOException {
    assertThat(valid(read(file("holdfast.node.id = null"))).node().id().value()).isEqualTo("n1");
  }

  @Test
  void otherRootsInAFileAreNoneOfOurs() throws IOException {
    valid(read(file("akka.loglevel = INFO")));
  }

  @Test
  void fingerprintNamesWhatMustBeEqual() {
    HoldfastSettings settings = valid(Map.of("holdfast.mesh.peers", THREE));
    assertThat(settings.logFingerprint(new GroupId("main")))
        .isEqualTo(
            "holdfast-log/1 mesh=holdfast group=main members=n1,n2,n3 w=2 prepare-quorum=2 alpha=64"
                + " write-id-window=1000000 rotation=10000/67108864");
  }

  @Test
  void sharedFingerprintIsTheSameOnBothSides() {
    String groups = "[{name = b}, {name = a, members = [n1, n2]}, {name = c, members = [n1, n3]}]";
    HoldfastSettings one = valid(Map.of("holdfast.mesh.peers", THREE, "holdfast.groups", groups));
    HoldfastSettings two =
        valid(
            Map.of(
                "holdfast.node.id", "n2", "holdfast.mesh.peers", THREE, "holdfast.groups", groups));
    String shared = one.sharedFingerprint(new NodeId("n2"));
    assertThat(shared).isEqualTo(two.sharedFingerprint(new NodeId("n1"))).hasLineCount(3);
    assertThat(two.sharedFingerprint(new NodeId("n3"))).hasLineCount(2);
  }

  private Path file(String text) throws IOException {
    Path file = Files.createTempFile(directory, "settings", ".conf");
    return Files.writeString(file, text);
  }

  private static String plain(long value) {
    return Long.toString(value);
  }

  private static String unit(io.holdfast.config.core.NumberKey.Unit unit) {
    return switch (unit) {
      case COUNT -> "";
      case BYTES -> " B";
      case NANOS -> " ns";
    };
  }

  private static int window(
      Optional<Path> file,
      Properties system,
      Map<String, String> environment,
      Map<String, String> overrides) {
    return valid(SettingsReader.read(file, system, environment, overrides)).coordinator().window();
  }

  private static SettingsResult read(Path file) {
    return SettingsReader.read(Optional.of(file), new Properties(), Map.of(), Map.of());
  }

  private static SettingsResult read(
      Map<String, String> environment, Map<String, String> overrides) {
    return SettingsReader.read(Optional.empty(), new Properties(), environment, overrides);
  }

  private static HoldfastSettings valid(Map<String, String> overrides) {
    return valid(read(Map.of(), overrides));
  }

  private static HoldfastSettings valid(SettingsResult result) {
    assertThat(result).isInstanceOf(SettingsResult.Valid.class);
    return ((SettingsResult.Valid) result).settings();
  }

  private static List<String> texts(SettingsResult result) {
    assertThat(result).isInstanceOf(SettingsResult.Invalid.class);
    return ((SettingsResult.Invalid) result).problems().stream().map(SettingProblem::text).toList();
  }
}
