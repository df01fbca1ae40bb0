package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.sync.core.RestoredView;
import io.holdfast.sync.store.StoreInstallation.Replaced;
import io.holdfast.sync.store.StoreInstallation.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreInstallationTest {

  private static final BootStamp STAMP = new BootStamp(7, 3);

  @TempDir private Path root = Path.of("unset");
  private Path base = root;
  private final SampleHistory before = new SampleHistory();
  private final SampleHistory after = new SampleHistory();

  @BeforeEach
  void flushOneStoreAndReceiveAnother() {
    base = root.resolve("data").resolve("store");
    try (ReplicaStore store = open(base)) {
      store.flush(before.put("a", "1").takeDelta());
    }
    InMemoryReplicaStore other = new InMemoryReplicaStore(SampleHistory.TERMS);
    other.flush(after.put("a", "1").put("a", "2").put("b", "1").takeDelta());
    try (SnapshotWriting writing =
        JdbcSnapshotWriting.open(base, SampleHistory.TERMS, new DurableFilePath())) {
      SnapshotTransfer.chunks(other, 0, 400).forEach(writing::take);
      assertThat(writing.finish().slot()).isEqualTo(new Slot(3));
    }
  }

  private static ReplicaStore open(Path base) {
    return JdbcReplicaStore.open(base, SampleHistory.TERMS);
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private void install(Replaced replaced) {
    StoreInstallation.of(new FilePlace(base, new DurableFilePath()))
        .install(new Slot(3), replaced, Optional.of(STAMP));
  }

  @Test
  void newStoreIsInPlaceAndTheOldOneGoesOnceItIsOpen() throws IOException {
    install(Replaced.DELETED);
    assertThat(files(root.resolve("data")))
        .containsExactly("store.mv.db", "store.replaced-3.mv.db");
    try (ReplicaStore store = open(base)) {
      ReopenableStore.assertHolds(store, after);
      assertThat(store.installedAt()).isEqualTo(new Slot(3));
    }
    assertThat(files(root.resolve("data"))).containsExactly("store.mv.db");
  }

  @Test
  void oldStoreIsKeptAsideWhereThatIsWanted() throws IOException {
    install(Replaced.KEPT);
    open(base).close();
    open(base).close();

    assertThat(files(root.resolve("data"))).containsExactly("store.aside-3.mv.db", "store.mv.db");
    try (ReplicaStore aside = open(base.resolveSibling("store.aside-3"))) {
      ReopenableStore.assertHolds(aside, before);
    }
  }

  @Test
  void newStoreHasTheStampByWhichItsDirectoryKnowsIt() throws SQLException {
    install(Replaced.DELETED);
    try (DurableDatabase database = DurableDatabase.open(base)) {
      assertThat(BootStamp.in(database)).contains(STAMP);
    }
    try (ReplicaStore store = open(base)) {
      ReopenableStore.assertHolds(store, after);
    }
  }

  /** What a process that dies right after each step leaves. */
  private Map<Step, Path> copiesAfterEachStep(Replaced replaced) {
    Map<Step, Path> copies = new LinkedHashMap<>();
    StoreInstallation installation =
        StoreInstallation.of(
            new FilePlace(base, new DurableFilePath()),
            step -> copies.put(step, copyOf(root.resolve("data"), "after-" + step)));
    installation.install(new Slot(3), replaced, Optional.of(STAMP));
    open(base).close();
    return copies;
  }

  private Path copyOf(Path directory, String name) {
    Path copy = root.resolve(name);
    try {
      Files.createDirectory(copy);
      for (String file : files(directory)) {
        Files.copy(directory.resolve(file), copy.resolve(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  @ParameterizedTest
  @EnumSource
  void afterACrashAtAnyStepEitherStoreIsThereWhole(Replaced replaced) throws IOException {
    Map<Step, Path> copies = copiesAfterEachStep(replaced);
    assertThat(copies.keySet())
        .containsExactlyElementsOf(EnumSet.complementOf(EnumSet.of(Step.REPLACED_GONE)));
    for (Map.Entry<Step, Path> copy : copies.entrySet()) {
      Step step = copy.getKey();
      boolean isNew = step.compareTo(Step.OLD_RENAMED) >= 0;
      Path reopened = copy.getValue().resolve("store");
      try (ReplicaStore store = open(reopened)) {
        ReopenableStore.assertHolds(store, isNew ? after : before);
        assertThat(store.installedAt()).as("%s", step).isEqualTo(new Slot(isNew ? 3 : 0));
        store.flush((isNew ? again(after, 3) : again(before, 1)).takeDelta());
      }
      List<String> left = new ArrayList<>(List.of("store.mv.db"));
      if (!isNew) {
        left.add("store.receiving.mv.db");
      } else if (replaced == Replaced.KEPT) {
        left.add("store.aside-3.mv.db");
      }
      assertThat(files(copy.getValue())).as("%s", step).containsExactlyInAnyOrderElementsOf(left);
    }
  }

  /** A model that goes on where this one is. */
  private static SampleHistory again(SampleHistory model, int puts) {
    SampleHistory copy = new SampleHistory();
    copy.put("a", "1");
    if (puts == 3) {
      copy.put("a", "2").put("b", "1");
    }
    assertThat(copy.takeDelta().after()).isEqualTo(model.header());
    return copy.put("later", "1");
  }

  private void receive(SampleHistory model) {
    InMemoryReplicaStore other = new InMemoryReplicaStore(SampleHistory.TERMS);
    other.flush(model.takeDelta());
    try (SnapshotWriting writing =
        JdbcSnapshotWriting.open(base, SampleHistory.TERMS, new DurableFilePath())) {
      SnapshotTransfer.chunks(other, 0, 400).forEach(writing::take);
      assertThat(writing.finish().slot()).isEqualTo(new Slot(3));
    }
  }

  private SampleHistory another(String value) {
    return new SampleHistory().put("a", "1").put("a", "2").put("b", value);
  }

  @Test
  void storesThatWereReplacedAtTheSameSlotAreBothKept() throws IOException {
    install(Replaced.KEPT);
    open(base).close();
    receive(another("2"));
    install(Replaced.KEPT);
    // The one before was replaced and never opened.
    receive(another("3"));
    Files.copy(
        base.resolveSibling("store.mv.db"), base.resolveSibling("store.replaced-kept-3-9.mv.db"));
    install(Replaced.KEPT);

    assertThat(files(root.resolve("data")))
        .contains(
            "store.aside-3.mv.db",
            "store.replaced-kept-3.mv.db",
            "store.replaced-kept-3-9.mv.db",
            "store.replaced-kept-3-10.mv.db");
    try (ReplicaStore aside = open(base.resolveSibling("store.aside-3"))) {
      ReopenableStore.assertHolds(aside, before);
    }
    open(base).close();
    assertThat(files(root.resolve("data")))
        .containsExactly("store.aside-3-3.mv.db", "store.aside-3-4.mv.db", "store.mv.db");
    try (ReplicaStore aside = open(base.resolveSibling("store.aside-3-4"))) {
      ReopenableStore.assertHolds(aside, another("2"));
    }
  }

  @Test
  void ofTheStoresThatAreKeptAsideTheNewestTwoStay() throws IOException {
    List<String> older =
        List.of("store.aside-1.mv.db", "store.aside-2.mv.db", "store.aside-x.mv.db");
    for (String aside : older) {
      Files.createFile(root.resolve("data").resolve(aside));
    }
    install(Replaced.KEPT);
    open(base).close();

    assertThat(files(root.resolve("data")))
        .containsExactly(
            "store.aside-2.mv.db", "store.aside-3.mv.db", "store.aside-x.mv.db", "store.mv.db");
  }

  @Test
  void saysThatACrashInterruptedItAndChangesNothing() throws IOException {
    Map<Step, Path> copies = copiesAfterEachStep(Replaced.DELETED);
    for (Map.Entry<Step, Path> copy : copies.entrySet()) {
      List<String> left = files(copy.getValue());
      boolean interrupted =
          StoreInstallation.of(
                  new FilePlace(copy.getValue().resolve("store"), new DurableFilePath()))
              .isInterrupted();
      assertThat(interrupted)
          .as("%s", copy.getKey())
          .isEqualTo(EnumSet.of(Step.OLD_RENAMED, Step.OLD_NAME_SYNCED).contains(copy.getKey()));
      assertThat(files(copy.getValue())).isEqualTo(left);
    }
  }

  /** Before anything opens a database, a node looks whether its files are there. */
  @Test
  void recoveryAloneBringsTheStoresNameBack() throws IOException {
    Path left = Objects.requireNonNull(copiesAfterEachStep(Replaced.DELETED).get(Step.OLD_RENAMED));
    assertThat(files(left)).doesNotContain("store.mv.db");
    StoreInstallation.of(new FilePlace(left.resolve("store"), new DurableFilePath())).recover();

    assertThat(files(left)).containsExactly("store.mv.db", "store.replaced-3.mv.db");
  }

  @Test
  void crashWhileRecoveringIsRecoveredFrom() throws IOException {
    Path left =
        Objects.requireNonNull(copiesAfterEachStep(Replaced.KEPT).get(Step.OLD_NAME_SYNCED));
    List<Path> copies = new ArrayList<>();
    StoreInstallation.of(
            new FilePlace(left.resolve("store"), new DurableFilePath()),
            step -> copies.add(copyOf(left, "again-" + step)))
        .recover();
    assertThat(copies).hasSize(2);
    for (Path copy : copies) {
      try (ReplicaStore store = open(copy.resolve("store"))) {
        ReopenableStore.assertHolds(store, after);
      }
      assertThat(files(copy)).containsExactly("store.aside-3.mv.db", "store.mv.db");
    }
  }

  /** A store that was moved away and nothing received beside it: the old one comes back. */
  @Test
  void oldStoreComesBackWhereNoNewOneIsThere() throws IOException {
    Path left = Objects.requireNonNull(copiesAfterEachStep(Replaced.DELETED).get(Step.OLD_RENAMED));
    Files.delete(left.resolve("store.receiving.mv.db"));
    try (ReplicaStore store = open(left.resolve("store"))) {
      ReopenableStore.assertHolds(store, before);
    }
    assertThat(files(left)).containsExactly("store.mv.db");
  }

  @Test
  void otherFilesInTheDirectoryAreLeftAlone() throws IOException {
    List<String> others =
        List.of("store-b.replaced-3.mv.db", "storexreplaced-3.mv.db", "store.replaced-x.mv.db");
    for (String other : others) {
      Files.createFile(root.resolve("data").resolve(other));
    }
    install(Replaced.DELETED);
    open(base).close();

    assertThat(files(root.resolve("data"))).contains("store.mv.db").containsAll(others).hasSize(4);
  }

  @Test
  void nothingIsInstalledWhereNothingWasReceived() {
    JdbcSnapshotWriting.discard(new FilePlace(base, new DurableFilePath()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> install(Replaced.DELETED))
        .withMessageContaining("store.receiving");
  }

  @Test
  void installedStoreGivesAndTakesSnapshotsInItsTurn() {
    install(Replaced.DELETED);
    try (ReplicaStore store = open(base);
        SnapshotTransfer transfer = new SnapshotTransfer(false, SampleHistory.TERMS)) {
      ReplicaStore next = transfer.receive(store, 400);
      ReopenableStore.assertHolds(next, after);
      assertThat(new RestoredView(next.load()).header().applied()).isEqualTo(new Slot(3));
    }
  }
}
