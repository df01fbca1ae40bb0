package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.SnapshotFileHeader;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.store.StoreRestoration.Members;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreRestorationTest {

  private static final BootStamp STAMP = new BootStamp(7, 3);
  private static final StateTerms TERMS = SampleHistory.TERMS;
  private static final Membership OLD =
      Membership.founded(8, Configuration.of(List.of(new MemberId(new NodeId("a"), 99)), 1));

  @TempDir private Path directory = Path.of("unset");
  private final SampleHistory model = new SampleHistory();
  private Path file = directory;
  private Path base = directory;

  @BeforeEach
  void save() throws IOException {
    file = directory.resolve("backup");
    base = directory.resolve("data/store-main");
    InMemoryReplicaStore store = new InMemoryReplicaStore(TERMS);
    for (int n = 0; n < 9; n++) {
      model.change(Map.of("k" + n % 4, Commands.bytes("x".repeat(9 * n)))).lease(1 + n, n);
    }
    ReplicaDelta delta = model.takeDelta();
    store.flush(
        new ReplicaDelta(
            delta.before(),
            delta.after().with(OLD),
            delta.changes(),
            delta.touched(),
            delta.firstAddedOrdinal(),
            delta.addedWriteIds(),
            delta.leasesPut(),
            delta.leasesEnded()));
    ByteString bytes =
        SnapshotForm.begin(
            new SnapshotFileHeader("old", new GroupId("main"), "", Instant.ofEpochMilli(1)));
    try (SnapshotReading reading = store.snapshot(0, 300)) {
      for (var chunk = reading.next(); chunk.isPresent(); chunk = reading.next()) {
        bytes = bytes.concat(SnapshotForm.frame(chunk.get()));
      }
    }
    SnapshotFile.save(
        new ByteArrayInputStream(bytes.concat(SnapshotForm.end()).toByteArray()),
        file,
        false,
        written -> {});
  }

  private StateHeader restored(Members members) throws IOException {
    StoreRestoration.restore(file, base, TERMS, members, STAMP);
    try (JdbcReplicaStore store = JdbcReplicaStore.open(base, TERMS)) {
      assertThat(store.installedAt()).isEqualTo(model.header().applied());
      return store.load().header();
    }
  }

  @Test
  void storeIsAtTheSlotOfTheFileAndStamped() throws Exception {
    assertThat(restored(Members.NONE)).isEqualTo(model.header());
    try (DurableDatabase database = DurableDatabase.open(base)) {
      assertThat(BootStamp.in(database)).contains(STAMP);
    }
  }

  @Test
  void membersOfTheOldMeshAreForgottenOnlyWhereTheyAreToBe() throws Exception {
    assertThat(restored(Members.AS_SAVED).membership()).contains(OLD);
    assertThat(restored(Members.NONE).membership()).isEmpty();
  }

  @Test
  void storeThatIsReplacedIsKeptAside() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(DurableDatabase.fileOf(base), "no database");
    restored(Members.AS_SAVED);
    Path aside =
        directory.resolve("data/store-main.aside-" + model.header().applied().number() + ".mv.db");
    assertThat(aside).hasContent("no database");
  }

  /** Else the store that was put in its place would serve nothing. */
  @Test
  void markOfTheStoreThatIsReplacedGoesWithIt() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(DurableDatabase.fileOf(base), "diverged");
    DivergenceMark mark = new DivergenceMark(base);
    mark.write(new Divergence(new Slot(3), List.of(new MemberId(new NodeId("b"), 4))));

    StoreRestoration.Restored restored =
        StoreRestoration.restore(file, base, TERMS, Members.AS_SAVED, STAMP);

    assertThat(mark.read()).isEmpty();
    assertThat(restored.gone()).containsExactly(mark.path());
    assertThat(restored.aside()).singleElement().satisfies(kept -> assertThat(kept).exists());
  }

  /** The one that comes back is the one that is replaced, and kept. */
  @Test
  void interruptedInstallationIsEndedFirst() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(directory.resolve("data/store-main.replaced-2.mv.db"), "before");

    StoreRestoration.Restored restored =
        StoreRestoration.restore(file, base, TERMS, Members.AS_SAVED, STAMP);

    assertThat(restored.aside())
        .singleElement()
        .satisfies(kept -> assertThat(kept).hasContent("before"));
  }

  @Test
  void damagedFileLeavesTheStoreInUseAlone() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(DurableDatabase.fileOf(base), "in use");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
    assertThatExceptionOfType(SnapshotRefused.class)
        .isThrownBy(() -> StoreRestoration.restore(file, base, TERMS, Members.NONE, STAMP));
    assertThat(DurableDatabase.fileOf(base)).hasContent("in use");
  }

  @Test
  void fileOfOtherTermsIsRefused() {
    StateTerms other = new StateTerms(5, 1000, 1 << 20);
    assertThatExceptionOfType(SnapshotRefused.class)
        .isThrownBy(() -> StoreRestoration.restore(file, base, other, Members.NONE, STAMP))
        .withMessageContaining("made for");
  }
}
