package io.holdfast.config.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.RefusalCode;
import io.holdfast.config.core.ServerMark;
import io.holdfast.config.store.DataDirectoryException.Kind;
import io.holdfast.config.wire.ListedNodeProto;
import io.holdfast.config.wire.MeshDirectoryProto;
import io.holdfast.config.wire.PeerLedgerProto;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final PeerLedger LEDGER =
      new PeerLedger(
          new TreeMap<>(Map.of(N2, new KnownPeer(0x22, 3, 0x33))),
          new TreeSet<>(List.of(N2)),
          true,
          List.of(new MemberId(N1, 0x11), new MemberId(N2, 0x22)));

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path temporary;

  @SuppressWarnings("NullAway.Init")
  private Path home;

  @BeforeEach
  void placeHomeBelowDirectoriesThatDoNotExist() {
    home = temporary.resolve("deep/er");
  }

  @Test
  void firstOpenMakesTheIdentityAndLaterOnesCountBoots() throws Exception {
    MemberId member;
    long nonce;
    try (DataDirectory made = open()) {
      assertThat(made.identity().bootCount()).isEqualTo(1);
      assertThat(made.ledger()).isEqualTo(PeerLedger.EMPTY);
      assertThat(made.journalFile()).isEqualTo(home.resolve("journal"));
      assertThat(made.storeFile(new GroupId("main"))).isEqualTo(home.resolve("store-main"));
      member = made.identity().member();
      nonce = made.identity().bootNonce();
    }
    try (DataDirectory again = open()) {
      assertThat(again.identity().member()).isEqualTo(member);
      assertThat(again.identity().bootCount()).isEqualTo(2);
      assertThat(again.identity().bootNonce()).isNotEqualTo(nonce);
    }
  }

  @Test
  void ledgerIsThereAfterRestart() throws Exception {
    try (DataDirectory made = open()) {
      made.saveLedger(LEDGER);
    }
    try (DataDirectory again = open()) {
      assertThat(again.ledger()).isEqualTo(LEDGER);
      assertThatThrownBy(() -> again.saveLedger(PeerLedger.EMPTY))
          .isInstanceOf(InvariantViolation.class)
          .hasMessageStartingWith("PeerLedgerNeverForgets");
    }
  }

  /** Without it nobody could tell an emptied database from a new one. */
  @Test
  void lostKnowledgeOfDatabasesIsDamageOnceTheNodeHasTakenPart() throws Exception {
    try (DataDirectory made = open()) {
      assertThat(made.databaseBoots()).as("before it has").isEmpty();
      made.saveDatabaseBoots(Map.of(DatabaseNames.JOURNAL, 1L));
      made.saveLedger(LEDGER);
    }
    Files.delete(home.resolve("databases"));

    try (DataDirectory again = open()) {
      assertThatThrownBy(again::databaseBoots)
          .isInstanceOfSatisfying(
              DataDirectoryException.class, lost -> assertThat(lost.kind()).isEqualTo(Kind.DAMAGED))
          .hasMessageContaining(home.resolve("databases") + " is missing");
    }
    try (StoppedDirectory stopped = StoppedDirectory.open(home)) {
      assertThat(stopped.problem()).get().asString().contains("databases is missing");
    }
  }

  @Test
  void whatForbidsAStartIsToldToWhoeverLooksAtTheStoppedDirectory() throws Exception {
    open().close();
    Files.write(home.resolve("origins"), new byte[100]);
    assertThat(refusal(Kind.DAMAGED)).contains("origins");
    try (StoppedDirectory stopped = StoppedDirectory.open(home)) {
      assertThat(stopped.problem()).get().asString().contains("origins");
      Files.delete(home.resolve("origins"));
      assertThat(stopped.problem()).isEmpty();
      Files.delete(home.resolve("peers"));
      assertThat(stopped.problem()).get().asString().contains("peers is missing after boot 1");
    }
  }

  @Test
  void secondOpenInThisProcessIsRefusedAndLeavesTheLockInPlace() throws Exception {
    try (DataDirectory made = open()) {
      assertThat(made.identity().bootCount()).isEqualTo(1);
      assertThat(refusal(Kind.LOCKED))
          .isEqualTo(
              home
                  + " is in use by this process; expected: one process per data directory; next:"
                  + " stop the other, or set another holdfast.node.data-dir");
      assertThat(openInAnotherProcess())
          .startsWith("LOCKED " + home + " is in use by process " + ProcessHandle.current().pid());
    }
    assertThat(openInAnotherProcess()).isEqualTo("OPEN 2");
  }

  @Test
  void directoryThatWasRefusedForGoodNeverOpensAgain() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(1000), ZoneOffset.UTC);
    try (DataDirectory made = DataDirectory.open(home, "m", N1, () -> 0x11, clock)) {
      made.markRefused(N2, RefusalCode.STALE_COPY, "an older copy");
      made.markRefused(N2, RefusalCode.EMPTIED_DIRECTORY, "the first reason stays");
    }
    byte[] identity = Files.readAllBytes(home.resolve("identity"));
    for (int again = 0; again < 2; again++) {
      assertThat(refusal(Kind.REFUSED))
          .isEqualTo(
              home
                  + " was refused by n2 at 1970-01-01T00:00:01Z: stale_copy: an older copy;"
                  + " expected: the directory that this node ran on last; next: put that one in its"
                  + " place as a whole, or go on without this node: starting it again cannot help");
    }
    assertThat(home.resolve("identity")).as("counts no boot").hasBinaryContent(identity);
  }

  @Test
  void damagedMarkOfARefusalIsNoReasonToStart() throws Exception {
    try (DataDirectory made = open()) {
      made.markRefused(N2, RefusalCode.STALE_COPY, "an older copy");
    }
    Files.write(home.resolve("refused"), new byte[0]);
    assertThat(refusal(Kind.DAMAGED)).startsWith(home.resolve("refused") + " has 0 bytes");
  }

  @Test
  void eachBootKnowsTheNoncesOfThoseBefore() throws Exception {
    List<Long> earlier = new ArrayList<>();
    for (int boot = 1; boot <= 3; boot++) {
      try (DataDirectory opened = open()) {
        assertThat(opened.identity().earlierNonces()).isEqualTo(earlier);
        earlier.add(0, opened.identity().bootNonce());
      }
    }
  }

  @Test
  void historyOfBootsIsBounded() {
    StoredIdentity stored = new StoredIdentity("m", N1, 5, 0, 0, List.of(), 0);
    for (long nonce = 1; nonce <= NodeIdentity.MAX_EARLIER_NONCES + 2; nonce++) {
      stored = stored.nextBoot(nonce);
    }
    assertThat(stored.earlierNonces())
        .hasSize(NodeIdentity.MAX_EARLIER_NONCES)
        .startsWith(NodeIdentity.MAX_EARLIER_NONCES + 1L)
        .endsWith(2L);
  }

  @Test
  void anotherNodeOrMeshIsForeign() throws Exception {
    open().close();
    DataDirectoryException node =
        catchThrowableOfType(DataDirectoryException.class, () -> DataDirectory.open(home, "m", N2));
    assertThat(node.kind()).isEqualTo(Kind.FOREIGN);
    assertThat(node)
        .hasMessage(
            home
                + " belongs to node n1 of mesh m; expected: node n2 of mesh m; next: correct"
                + " holdfast.node.id and holdfast.mesh.id, or set another holdfast.node.data-dir");
    DataDirectoryException mesh =
        catchThrowableOfType(DataDirectoryException.class, () -> DataDirectory.open(home, "x", N1));
    assertThat(mesh.kind()).isEqualTo(Kind.FOREIGN);
    assertThat(bootAfter()).isEqualTo(2);
  }

  @Test
  void stateWithoutIdentityIsDamaged() throws Exception {
    Files.createDirectories(home);
    Files.writeString(home.resolve("journal.mv.db"), "x");
    assertThat(refusal(Kind.DAMAGED))
        .startsWith(home + " holds journal.mv.db but no identity: an acceptor must not forget");
  }

  @Test
  void lostLedgerIsDamaged() throws Exception {
    open().close();
    Files.delete(home.resolve("peers"));
    assertThat(refusal(Kind.DAMAGED))
        .startsWith(home.resolve("peers") + " is missing after boot 1");
  }

  @Test
  void crashWhileMakingLeavesADirectoryThatOpens() throws Exception {
    Files.createDirectories(home);
    Files.writeString(home.resolve("identity.tmp"), "half");
    open().close();
    Files.delete(home.resolve("peers"));
    new SealedFile(home.resolve("identity"), "HFIDENT\n", 1)
        .write(new StoredIdentity("m", N1, 5, 0, 0, List.of(), 0).toBody());
    try (DataDirectory made = open()) {
      assertThat(made.identity().bootCount()).isEqualTo(1);
      assertThat(made.identity().incarnation()).isEqualTo(5);
    }
  }

  @Test
  void everyTruncationAndEveryFlippedByteIsDamaged() throws Exception {
    open().close();
    for (String name : List.of("identity", "peers")) {
      Path file = home.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length++) {
        Files.write(file, Arrays.copyOf(whole, length));
        refusal(Kind.DAMAGED);
        byte[] flipped = whole.clone();
        flipped[length] ^= 0x10;
        Files.write(file, flipped);
        refusal(Kind.DAMAGED);
      }
      Files.write(file, Arrays.copyOf(whole, whole.length + 1));
      refusal(Kind.DAMAGED);
      Files.write(file, whole);
    }
    assertThat(bootAfter()).isEqualTo(2);
  }

  @Test
  void newerVersionIsNamed() throws Exception {
    open().close();
    new SealedFile(home.resolve("identity"), "HFIDENT\n", 2)
        .write(new StoredIdentity("m", N1, 5, 1, 0, List.of(), 0).toBody());
    assertThat(refusal(Kind.DAMAGED))
        .isEqualTo(
            home.resolve("identity")
                + " has version 2, made by a newer release; expected: version 1 to 1; next: restore"
                + " the directory from the newest copy, or replace the node");
  }

  @Test
  void placesThatCannotHoldADirectoryAreReadOnly() throws Exception {
    Path file = Files.writeString(Files.createDirectories(home).resolve("file"), "x");
    for (Path place : List.of(file, file.resolve("below"), Path.of("/proc/holdfast"))) {
      DataDirectoryException e =
          catchThrowableOfType(
              DataDirectoryException.class, () -> DataDirectory.open(place, "m", N1));
      assertThat(e.kind()).isEqualTo(Kind.READ_ONLY);
      assertThat(e).hasMessageStartingWith(place.toString()).hasMessageContaining("next:");
    }
  }

  @Test
  void filesKeepTheirFormat() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(1000), ZoneOffset.UTC);
    try (DataDirectory made = DataDirectory.open(home, "m", N1, () -> 0x11, clock)) {
      made.saveLedger(LEDGER);
    }
    assertThat(home.resolve("identity")).hasBinaryContent(golden("identity-v1.bin"));
    assertThat(home.resolve("peers")).hasBinaryContent(golden("peers-v1.bin"));
  }

  @Test
  void filesOfTheFirstReleaseOpen() throws Exception {
    Files.createDirectories(home);
    Files.write(home.resolve("identity"), golden("identity-v1.bin"));
    Files.write(home.resolve("peers"), golden("peers-v1.bin"));
    try (DataDirectory old = open()) {
      assertThat(old.identity().member()).isEqualTo(new MemberId(N1, 0x11));
      assertThat(old.identity().bootCount()).isEqualTo(2);
      assertThat(old.ledger()).isEqualTo(LEDGER);
    }
  }

  private static PeerLedger withDirectory() {
    MemberId n4 = new MemberId(new NodeId("n4"), 0x44);
    SortedMap<NodeId, ListedNode> nodes = new TreeMap<>();
    LEDGER
        .founders()
        .forEach(
            founder ->
                nodes.put(
                    founder.node(),
                    new ListedNode(founder.incarnation(), new HostPort("10.0.0.1", 4100))));
    nodes.put(n4.node(), new ListedNode(n4.incarnation(), new HostPort("::1", 4104)));
    TreeSet<MemberId> founders = new TreeSet<>(LEDGER.founders());
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>();
    groups.put(
        GroupSettings.META, new ListedGroup(GroupSettings.META, founders, 2, 1, "terms", false));
    groups.put(
        new GroupId("orders"),
        new ListedGroup(new GroupId("orders--5"), new TreeSet<>(List.of(n4)), 1, 1, "terms", true));
    return LEDGER.learned(new MeshDirectory(6, nodes, groups));
  }

  @Test
  void ledgerWithADirectoryKeepsItsFormat() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(1000), ZoneOffset.UTC);
    try (DataDirectory made = DataDirectory.open(home, "m", N1, () -> 0x11, clock)) {
      made.saveLedger(withDirectory());
    }
    Path golden = Path.of("src/test/resources/golden/peers-v1-directory.bin");
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.copy(home.resolve("peers"), golden, StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(home.resolve("peers")).hasBinaryContent(Files.readAllBytes(golden));
    Files.write(home.resolve("peers"), Files.readAllBytes(golden));
    try (DataDirectory again = open()) {
      assertThat(again.ledger()).isEqualTo(withDirectory());
    }
  }

  @Test
  void markOfAServerKeepsItsFormat() throws Exception {
    ServerMark mark = new ServerMark(-8_423_000_000_000_000_001L, 7, 0x1_2345_6789L);
    try (DataDirectory made = open()) {
      assertThat(made.serverMark()).isEmpty();
      made.saveServerMark(mark);
    }
    Path golden = Path.of("src/test/resources/golden/server-v1.bin");
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.copy(home.resolve("server"), golden, StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(home.resolve("server")).hasBinaryContent(Files.readAllBytes(golden));
    try (DataDirectory again = open()) {
      assertThat(again.serverMark()).contains(mark);
    }
  }

  @Test
  void markOfAServerThatIsDamagedIsNotTakenForNone() throws Exception {
    open().close();
    Files.write(home.resolve("server"), new byte[] {1, 2, 3});
    try (DataDirectory damaged = open()) {
      assertThatExceptionOfType(DataDirectoryException.class)
          .isThrownBy(damaged::serverMark)
          .withMessageContaining(home.resolve("server").toString());
    }
  }

  @Test
  void ledgerThatWasWrittenBeforeThereWereDirectoriesOpensWithNone() throws Exception {
    Files.createDirectories(home);
    Files.write(home.resolve("identity"), golden("identity-v1.bin"));
    Files.write(home.resolve("peers"), golden("peers-v1.bin"));
    try (DataDirectory old = open()) {
      assertThat(old.ledger().directory()).isEqualTo(MeshDirectory.NONE);
    }
  }

  @Test
  void ledgerWhoseDirectoryIsOutOfRangeIsDamaged() throws Exception {
    open().close();
    new SealedFile(home.resolve("peers"), "HFPEERS\n", 1)
        .write(
            PeerLedgerProto.newBuilder()
                .setDirectory(
                    MeshDirectoryProto.newBuilder()
                        .setVersion(1)
                        .putNodes("n1", ListedNodeProto.getDefaultInstance()))
                .build()
                .toByteString());
    assertThat(refusal(Kind.DAMAGED)).startsWith(home.resolve("peers").toString());
  }

  @Test
  void directoryThatWasHeardIsNeverExchangedForAnOlderOne() throws Exception {
    try (DataDirectory made = open()) {
      made.saveLedger(withDirectory());
      assertThatThrownBy(() -> made.saveLedger(LEDGER))
          .isInstanceOf(InvariantViolation.class)
          .hasMessageStartingWith("PeerLedgerNeverForgets");
    }
  }

  @Test
  void storeOfADeletedGroupGoesWithAllThatLiesAsideAndNothingElse() throws Exception {
    try (DataDirectory made = open()) {
      List<String> gone =
          List.of("store-orders--5.mv.db", "store-orders--5.aside-7.mv.db", "store-orders--5.x");
      List<String> kept =
          List.of("store-orders--55.mv.db", "store-orders.mv.db", "journal.mv.db", "store-a.mv.db");
      for (String name : concat(gone, kept)) {
        Files.writeString(home.resolve(name), "x");
      }
      made.deleteStore(new GroupId("orders--5"));
      assertThat(gone).allSatisfy(name -> assertThat(home.resolve(name)).doesNotExist());
      assertThat(kept).allSatisfy(name -> assertThat(home.resolve(name)).exists());
      made.deleteStore(new GroupId("orders--5"));
    }
  }

  private static List<String> concat(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** What the second process runs: opens, says how that went, and ends. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] args) throws DataDirectoryException {
      try (DataDirectory opened = DataDirectory.open(Path.of(args[0]), "m", N1)) {
        System.out.print("OPEN " + opened.identity().bootCount());
      } catch (DataDirectoryException e) {
        System.out.print(e.kind() + " " + e.getMessage());
      }
    }
  }

  private static GroupSettings group(String name, String... members) {
    return new GroupSettings(
        new GroupId(name),
        Stream.of(members).map(NodeId::new).toList(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /** Else a name that has changed hands since would be taken for a founder. */
  @Test
  void whoTookPartFoundsWhatItHeldWithThoseWhomItMetThenAndMeta() throws Exception {
    try (DataDirectory fresh = open()) {
      assertThat(fresh.mayFound(group("any", "n1", "n9"))).isTrue();
      fresh.saveDatabaseBoots(Map.of(DatabaseNames.store(new GroupId("main")), 1L));
      MemberId n1 = new MemberId(N1, fresh.identity().incarnation());
      MemberId n2 = new MemberId(new NodeId("n2"), 2);
      fresh.saveLedger(new PeerLedger(new TreeMap<>(), new TreeSet<>(), true, List.of(n1, n2)));
      assertThat(fresh.mayFound(group("main", "n1", "n2"))).isTrue();
    }
    try (DataDirectory again = open()) {
      assertThat(again.mayFound(group("main", "n1", "n2"))).isTrue();
      assertThat(again.mayFound(group("main", "n1", "n9"))).as("n9 came later").isFalse();
      assertThat(again.mayFound(group("more", "n1", "n2"))).as("came later").isFalse();
      assertThat(again.mayFound(group("meta", "n1", "n9"))).as("before there was one").isTrue();
      again.saveDatabaseBoots(
          Map.of(
              DatabaseNames.store(new GroupId("main")),
              2L,
              DatabaseNames.store(GroupSettings.META),
              2L));
    }
    try (DataDirectory third = open()) {
      assertThat(third.mayFound(group("meta", "n1", "n2"))).isTrue();
      assertThat(third.mayFound(group("meta", "n1", "n9"))).as("another meta").isFalse();
    }
  }

  private DataDirectory open() throws DataDirectoryException {
    return DataDirectory.open(home, "m", N1);
  }

  private long bootAfter() throws DataDirectoryException {
    try (DataDirectory opened = open()) {
      return opened.identity().bootCount();
    }
  }

  private String refusal(Kind kind) {
    DataDirectoryException e =
        catchThrowableOfType(DataDirectoryException.class, () -> open().close());
    assertThat(e.kind()).isEqualTo(kind);
    return String.valueOf(e.getMessage());
  }

  private static byte[] golden(String name) throws Exception {
    URL file = DataDirectoryTest.class.getResource("/golden/" + name);
    return Files.readAllBytes(Path.of(Objects.requireNonNull(file).toURI()));
  }

  private String openInAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Opener.class.getName(),
                home.toString())
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
