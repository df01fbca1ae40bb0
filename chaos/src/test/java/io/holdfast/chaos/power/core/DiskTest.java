package io.holdfast.chaos.power.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What may, must and must not survive a cut, one rule each, over many seeds. */
final class DiskTest {

  private static final int SEEDS = 400;
  private static final int LONG = 8 * StoredFile.SECTOR;

  /** Plays the same steps for each seed, and cuts the power after them. */
  private static long count(Consumer<Disk> steps, Predicate<Disk> holds) {
    return LongStream.range(0, SEEDS)
        .filter(
            seed -> {
              Disk disk = new Disk();
              steps.accept(disk);
              return holds.test(disk.cut(new SplittableRandom(seed)).disk());
            })
        .count();
  }

  private static void always(Consumer<Disk> steps, Predicate<Disk> holds) {
    assertThat(count(steps, holds)).isEqualTo(SEEDS);
  }

  private static void sometimes(Consumer<Disk> steps, Predicate<Disk> holds) {
    assertThat(count(steps, holds)).isStrictlyBetween(0L, (long) SEEDS);
  }

  private static StoredFile durable(Disk disk, String name) {
    StoredFile file = disk.create(name);
    disk.syncDirectory(Disk.ROOT, disk.order());
    return file;
  }

  private static byte[] filled(int length, int with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private static StoredFile write(Disk disk, StoredFile file, long position, byte[] bytes) {
    disk.write(file, position, bytes);
    return file;
  }

  private static void writeSynced(Disk disk, StoredFile file, long position, byte[] bytes) {
    disk.sync(file, disk.write(file, position, bytes));
  }

  private static byte[] contents(Disk disk, String name) {
    StoredFile file = disk.file(name).orElseThrow();
    byte[] bytes = new byte[file.size()];
    file.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  private static boolean holds(Disk disk, String name, byte[] expected) {
    return disk.file(name).isPresent() && Arrays.equals(contents(disk, name), expected);
  }

  /** How many sectors of the file are full of this byte. */
  private static int sectorsOf(Disk disk, String name, int with) {
    byte[] bytes = contents(disk, name);
    int found = 0;
    for (int at = 0; at + StoredFile.SECTOR <= bytes.length; at += StoredFile.SECTOR) {
      byte[] sector = Arrays.copyOfRange(bytes, at, at + StoredFile.SECTOR);
      found += Arrays.equals(sector, filled(StoredFile.SECTOR, with)) ? 1 : 0;
    }
    return found;
  }

  @Test
  void keepsAWriteThatWasSynced() {
    always(
        disk -> writeSynced(disk, durable(disk, "/f"), 0, filled(LONG, 7)),
        left -> holds(left, "/f", filled(LONG, 7)));
  }

  @Test
  void keepsWhatWasWrittenBeforeTheFileWasSynced() {
    always(
        disk -> {
          StoredFile file = write(disk, durable(disk, "/f"), 0, filled(LONG, 7));
          disk.sync(file, disk.order());
        },
        left -> holds(left, "/f", filled(LONG, 7)));
  }

  @Test
  void syncOfAFileCoversNothingThatCameAfterIt() {
    sometimes(
        disk -> {
          StoredFile file = durable(disk, "/f");
          long before = disk.order();
          write(disk, file, 0, filled(LONG, 7));
          disk.sync(file, before);
        },
        left -> holds(left, "/f", filled(LONG, 7)));
  }

  @Test
  void dropsAWriteThatWasNotSynced() {
    sometimes(
        disk -> write(disk, durable(disk, "/f"), 0, filled(LONG, 7)),
        left -> sectorsOf(left, "/f", 7) == 0);
  }

  @Test
  void tearsAWriteBetweenItsSectors() {
    sometimes(
        disk -> {
          StoredFile file = durable(disk, "/f");
          writeSynced(disk, file, 0, filled(LONG, 1));
          write(disk, file, 0, filled(LONG, 7));
        },
        left -> sectorsOf(left, "/f", 7) > 0 && sectorsOf(left, "/f", 1) > 0);
  }

  @Test
  void tearsNoSector() {
    always(
        disk -> {
          StoredFile file = durable(disk, "/f");
          writeSynced(disk, file, 0, filled(LONG, 1));
          write(disk, file, 0, filled(LONG, 7));
        },
        left -> sectorsOf(left, "/f", 7) + sectorsOf(left, "/f", 1) == 8);
  }

  @Test
  void keepsALaterWriteWithoutAnEarlierOne() {
    sometimes(
        disk -> {
          StoredFile file = durable(disk, "/f");
          writeSynced(disk, file, 0, filled(LONG, 1));
          write(disk, file, 0, filled(LONG / 2, 2));
          write(disk, file, LONG / 2, filled(LONG / 2, 3));
        },
        left -> sectorsOf(left, "/f", 2) == 0 && sectorsOf(left, "/f", 3) == 4);
  }

  @Test
  void earlierUnsyncedWriteNeverComesUpOverALaterSyncedOne() {
    always(
        disk -> {
          StoredFile file = write(disk, durable(disk, "/f"), 0, filled(LONG, 1));
          writeSynced(disk, file, 0, filled(LONG, 2));
        },
        left -> holds(left, "/f", filled(LONG, 2)));
  }

  @Test
  void lengthOfAFileMayComeWithoutItsBytes() {
    sometimes(
        disk -> write(disk, durable(disk, "/f"), 0, filled(LONG, 7)),
        left -> holds(left, "/f", filled(LONG, 0)));
  }

  @Test
  void undoesATruncation() {
    sometimes(
        disk -> {
          StoredFile file = durable(disk, "/f");
          writeSynced(disk, file, 0, filled(LONG, 7));
          disk.truncate(file, 0);
        },
        left -> holds(left, "/f", filled(LONG, 7)));
  }

  @Test
  void synchronizedWriteThatMakesAFileLongerAgainMakesItsTruncationDurable() {
    always(
        disk -> {
          StoredFile file = durable(disk, "/f");
          writeSynced(disk, file, 0, filled(LONG, 7));
          disk.truncate(file, 0);
          writeSynced(disk, file, 0, filled(StoredFile.SECTOR, 8));
        },
        left -> holds(left, "/f", filled(StoredFile.SECTOR, 8)));
  }

  @Test
  void undoesACreationThoughTheContentsWereSynced() {
    sometimes(
        disk -> writeSynced(disk, disk.create("/f"), 0, filled(LONG, 7)),
        left -> !left.exists("/f"));
  }

  @Test
  void keepsANameOnceItsDirectoryWasSynced() {
    always(disk -> durable(disk, "/f"), left -> left.exists("/f"));
  }

  @Test
  void syncOfADirectoryCoversNoOther() {
    sometimes(
        disk -> {
          disk.makeDirectory("/d");
          disk.syncDirectory(Disk.ROOT, disk.order());
          disk.create("/d/f");
          disk.syncDirectory(Disk.ROOT, disk.order());
        },
        left -> left.exists("/d/f"));
  }

  @Test
  void losesWhatIsInADirectoryThatIsLost() {
    sometimes(
        disk -> {
          disk.makeDirectory("/d");
          disk.create("/d/f");
          disk.syncDirectory("/d", disk.order());
        },
        left -> !left.exists("/d") && !left.exists("/d/f"));
  }

  /** Whatever becomes of a rename, there is a whole file of that name. */
  @Test
  void renameLeavesTheOldFileOrTheNewOne() {
    Consumer<Disk> replacing =
        disk -> {
          writeSynced(disk, durable(disk, "/f"), 0, filled(LONG, 1));
          StoredFile next = disk.create("/f.tmp");
          writeSynced(disk, next, 0, filled(LONG, 2));
          disk.rename("/f.tmp", "/f");
        };
    always(
        replacing,
        left -> holds(left, "/f", filled(LONG, 1)) || holds(left, "/f", filled(LONG, 2)));
    sometimes(replacing, left -> holds(left, "/f", filled(LONG, 1)));
  }

  @Test
  void deletedFileMayBeBack() {
    sometimes(
        disk -> {
          writeSynced(disk, durable(disk, "/f"), 0, filled(LONG, 1));
          disk.delete("/f");
        },
        left -> holds(left, "/f", filled(LONG, 1)));
  }

  @Test
  void sameSeedLeavesTheSame() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(leftOf(seed)).isEqualTo(leftOf(seed));
    }
  }

