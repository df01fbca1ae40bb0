package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.SnapshotChunks;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotReception;
import io.holdfast.sync.core.SnapshotRow;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.StoredProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with the chunks, it is said and nothing comes of them. */
class SnapshotDamageTest {

  private static final int SMALL = 400;

  @TempDir private Path directory = Path.of("unset");
  private final InMemoryReplicaStore store = new InMemoryReplicaStore(SampleHistory.TERMS);
  private List<ByteString> chunks = List.of();

  @BeforeEach
  void fillStore() {
    SampleHistory model = new SampleHistory();
    for (int n = 0; n < 12; n++) {
      model.change(Map.of("k" + n % 5, Commands.bytes("x".repeat(n * 9)))).lease(1 + n, n);
      model.write(new CommandResult.Applied(1, 0));
    }
    store.flush(model.takeDelta());
    chunks = SnapshotTransfer.chunks(store, 0, SMALL);
    assertThat(chunks).hasSizeGreaterThan(8);
  }

  private static InMemorySnapshotWriting writing() {
    return new InMemorySnapshotWriting(SampleHistory.TERMS);
  }

  /** These are not taken, and what was taken before them is gone. */
  private static SnapshotRefused refused(SnapshotWriting writing, List<ByteString> damaged) {
    SnapshotRefused refused =
        catchThrowableOfType(
            SnapshotRefused.class,
            () -> {
              damaged.forEach(writing::take);
              writing.finish();
            });
    assertThat(refused).isNotNull();
    assertThat(refused).hasMessageStartingWith("snapshot refused: ");
    assertThat(writing.lastPlace()).isZero();
    return refused;
  }

  /** It is not taken itself, not only the whole in the end. */
  private void refusedAtOnce(int at, ByteString damaged) {
    InMemorySnapshotWriting writing = writing();
    chunks.subList(0, at).forEach(writing::take);
    assertThatExceptionOfType(SnapshotRefused.class).isThrownBy(() -> writing.take(damaged));
    assertThat(writing.lastPlace()).isZero();
  }

  @Test
  void everyFlippedBitIsFound() {
    Random random = new Random(1);
    for (int at = 0; at < chunks.size(); at++) {
      for (int offset = 0; offset < chunks.get(at).size(); offset++) {
        byte[] bytes = chunks.get(at).toByteArray();
        bytes[offset] ^= (byte) (1 << random.nextInt(8));
        refusedAtOnce(at, ByteString.copyFrom(bytes));
      }
    }
  }

  @Test
  void everyTruncatedChunkIsFound() {
    for (int at = 0; at < chunks.size(); at++) {
      for (int length = 0; length < chunks.get(at).size(); length++) {
        refusedAtOnce(at, chunks.get(at).substring(0, length));
      }
    }
  }

  @Test
  void everyMissingRepeatedOrSwappedChunkIsFound() {
    for (int at = 0; at < chunks.size(); at++) {
      List<ByteString> missing = new ArrayList<>(chunks);
      missing.remove(at);
      refused(writing(), missing);
      refused(writing(), chunks.subList(0, at));
      if (at > 0) {
        List<ByteString> repeated = new ArrayList<>(chunks);
        repeated.add(at, chunks.get(at));
        refused(writing(), repeated);
        List<ByteString> swapped = new ArrayList<>(chunks);
        swapped.set(at, chunks.get(at - 1));
        swapped.set(at - 1, chunks.get(at));
        refused(writing(), swapped);
      }
    }
  }

  @Test
  void fileHoldsNothingAfterARefusalAndTakesTheNextAttempt() {
    Path base = directory.resolve("store");
    try (SnapshotWriting file =
        JdbcSnapshotWriting.open(base, SampleHistory.TERMS, new DurableFilePath())) {
      for (int at : new int[] {0, chunks.size() / 2, chunks.size() - 1}) {
        byte[] bytes = chunks.get(at).toByteArray();
        bytes[bytes.length / 2] ^= 1;
        List<ByteString> damaged = new ArrayList<>(chunks);
        damaged.set(at, ByteString.copyFrom(bytes));
        refused(file, damaged);
        refused(file, chunks.subList(0, at));
      }
      chunks.forEach(file::take);
      assertThat(file.finish().slot()).isEqualTo(new Slot(12));
      assertThatIllegalStateException().isThrownBy(() -> file.take(chunks.get(0)));
    }
  }

  @Test
  void refusesAnUnknownVersionOfTheFormByItsNumber() {
    for (int version : new int[] {0, 2}) {
      byte[] bytes = chunks.get(0).toByteArray();
      assertThat(bytes).startsWith(8, 1);
      bytes[1] = (byte) version;

      assertThat(refused(writing(), List.of(ByteString.copyFrom(bytes))))
          .hasMessageContaining("snapshot chunk: version " + version + ", known is 1");
    }
  }

  // ---- Sound chunks that a sender with a bug would make

