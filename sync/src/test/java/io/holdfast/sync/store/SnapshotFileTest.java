package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.SnapshotFileHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {

  private static final SnapshotFileHeader HEADER =
      new SnapshotFileHeader(
          "mesh-1", new GroupId("main"), "w = 2", Instant.ofEpochMilli(1_700_000_000_123L));

  @TempDir private Path directory = Path.of("unset");
  private final InMemoryReplicaStore store = new InMemoryReplicaStore(SampleHistory.TERMS);
  private final SampleHistory model = new SampleHistory();
  private Path file = directory;

  @BeforeEach
  void save() throws IOException {
    file = directory.resolve("backup");
    for (int n = 0; n < 9; n++) {
      model.change(Map.of("k" + n % 4, Commands.bytes("x".repeat(9 * n)))).lease(1 + n, n);
    }
    store.flush(model.takeDelta());
    try (SnapshotReading reading = store.snapshot(0, 300)) {
      SnapshotFile.Inspection saved =
          SnapshotFile.save(new ByteArrayInputStream(sent(reading)), file, false, written -> {});
      assertThat(saved.state().applied()).isEqualTo(reading.head().slot());
    }
  }

  private static byte[] sent(SnapshotReading reading) {
    ByteString bytes = SnapshotForm.begin(HEADER);
    for (var chunk = reading.next(); chunk.isPresent(); chunk = reading.next()) {
      bytes = bytes.concat(SnapshotForm.frame(chunk.get()));
    }
    return bytes.concat(SnapshotForm.end()).toByteArray();
  }

  @Test
  void restoresWhatWasSaved() throws IOException {
    InMemorySnapshotWriting writing = new InMemorySnapshotWriting(SampleHistory.TERMS);
    assertThat(SnapshotFile.restore(file, writing).slot()).isEqualTo(model.header().applied());

    ReopenableStore.assertHolds(writing.received().orElseThrow(), model);
    ReopenableStore.assertReadable(writing.received().orElseThrow(), model);
  }

  @Test
  void tellsWhatStandsInIt() throws IOException {
    SnapshotFile.Inspection found = SnapshotFile.inspect(file);

    assertThat(found.header()).isEqualTo(HEADER);
    assertThat(found.state()).isEqualTo(model.header());
    assertThat(found.changes()).isEqualTo(9);
    assertThat(found.chunks()).isGreaterThan(4);
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      refused(damaged);
    }
  }

  @Test
  void everyTruncationIsFoundAndWhatFollowsTheEndToo() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length));
    }
    refused(Arrays.copyOf(whole, whole.length + 1));
  }

  private void refused(byte[] damaged) throws IOException {
    Path other = directory.resolve("damaged");
    Files.write(other, damaged);
    assertThatExceptionOfType(SnapshotRefused.class)
        .isThrownBy(() -> SnapshotFile.inspect(other))
        .withMessageStartingWith("snapshot refused: ");
    InMemorySnapshotWriting writing = new InMemorySnapshotWriting(SampleHistory.TERMS);
    assertThatExceptionOfType(SnapshotRefused.class)
        .isThrownBy(() -> SnapshotFile.restore(other, writing));
    assertThat(writing.received()).isEmpty();
  }

  @Test
  void whatIsBrokenIsSaidWithItsPlace() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[whole.length / 2] ^= 1;
    Path other = Files.write(directory.resolve("damaged"), damaged);
    assertThatExceptionOfType(SnapshotRefused.class)
        .isThrownBy(() -> SnapshotFile.inspect(other))
        .withMessageMatching("snapshot refused: chunk \\d+, at byte \\d+: .*");
    Files.write(other, Arrays.copyOf(whole, whole.length / 2));
    assertThatExceptionOfType(SnapshotRefused.class)
        .isThrownBy(() -> SnapshotFile.inspect(other))
        .withMessageMatching("snapshot refused: chunk \\d+, at byte \\d+: it ends too early");
  }

  @Test
  void noFileIsWrittenOverUnlessAskedFor() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(
            () -> SnapshotFile.save(new ByteArrayInputStream(whole), file, false, written -> {}));
    assertThat(directory.toFile().list()).containsExactly("backup");

    SnapshotFile.save(new ByteArrayInputStream(whole), file, true, written -> {});

    assertThat(directory.toFile().list()).containsExactly("backup");
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void fileHasItsNameOnlyOnceItIsWhole() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Path other = directory.resolve("other");
    assertThatExceptionOfType(SnapshotRefused.class)
        .isThrownBy(
            () ->
                SnapshotFile.save(
                    new ByteArrayInputStream(Arrays.copyOf(whole, whole.length - 9)),
                    other,
                    false,
                    written -> {}));
    InputStream failing =
        new SequenceInputStream(
            new ByteArrayInputStream(whole, 0, 200),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("reset");
              }

              @Override
              public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("reset");
              }
            });
    assertThatExceptionOfType(SnapshotFile.SourceFailed.class)
        .isThrownBy(() -> SnapshotFile.save(failing, other, false, written -> {}));

    assertThat(other).doesNotExist();
    assertThat(SnapshotFile.partOf(other)).exists();
  }
}