  private static String leftOf(long seed) {
    Disk disk = new Disk();
    StoredFile file = durable(disk, "/f");
    for (int n = 0; n < 20; n++) {
      write(disk, file, n * 700L, filled(LONG, n));
    }
    Disk.Survivors left = disk.cut(new SplittableRandom(seed));
    return left.counts() + " " + Arrays.hashCode(contents(left.disk(), "/f"));
  }

  @Test
  void countsWhatItDid() {
    CutCounts counts = CutCounts.NONE;
    for (long seed = 0; seed < SEEDS; seed++) {
      Disk disk = new Disk();
      StoredFile file = durable(disk, "/f");
      write(disk, file, 0, filled(LONG, 1));
      write(disk, file, LONG, filled(LONG, 2));
      disk.truncate(file, LONG);
      disk.create("/g");
      disk.rename("/f", "/h");
      disk.delete("/g");
      counts = counts.plus(disk.cut(new SplittableRandom(seed)).counts());
    }
    assertThat(counts.kept() + counts.dropped() + counts.torn()).isEqualTo(2L * SEEDS);
    assertThat(
            List.of(
                counts.kept(),
                counts.dropped(),
                counts.torn(),
                counts.reordered(),
                counts.undoneCreations(),
                counts.undoneRenames(),
                counts.undoneDeletions(),
                counts.undoneTruncations()))
        .allSatisfy(count -> assertThat(count).isPositive());
  }

  @Test
  void refusesWhatAFileSystemRefuses() {
    Disk disk = new Disk();
    disk.create("/f");
    disk.makeDirectory("/d");
    disk.create("/d/g");
    assertThatThrownBy(() -> disk.create("/f")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk.create("/none/f")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk.delete("/none")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk.delete("/d")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk.rename("/f", "/d")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk.rename("/f", "/d/f"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
