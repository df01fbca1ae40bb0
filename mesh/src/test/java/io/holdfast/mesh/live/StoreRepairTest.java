package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A killed process whose files are broken, and what a running peer can mend of them. */
class StoreRepairTest {

  private static final int WRITES = 60;
  private static final String STORE = "store-main.mv.db";
  private static final String JOURNAL = "journal.mv.db";

  @TempDir private static Path dir = Path.of("");

  private static final Map<String, String> WRITTEN = new HashMap<>();
  private static LiveMesh mesh;

  @BeforeAll
  static void start() {
    mesh = LiveMesh.start(dir.resolve("mesh"));
    LiveNode leader = mesh.awaitLeader();
    for (int i = 0; i < WRITES; i++) {
      leader.commit("k" + i, "v".repeat(3000) + i);
      WRITTEN.put("k" + i, "v".repeat(3000) + i);
    }
    mesh.awaitEqualChains();
    mesh.awaitAllStored();
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  private static VerbRun repair(Path data, LiveNode peer) {
    return VerbRun.of("repair", "--dir=" + data, "--from=" + peer.endpoint(), "--yes");
  }

  private static VerbRun startOn(LiveNode node) {
    return VerbRun.of(
        "node",
        "--id=" + node.id(),
        "--data-dir=" + node.dataDir(),
        "--mesh-addr=" + node.meshAddress(),
        "--http-addr=" + node.endpoint());
  }

  /** Flips a bit of every page of the first half of a file, but for its two headers. */
  private static void flip(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (long at = 2 * 4096 + 100; at < channel.size() / 2; at += 4096) {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, at);
        one.put(0, (byte) (one.get(0) ^ 1));
        channel.write(one.rewind(), at);
      }
    }
  }

  private static List<String> aside(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(f -> f.contains("aside"))
          .toList();
    }
  }

  @Test
  void nodeWithADamagedStoreComesBackWithAPeersState() throws Exception {
    LiveNode leader = mesh.awaitLeader();
    LiveNode broken = mesh.othersThan(leader).get(0);
    broken.kill();
    flip(broken.dataDir().resolve(STORE));
    VerbRun refused = startOn(broken);
    assertThat(refused.exit()).as(refused.text()).isEqualTo(5);
    assertThat(refused.text()).contains(STORE, "'holdfast repair --dir " + broken.dataDir());

    leader.commit("meanwhile", "1");
    VerbRun repaired = repair(broken.dataDir(), leader);

    assertThat(repaired.exit()).as(repaired.text()).isZero();
    assertThat(repaired.text()).contains("found: ", STORE, "will fetch", "done: ", "aside");
    assertThat(aside(broken.dataDir())).isNotEmpty();
    assertThat(broken.dataDir().resolve("repair-main.snapshot")).doesNotExist();
    broken.start();
    mesh.awaitLeader();
    mesh.awaitEqualChains();
    mesh.assertHolds(WRITTEN);
    broken.kill();
    VerbRun verified = VerbRun.of("verify", "--dir=" + broken.dataDir());
    assertThat(verified.exit()).as(verified.text()).isZero();
    VerbRun again = repair(broken.dataDir(), leader);
    assertThat(again.exit()).as(again.text()).isZero();
    assertThat(again.text()).contains("nothing is broken", "nothing was changed");
    broken.start();
    mesh.awaitLeader();
  }

  @Test
  void missingStoreIsMadeAnewOfAPeersState() throws Exception {
    LiveNode leader = mesh.awaitLeader();
    LiveNode broken = mesh.othersThan(leader).get(1);
    broken.kill();
    Files.delete(broken.dataDir().resolve(STORE));

    assertThat(startOn(broken).text()).contains("is missing", "holdfast repair");
    VerbRun repaired = repair(broken.dataDir(), leader);

    assertThat(repaired.exit()).as(repaired.text()).isZero();
    assertThat(repaired.text()).contains("which is missing");
    broken.start();
    mesh.awaitLeader();
    mesh.awaitEqualChains();
  }

  @Test
  void damagedJournalIsBeyondRepairAndNothingIsChanged() throws Exception {
    LiveNode leader = mesh.awaitLeader();
    LiveNode broken = mesh.othersThan(leader).get(0);
    broken.kill();
    Path copy = Files.createDirectories(dir.resolve("copy"));
    try (Stream<Path> files = Files.list(broken.dataDir())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    broken.start();
    mesh.awaitLeader();
    Files.delete(copy.resolve(STORE));
    byte[] journal = Arrays.copyOf(Files.readAllBytes(copy.resolve(JOURNAL)), 64 << 10);
    Arrays.fill(journal, 0, 2 * 4096, (byte) 'x');
    Files.write(copy.resolve(JOURNAL), journal);

    VerbRun refused = repair(copy, leader);

    assertThat(refused.exit()).as(refused.text()).isEqualTo(1);
    assertThat(refused.text()).contains(JOURNAL, "beyond repair", "holdfast member replace");
    assertThat(copy.resolve(STORE)).doesNotExist();
    assertThat(copy.resolve(JOURNAL)).hasBinaryContent(journal);
  }

  @Test
  void nobodyWhoAgreesMeansThatNothingIsChanged() throws Exception {
    LiveNode leader = mesh.awaitLeader();
    LiveNode broken = mesh.othersThan(leader).get(1);
    broken.kill();
    Path store = broken.dataDir().resolve(STORE);
    byte[] whole = Files.readAllBytes(store);
    Files.delete(store);

    VerbRun asked =
        VerbRun.of("repair", "--dir=" + broken.dataDir(), "--from=" + leader.endpoint());

    assertThat(asked.exit()).as(asked.text()).isEqualTo(1);
    assertThat(asked.text()).contains("nobody agreed; nothing was changed");
    assertThat(store).doesNotExist();
    Files.write(store, whole);
    broken.start();
    mesh.awaitLeader();
  }
}
