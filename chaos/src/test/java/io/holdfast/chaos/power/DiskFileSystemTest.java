package io.holdfast.chaos.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.chaos.power.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a process sees of its disk, before the power goes and after. */
final class DiskFileSystemTest {

  private final PoweredDisk disk = powered(new Disk(), PoweredDisk.NEVER);
  private final DiskFileSystem mounted = DiskFileSystem.mount(disk);
  private final Path root = mounted.root();

  private static PoweredDisk powered(Disk disk, long cutAt) {
    return new PoweredDisk(disk, new SplittableRandom(1), cutAt, true);
  }

  @AfterEach
  void unmount() {
    mounted.close();
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    Path file = root.resolve("d").resolve("f");
    Files.createDirectories(root.resolve("d").resolve("e"));
    Files.write(file, "hello".getBytes(StandardCharsets.UTF_8));

    assertThat(Files.readString(file)).isEqualTo("hello");
    assertThat(Files.size(file)).isEqualTo(5);
    assertThat(Files.isRegularFile(file)).isTrue();
    assertThat(Files.isDirectory(root.resolve("d"))).isTrue();
    try (Stream<Path> entries = Files.list(root.resolve("d"))) {
      assertThat(entries).containsExactly(root.resolve("d").resolve("e"), file);
    }
  }

  @Test
  void movesInPlaceOfAnotherFile() throws IOException {
    Files.writeString(root.resolve("f"), "old");
    Files.writeString(root.resolve("f.tmp"), "new");
    Files.move(
        root.resolve("f.tmp"),
        root.resolve("f"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);

    assertThat(Files.readString(root.resolve("f"))).isEqualTo("new");
    assertThat(Files.exists(root.resolve("f.tmp"))).isFalse();
  }

  @Test
  void refusesInTheWordsOfJava() throws IOException {
    Files.createFile(root.resolve("f"));
    assertThatThrownBy(() -> Files.createFile(root.resolve("f")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> Files.readString(root.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Files.delete(root.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Files.createFile(root.resolve("none").resolve("f")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void everyOperationFailsOnceThePowerIsOff() throws IOException {
    Path file = root.resolve("f");
    FileChannel open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    disk.cut();

    ByteBuffer some = ByteBuffer.allocate(3);
    assertThatThrownBy(() -> open.write(some)).isInstanceOf(PowerCut.class);
    assertThatThrownBy(() -> open.force(true)).isInstanceOf(PowerCut.class);
    assertThatThrownBy(() -> open.size()).isInstanceOf(PowerCut.class);
    assertThatThrownBy(() -> Files.createFile(root.resolve("g"))).isInstanceOf(PowerCut.class);
    assertThatThrownBy(() -> Files.readString(file)).isInstanceOf(PowerCut.class);
    open.close();
  }

  /** For every operation of a small process: the power goes at that one. */
  @Test
  void powerGoesAtTheOperationThatWasChosen() throws IOException {
    for (long cutAt = 1; cutAt <= 4; cutAt++) {
      PoweredDisk chosen = powered(new Disk(), cutAt);
      try (DiskFileSystem system = DiskFileSystem.mount(chosen)) {
        assertThatThrownBy(() -> fourOperations(system.root())).isInstanceOf(PowerCut.class);
      }
      assertThat(chosen.operations()).isEqualTo(cutAt);
    }
    PoweredDisk spared = powered(new Disk(), 5);
    try (DiskFileSystem system = DiskFileSystem.mount(spared)) {
      fourOperations(system.root());
    }
    assertThat(spared.operations()).isEqualTo(4);
  }

  private static void fourOperations(Path in) throws IOException {
    try (FileChannel channel =
        FileChannel.open(in.resolve("f"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(100));
      channel.force(true);
    }
    try (FileChannel directory = FileChannel.open(in, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** What is in progress when the power goes was not acknowledged, and may be there or not. */
  @Test
  void synchronizedWriteInProgressMayBeTorn() throws IOException {
    int whole = 0;
    int none = 0;
    int torn = 0;
    for (int seed = 0; seed < 200; seed++) {
      PoweredDisk cut = new PoweredDisk(new Disk(), new SplittableRandom(seed), 3, true);
      try (DiskFileSystem system = DiskFileSystem.mount(cut)) {
        Path file = system.root().resolve("f");
        assertThatThrownBy(() -> writeSynced(system.root(), file)).isInstanceOf(PowerCut.class);
      }
      int full = fullSectors(cut.cut().disk());
      whole += full == 8 ? 1 : 0;
      none += full == 0 ? 1 : 0;
      torn += full > 0 && full < 8 ? 1 : 0;
    }
    assertThat(List.of(whole, none, torn)).allSatisfy(count -> assertThat(count).isPositive());
  }

  private static void writeSynced(Path root, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DSYNC)) {
      try (FileChannel directory = FileChannel.open(root, StandardOpenOption.READ)) {
        directory.force(true);
      }
      byte[] bytes = new byte[4096];
      Arrays.fill(bytes, (byte) 1);
      channel.write(ByteBuffer.wrap(bytes));
    }
  }

  private static int fullSectors(Disk left) {
    byte[] bytes = new byte[4096];
    left.file("/f").orElseThrow().read(0, bytes, 0, bytes.length);
    int full = 0;
    for (int at = 0; at < bytes.length; at += 512) {
      full += bytes[at];
    }
    return full;
  }

  @Test
  void mountsAreKnownByNameUntilTheyAreClosed() {
    assertThat(DiskFileSystem.place(root.resolve("f").toString())).isEqualTo(root.resolve("f"));
    mounted.close();
    assertThatThrownBy(() -> DiskFileSystem.place(root.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("on no disk");
  }
}
