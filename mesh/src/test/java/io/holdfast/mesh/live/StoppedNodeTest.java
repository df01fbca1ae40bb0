package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DataDirectoryException.Kind;
import io.holdfast.mesh.store.CheckedDirectory;
import io.holdfast.mesh.store.CheckedDirectory.CheckedReplica;
import io.holdfast.mesh.store.DirectoryCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of killed processes, and what may be wrong with them. */
class StoppedNodeTest {

  private static final int WRITES = 60;
  private static final String STORE = "store-main.mv.db";
  private static final String JOURNAL = "journal.mv.db";

  @TempDir private static Path dir = Path.of("");

  @TempDir private Path own = Path.of("");

  @BeforeAll
  static void write() throws Exception {
    try (LiveMesh mesh = LiveMesh.start(dir)) {
      LiveNode leader = mesh.awaitLeader();
      for (int i = 0; i < WRITES; i++) {
        leader.commit("k" + i, "v".repeat(3000) + i);
      }
      mesh.awaitEqualChains();
      for (LiveNode node : mesh.nodes()) {
        await("all in the store of " + node)
            .atMost(LiveMesh.PATIENCE)
            .until(() -> node.group().filter(group -> group.durable() >= WRITES).isPresent());
      }
      assertThatThrownBy(() -> DirectoryCheck.of(data("n1")))
          .isInstanceOfSatisfying(
              DataDirectoryException.class,
              running -> assertThat(running.kind()).isEqualTo(Kind.LOCKED));
      mesh.nodes().forEach(LiveNode::kill);
    }
  }

  private static Path data(String node) {
    return dir.resolve(node).resolve("data");
  }

