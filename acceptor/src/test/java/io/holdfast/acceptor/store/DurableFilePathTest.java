package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableFilePathTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  @BeforeEach
  void register() {
    ModeRecordingFilePath.MODES.clear();
    FilePath.register(new ModeRecordingFilePath());
    DurableFilePath.register();
  }

  @Test
  void opensForSynchronizedWriting() throws Exception {
    FilePath path = FilePath.get("durable:recording:" + directory.resolve("f"));
    path.open("rw").close();
    assertThat(ModeRecordingFilePath.MODES).containsExactly("rwd");
  }

  @Test
  void opensForReadingAsAsked() throws Exception {
    FilePath path = FilePath.get("durable:recording:" + directory.resolve("f"));
    path.createFile();
    path.open("r").close();
    assertThat(ModeRecordingFilePath.MODES).containsExactly("r");
  }

  @Test
  void countsWritesAndBytesPerFile() throws Exception {
    Path file = directory.resolve("f");
    try (FileChannel channel = FilePath.get("durable:" + file).open("rw")) {
      channel.write(ByteBuffer.allocate(100), 0);
      channel.write(ByteBuffer.allocate(23), 100);
    }
    assertThat(DurableFilePath.counterOf(file).writes()).isEqualTo(2);
    assertThat(DurableFilePath.counterOf(file).bytes()).isEqualTo(123);
    assertThat(DurableFilePath.counterOf(directory.resolve("g")).writes()).isZero();
  }
}
