package io.holdfast.chaos.power;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.chaos.power.core.Disk;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateMachine;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.JdbcReplicaStore;
import io.holdfast.sync.store.JdbcSnapshotWriting;
import io.holdfast.sync.store.ReplicaStore;
import io.holdfast.sync.store.SnapshotReading;
import io.holdfast.sync.store.SnapshotWriting;
import io.holdfast.sync.store.StoreInstallation;
import io.holdfast.sync.store.StoreInstallation.Replaced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A store that is received and put in place by a machine whose power goes meanwhile. */
final class SnapshotUnderPowerCutsTest {

  private static final int SEEDS = 40;
  private static final int PUTS = 60;

  /** More than renaming both stores and opening the new one takes. */
  private static final int MOST_OPERATIONS = 45;

  private static InMemoryReplicaStore sender(int puts) {
    InMemoryReplicaStore store = new InMemoryReplicaStore(MachineSettings.TERMS);
    StateMachine machine = StateMachine.restore(store.load());
    for (int n = 1; n <= puts; n++) {
      ByteString key = ByteString.copyFromUtf8("key " + n);
      Command put = new Command.Put(key, ByteString.copyFrom(new byte[700]));
      WriteCommand write = WriteCommand.of(WriteId.of(n, new UUID(n, n)), put);
      machine.apply(
          new Slot(n),
          BatchFormat.encode(List.of(new BatchEntry.CommandEntry(CommandCodec.encode(write)))));
    }
    ReplicaDelta delta = machine.takeDelta();
    store.flush(delta);
    return store;
  }

  private static List<ByteString> chunks(InMemoryReplicaStore store, long afterPlace) {
    List<ByteString> chunks = new ArrayList<>();
    try (SnapshotReading reading = store.snapshot(afterPlace, 2000)) {
      for (var chunk = reading.next(); chunk.isPresent(); chunk = reading.next()) {
        chunks.add(chunk.get());
      }
    }
    return chunks;
  }

  private static Path base(DiskFileSystem mounted) {
    return mounted.root().resolve("store");
  }

  private static SnapshotWriting writing(DiskFileSystem mounted, DurableFilePath files) {
    return JdbcSnapshotWriting.open(base(mounted), MachineSettings.TERMS, files);
  }

  // ---- While it is received

  /** What is durable after a cut: how far the receiver said it was, and what is left. */
  private record Run(Disk left, long acknowledged) {}