  /** A copy of a node's directory, to break. */
  private Path copyOf(String node, String name) throws IOException {
    Path copy = Files.createDirectories(own.resolve(name));
    try (Stream<Path> files = Files.list(data(node))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return copy;
  }

  @Test
  void filesOfAKilledNodeAreWholeAndLookingAtThemChangesNothing() throws Exception {
    Map<String, byte[]> before = new HashMap<>();
    for (String file : List.of(STORE, JOURNAL, "identity", "peers", "databases")) {
      before.put(file, Files.readAllBytes(data("n2").resolve(file)));
    }
    CheckedDirectory checked = DirectoryCheck.of(data("n2"));
    assertThat(checked.problems()).isEmpty();
    assertThat(checked.node()).isEqualTo("n2");
    assertThat(checked.files()).hasSize(3).allMatch(file -> file.bytes() > 0);
    CheckedReplica replica = checked.replicas().get(0);
    assertThat(replica.group()).isEqualTo("main");
    assertThat(replica.chainHash()).hasSize(64);
    assertThat(replica.events()).isGreaterThanOrEqualTo(WRITES);
    for (Map.Entry<String, byte[]> file : before.entrySet()) {
      assertThat(Files.readAllBytes(data("n2").resolve(file.getKey())))
          .as(file.getKey())
          .isEqualTo(file.getValue());
    }
  }

  @Test
  void damagedFilesAreNamed() throws Exception {
    Random random = new Random(2);
    Set<String> named = new HashSet<>();
    for (int tries = 0; tries < 200 && named.size() < 2; tries++) {
      String file = tries % 2 == 0 ? STORE : JOURNAL;
      Path copy = copyOf("n1", "damaged");
      try (FileChannel channel =
          FileChannel.open(copy.resolve(file), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        // Not its header, of which there are two.
        long at = 2 * 4096 + random.nextLong(channel.size() - 2 * 4096);
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, at);
        one.put(0, (byte) (one.get(0) ^ 1));
        channel.write(one.rewind(), at);
      }
      List<String> problems = DirectoryCheck.of(copy).problems();
      // What is in no use is not looked at: most of a file is in use, not all of it.
      assertThat(problems).allMatch(problem -> problem.contains(file));
      problems.forEach(problem -> named.add(file));
    }
    assertThat(named).contains(STORE, JOURNAL);
  }

  @Test
  void missingStoreIsNamed() throws Exception {
    Path copy = copyOf("n1", "missing");
    Files.delete(copy.resolve(STORE));
    assertThat(DirectoryCheck.of(copy).problems())
        .singleElement()
        .asString()
        .contains(STORE, "is missing, though this node used it at boot 1");
  }

  @Test
  void storeOfAnotherNodeIsNamed() throws Exception {
    Path copy = copyOf("n1", "foreign");
    Files.copy(data("n2").resolve(STORE), copy.resolve(STORE), StandardCopyOption.REPLACE_EXISTING);
    assertThat(DirectoryCheck.of(copy).problems())
        .singleElement()
        .asString()
        .contains(STORE, "belongs to another data directory");
  }

  @Test
  void truncatedJournalIsNamed() throws Exception {
    Path copy = copyOf("n1", "truncated");
    Path journal = copy.resolve(JOURNAL);
    byte[] whole = Files.readAllBytes(journal);
    // Less than its events take: H2 may find an older state whole in there, not the newest one.
    Files.write(journal, Arrays.copyOf(whole, 64 * 1024));
    assertThat(DirectoryCheck.of(copy).problems())
        .isNotEmpty()
        .allMatch(problem -> problem.contains(JOURNAL));
  }

  @Test
  void peersThatAreNotWhatWasWrittenAreNamed() throws Exception {
    Path copy = copyOf("n1", "peers");
    byte[] peers = Files.readAllBytes(copy.resolve("peers"));
    peers[peers.length / 2] ^= 1;
    Files.write(copy.resolve("peers"), peers);
    assertThat(DirectoryCheck.of(copy).problems()).singleElement().asString().contains("peers");
  }

  @Test
  void lostFilesOfTheDirectoryItselfAreNamed() throws Exception {
    Path copy = copyOf("n1", "lost");
    Files.delete(copy.resolve("databases"));
    assertThat(DirectoryCheck.of(copy).beyondRepair())
        .singleElement()
        .asString()
        .contains("databases is missing");
    Files.delete(copy.resolve("peers"));
    assertThat(DirectoryCheck.of(copy).beyondRepair())
        .singleElement()
        .asString()
        .contains("peers is missing");
  }

  @Test
  void originsThatAreNotWhatWasWrittenAreNamedAsAtAStart() throws Exception {
    Path copy = copyOf("n1", "origins");
    Files.write(copy.resolve("origins"), new byte[80]);
    assertThat(DirectoryCheck.of(copy).beyondRepair())
        .singleElement()
        .asString()
        .contains("origins");
  }

  @Test
  void databaseThatIsNewerThanTheIdentityIsNamedAsAtAStart() throws Exception {
    Path copy = copyOf("n1", "newer");
    try (DurableDatabase store = DurableDatabase.open(copy.resolve("store-main"))) {
      long incarnation = BootStamp.in(store).orElseThrow().incarnation();
      new BootStamp(incarnation, 2).putInto(store);
    }
    assertThat(DirectoryCheck.of(copy).problems())
        .singleElement()
        .asString()
        .contains(STORE, "was opened at boot 2, but the identity beside it knows none so late");
  }

  @Test
  void damagedMarkOfADivergedStoreIsNamedAndRepairable() throws Exception {
    Path copy = copyOf("n1", "marked");
    Files.write(copy.resolve("store-main.diverged"), new byte[80]);
    CheckedDirectory checked = DirectoryCheck.of(copy);
    assertThat(checked.problems()).singleElement().asString().contains("store-main.diverged");
    assertThat(checked.brokenStores()).singleElement().matches(store -> store.needed() >= 0);
    assertThat(checked.beyondRepair()).isEmpty();
  }

  @Test
  void interruptedInstallationIsForTheNextStartToEndAndNoBrokenStore() throws Exception {
    Path copy = copyOf("n1", "interrupted");
    Files.move(copy.resolve(STORE), copy.resolve("store-main.replaced-7.mv.db"));
    CheckedDirectory checked = DirectoryCheck.of(copy);
    assertThat(checked.problems())
        .singleElement()
        .asString()
        .contains(STORE, "start the node, which ends that");
    assertThat(checked.brokenStores()).isEmpty();
    VerbRun refused = repair(copy);
    assertThat(refused.exit()).as(refused.text()).isEqualTo(1);
    assertThat(refused.text()).contains("nothing that was found needs a peer");
    assertThat(copy.resolve("store-main.replaced-7.mv.db")).exists();
  }

  private static VerbRun repair(Path copy, String... more) {
    return VerbRun.of(
        Stream.concat(
                Stream.of("repair", "--dir=" + copy, "--from=127.0.0.1:1", "--yes"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void fileThatCannotBeReadIsNamedRatherThanEndTheCheck() throws Exception {
    Path copy = copyOf("n1", "unreadable");
    Files.delete(copy.resolve(STORE));
    Files.createDirectory(copy.resolve(STORE));
    CheckedDirectory checked = DirectoryCheck.of(copy);
    assertThat(checked.problems()).singleElement().asString().contains(STORE);
    assertThat(checked.brokenStores()).hasSize(1);
  }

  /** As a first start leaves it that ended before it was known which databases there are. */
  @Test
  void databasesThatAreNotKnownAreLookedAt() throws Exception {
    Path made = own.resolve("made");
    DataDirectory.open(made, "m", new NodeId("n1")).close();
    DurableDatabase.open(made.resolve("journal")).close();
    assertThat(DirectoryCheck.of(made).problems()).isEmpty();
    Files.write(made.resolve(STORE), new byte[9000]);
    assertThat(DirectoryCheck.of(made).problems()).singleElement().asString().contains(STORE);
  }

  /** Nobody can tell then up to which slot the store must be. */
  @Test
  void nothingIsRepairedBesideAJournalWhoseLastCommitIsTorn() throws Exception {
    Path copy = copyOf("n1", "torn");
    tear(copy.resolve("journal"));
    assertThat(DirectoryCheck.of(copy).journalTorn()).isTrue();
    Files.delete(copy.resolve(STORE));
    VerbRun refused = repair(copy);
    assertThat(refused.exit()).as(refused.text()).isEqualTo(1);
    assertThat(refused.text()).contains("start the node once", "nothing was changed");
    assertThat(copy.resolve(STORE)).doesNotExist();
  }

  private static void tear(Path base) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            DurableDatabase.fileOf(base), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (long at = 2 * 4096 + 100; at < channel.size(); at += 4096) {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, at);
        byte before = one.get(0);
        channel.write(one.put(0, (byte) (before ^ 1)).rewind(), at);
        if (DurableDatabase.isLastCommitTorn(base)) {
          return;
        }
        channel.write(one.put(0, before).rewind(), at);
      }
    }
    throw new AssertionError("the last commit of " + base + " was not found");
  }

  @Test
  void groupThatIsNotHereIsNotRepaired() throws Exception {
    VerbRun refused = repair(copyOf("n1", "group"), "--group=other");
    assertThat(refused.exit()).as(refused.text()).isEqualTo(1);
    assertThat(refused.text()).contains("no store of group other");
  }

  @Test
  void folderWithoutIdentityIsNoDataDirectory() {
    assertThatThrownBy(() -> DirectoryCheck.of(own))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("is no data directory");
  }
}
