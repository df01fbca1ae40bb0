package io.holdfast.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever writes sees its writes at once; the disk has them later. */
class LateDiskTest {

  @TempDir private Path dir = Path.of("");
  private LateDisk disk = new LateDisk(Duration.ofHours(1));

  @AfterEach
  void end() {
    disk.close();
  }

  @Test
  void writesAreSeenThoughTheDiskHasNoneOfThem() throws IOException {
    FileChannel file = open("file");
    assertThat(file.write(text("0123456789"), 0)).isEqualTo(10);
    assertThat(file.write(text("ab"), 4)).isEqualTo(2);
    assertThat(file.write(text("end"), 12)).isEqualTo(3);
    assertThat(file.size()).isEqualTo(15);
    assertThat(read(file, 0, 20)).isEqualTo("0123ab6789\0\0end");
    assertThat(read(file, 3, 4)).isEqualTo("3ab6");
    assertThat(file.read(ByteBuffer.allocate(1), 15)).isEqualTo(-1);
    assertThat(Files.size(dir.resolve("file"))).isZero();
    assertThat(disk.late()).isEqualTo(3);
  }

  @Test
  void whatTheDiskHasIsSeenBelowWhatWaits() throws IOException {
    Files.writeString(dir.resolve("file"), "on the disk");
    FileChannel file = open("file");
    assertThat(file.write(text("ON"), 0)).isEqualTo(2);
    assertThat(read(file, 0, 20)).isEqualTo("ON the disk");
    assertThat(Files.readString(dir.resolve("file"))).isEqualTo("on the disk");
  }

  @Test
  void relativeReadsAndWritesGoOnWhereTheLastOneEnded() throws IOException {
    FileChannel file = open("file");
    assertThat(file.write(text("one ")) + file.write(text("two"))).isEqualTo(7);
    FileChannel same = file.position(0);
    assertThat(same.read(ByteBuffer.allocate(4))).isEqualTo(4);
    ByteBuffer rest = ByteBuffer.allocate(9);
    assertThat(same.read(rest)).isEqualTo(3);
    assertThat(new String(rest.array(), 0, 3, StandardCharsets.UTF_8)).isEqualTo("two");
  }

  @Test
  void closedFileIsOnTheDiskWhole() throws IOException {
    FileChannel file = open("file");
    FileChannel other = open("other");
    assertThat(other.write(text("earlier"), 0)).isEqualTo(7);
    assertThat(file.write(text("later"), 0)).isEqualTo(5);
    file.close();
    assertThat(Files.readString(dir.resolve("file"))).isEqualTo("later");
    assertThat(Files.readString(dir.resolve("other"))).as("in their order").isEqualTo("earlier");
    other.close();
  }

  @Test
  void truncatedFileIsShortAtOnce() throws IOException {
    FileChannel file = open("file");
    assertThat(file.write(text("0123456789"), 0)).isEqualTo(10);
    assertThat(file.truncate(4).size()).isEqualTo(4);
    assertThat(Files.readString(dir.resolve("file"))).isEqualTo("0123");
  }

  @Test
  void diskHasThemOnceTheDelayIsOver() throws IOException {
    disk.close();
    disk = new LateDisk(Duration.ofMillis(50));
    FileChannel file = open("file");
    long started = System.nanoTime();
    assertThat(file.write(text("late"), 0)).isEqualTo(4);
    await().until(() -> Files.size(dir.resolve("file")) == 4);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(50));
    assertThat(read(file, 0, 4)).isEqualTo("late");
  }

  private FileChannel open(String name) throws IOException {
    return disk.open(
        FileChannel.open(
            dir.resolve(name),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(FileChannel file, long position, int most) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(most);
    int read = file.read(target, position);
    return new String(target.array(), 0, Math.max(0, read), StandardCharsets.UTF_8);
  }
}