  private static SnapshotContent.Head head(StoredProgress state, long afterPlace) {
    return new SnapshotContent.Head(state, afterPlace, 0);
  }

  private StoredProgress state(long changeCount) {
    try (SnapshotReading reading = store.snapshot(0)) {
      StoredProgress real =
          SnapshotReception.begin(SampleHistory.TERMS, reading.next().orElseThrow()).head().state();
      return new StoredProgress(
          real.header(), real.lastPlace(), 0, changeCount, 0, real.nextTouchedRow(), Slot.ZERO);
    }
  }

  private static List<ByteString> chunksOf(SnapshotContent.Head head, List<SnapshotRow> rows) {
    SnapshotChunks made = new SnapshotChunks(head, 1 << 20);
    List<ByteString> all = new ArrayList<>(List.of(made.head()));
    rows.forEach(row -> made.add(row, 1).ifPresent(all::add));
    made.rest().ifPresent(all::add);
    all.add(made.end());
    return all;
  }

  @Test
  void refusesAnotherCountOfChangesThanTheStates() {
    List<ByteString> other = new ArrayList<>(chunks);
    SnapshotChunks made = new SnapshotChunks(head(state(13), 0), SMALL);
    other.set(0, made.head());

    assertThat(refused(writing(), other)).hasMessageContaining("SHA-256");
    assertThat(refused(writing(), chunksOf(head(state(13), 0), List.of())))
        .hasMessageContaining("0 changes where the state counts 13");
  }

  @Test
  void refusesRowsOutOfOrder() {
    SnapshotRow answers =
        new SnapshotRow(SnapshotRow.Kind.LEASES, 1, StoreCodec.encodeLeases(List.of()));
    assertThat(refused(writing(), chunksOf(head(state(0), 0), List.of(answers, answers))))
        .hasMessageContaining("LEASES: row 1 after 1");
    SnapshotRow changes =
        new SnapshotRow(SnapshotRow.Kind.CHANGES, 1, StoreCodec.encodeChanges(List.of()));
    assertThat(refused(writing(), chunksOf(head(state(0), 0), List.of(answers, changes))))
        .hasMessageContaining("rows of CHANGES after LEASES");
    assertThat(refused(writing(), chunksOf(head(state(0), 0), List.of(changes))))
        .hasMessageContaining("an empty row of changes");
  }

  @Test
  void refusesToGoOnFromWhatIsNotHere() {
    StoredProgress state = state(12);
    assertThat(refused(writing(), chunksOf(head(state, state.lastPlace()), List.of())))
        .hasMessageContaining("onto those up to 0");
  }

  /** The rows are sound one by one, but a key is missing that the header counts. */
  @Test
  void refusesAWholeThatDoesNotLoadAsItsHeadSays() {
    StoredProgress real = state(0);

    assertThat(
            refused(
                writing(),
                chunksOf(
                    head(
                        new StoredProgress(real.header(), real.lastPlace(), 0, 0, 0, 0, Slot.ZERO),
                        0),
                    List.of())))
        .hasMessageContaining("0 keys where the state counts 5");
  }

  @Test
  void unfinishedFileIsNoStore() {
    Path base = directory.resolve("store");
    try (SnapshotWriting file =
        JdbcSnapshotWriting.open(base, SampleHistory.TERMS, new DurableFilePath())) {
      chunks.subList(0, chunks.size() - 1).forEach(file::take);
    }

    assertThatExceptionOfType(DamagedStore.class)
        .isThrownBy(
            () ->
                JdbcReplicaStore.open(
                    StoreInstallation.receiving(new FilePlace(base, new DurableFilePath())),
                    SampleHistory.TERMS))
        .withMessageContaining("without a schema version");
  }

  @Test
  void fileThatWasDamagedBetweenAttemptsIsBegunAnew() throws Exception {
    Path base = directory.resolve("store");
    try (SnapshotWriting file =
        JdbcSnapshotWriting.open(base, SampleHistory.TERMS, new DurableFilePath())) {
      chunks.subList(0, 5).forEach(file::take);
      assertThat(file.lastPlace()).isPositive();
    }
    Path received =
        new FilePlace(base, new DurableFilePath()).beside(StoreInstallation.RECEIVING).file();
    Files.write(received, new byte[8192]);

    try (SnapshotWriting file =
        JdbcSnapshotWriting.open(base, SampleHistory.TERMS, new DurableFilePath())) {
      assertThat(file.lastPlace()).isZero();
      chunks.forEach(file::take);
      assertThat(file.finish().chainHash()).isNotEqualTo(Digest.ZERO);
    }
  }

  @Test
  void discardedFileIsGone() {
    Path base = directory.resolve("store");
    JdbcSnapshotWriting.open(base, SampleHistory.TERMS, new DurableFilePath()).close();
    JdbcSnapshotWriting.discard(new FilePlace(base, new DurableFilePath()));
    JdbcSnapshotWriting.discard(new FilePlace(base, new DurableFilePath()));

    assertThat(directory.toFile().list()).isEmpty();
  }
}