  private static Run receiveAndCut(
      InMemoryReplicaStore sender, DurableFilePath files, long seed, long cutAt) {
    SplittableRandom random = new SplittableRandom(seed);
    PoweredDisk powered = new PoweredDisk(new Disk(), random, cutAt, true);
    long acknowledged = 0;
    try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
      try (SnapshotWriting writing = writing(mounted, files)) {
        for (ByteString chunk : chunks(sender, 0)) {
          writing.take(chunk);
          acknowledged = writing.lastPlace();
        }
        writing.finish();
      } catch (StorageFailure e) {
        assertThat(powered.isOff()).as("fails only without power: %s", e).isTrue();
      }
    }
    return new Run(powered.cut().disk(), acknowledged);
  }

  /** How far it is after a restart; then the rest comes, and it is whole. */
  private static long goOn(InMemoryReplicaStore sender, Run run, DurableFilePath files) {
    PoweredDisk powered =
        new PoweredDisk(run.left(), new SplittableRandom(0), PoweredDisk.NEVER, true);
    try (DiskFileSystem mounted = DiskFileSystem.mount(powered);
        SnapshotWriting writing = writing(mounted, files)) {
      long here = writing.lastPlace();
      chunks(sender, here).forEach(writing::take);
      assertThat(writing.finish().slot()).isEqualTo(new Slot(PUTS));
      return here;
    }
  }

  @Test
  void chunksThatWereTakenAreThereAfterACutAndTheRestCompletesThem() {
    InMemoryReplicaStore sender = sender(PUTS);
    int midway = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Run run = receiveAndCut(sender, new PowerFilePath(), seed, 3 + 3 * seed / 2);
      long here = goOn(sender, run, new PowerFilePath());
      assertThat(here).as("seed %d", seed).isGreaterThanOrEqualTo(run.acknowledged());
      midway += here > 0 ? 1 : 0;
    }
    assertThat(midway).isGreaterThan(SEEDS / 4);
  }

  @Test
  void withoutSynchronizedWritingTakenChunksAreLost() {
    InMemoryReplicaStore sender = sender(PUTS);
    int lost = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Run run = receiveAndCut(sender, new UnsyncedFilePath(), seed, 15 + seed);
      lost += isLost(sender, run) ? 1 : 0;
    }
    assertThat(lost).isPositive();
  }

  private static boolean isLost(InMemoryReplicaStore sender, Run run) {
    try {
      return goOn(sender, run, new UnsyncedFilePath()) < run.acknowledged();
    } catch (StorageFailure e) {
      return true;
    }
  }

  // ---- While it is put in place

  private static Disk withBothStores() throws IOException {
    PoweredDisk powered =
        new PoweredDisk(new Disk(), new SplittableRandom(0), PoweredDisk.NEVER, true);
    try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
      JdbcReplicaStore.open(base(mounted), MachineSettings.TERMS, new PowerFilePath()).close();
      try (SnapshotWriting writing = writing(mounted, new PowerFilePath())) {
        chunks(sender(PUTS), 0).forEach(writing::take);
        writing.finish();
      }
      assertThat(files(mounted)).containsExactly("store.mv.db", "store.receiving.mv.db");
    }
    return powered.cut().disk();
  }

  private static List<String> files(DiskFileSystem mounted) throws IOException {
    try (Stream<Path> list = Files.list(mounted.root())) {
      return list.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void afterACutAtAnyOperationTheOldOrTheNewStoreIsThereWhole() throws IOException {
    Disk both = withBothStores();
    int olds = 0;
    int news = 0;
    for (long cutAt = 1; cutAt <= MOST_OPERATIONS; cutAt++) {
      for (long seed = 0; seed < 4; seed++) {
        String as = "cut at operation %d, seed %d".formatted(cutAt, seed);
        PoweredDisk powered =
            new PoweredDisk(both.copyOfMedium(), new SplittableRandom(seed), cutAt, true);
        boolean told = false;
        try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
          StoreInstallation.of(new FilePlace(base(mounted), new PowerFilePath()))
              .install(new Slot(PUTS), Replaced.DELETED, Optional.empty());
          told = true;
          JdbcReplicaStore.open(base(mounted), MachineSettings.TERMS, new PowerFilePath()).close();
        } catch (StorageFailure e) {
          assertThat(powered.isOff()).as("%s: fails only without power: %s", as, e).isTrue();
        }
        StateHeader found = open(powered.cut().disk(), as);
        boolean isNew = found.applied().equals(new Slot(PUTS));
        assertThat(isNew || found.equals(StateHeader.empty(MachineSettings.TERMS))).as(as).isTrue();
        assertThat(isNew || !told).as("%s: told, and the old one is there", as).isTrue();
        olds += isNew ? 0 : 1;
        news += isNew && !told ? 1 : 0;
      }
    }
    assertThat(olds).isPositive();
    assertThat(news).isPositive();
  }

  private static StateHeader open(Disk disk, String as) throws IOException {
    PoweredDisk powered = new PoweredDisk(disk, new SplittableRandom(0), PoweredDisk.NEVER, true);
    try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
      StateHeader header;
      try (ReplicaStore store =
          JdbcReplicaStore.open(base(mounted), MachineSettings.TERMS, new PowerFilePath())) {
        header = store.load().header();
        assertThat(store.installedAt()).as(as).isEqualTo(header.applied());
      }
      assertThat(files(mounted))
          .as(as)
          .contains("store.mv.db")
          .noneMatch(n -> n.contains("replac"));
      return header;
    }
  }
}
