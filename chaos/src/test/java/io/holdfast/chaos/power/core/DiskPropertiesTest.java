package io.holdfast.chaos.power.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A file after a cut against a model that knows, of each byte, what it may be. */
final class DiskPropertiesTest {

  /** Of the file, in bytes. */
  private static final int MOST = 6 * StoredFile.SECTOR;

  /** A write, and whether it was synced; the byte written is the step's number. */
  record Step(int position, int length, boolean synced, boolean wholeFile) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, MOST / 2),
            Arbitraries.integers().between(1, MOST / 2),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false, false, false, false))
        .as(Step::new)
        .list()
        .ofMaxSize(12);
  }

  @Property(tries = 2_000)
  void everyByteIsTheLastSyncedOneOrALaterOne(
      @ForAll("steps") List<Step> steps, @ForAll long seed) {
    Disk disk = new Disk();
    StoredFile file = disk.create("/f");
    disk.syncDirectory(Disk.ROOT, disk.order());
    List<Set<Integer>> allowed = new ArrayList<>();
    for (int at = 0; at < MOST; at++) {
      allowed.add(new TreeSet<>(Set.of(0)));
    }
    int least = 0;
    int most = 0;
    for (int n = 0; n < steps.size(); n++) {
      Step step = steps.get(n);
      byte[] bytes = new byte[step.length()];
      Arrays.fill(bytes, (byte) (n + 1));
      StoredFile.Change change = disk.write(file, step.position(), bytes);
      int end = step.position() + step.length();
      most = Math.max(most, end);
      for (int at = step.position(); at < end; at++) {
        if (step.synced()) {
          allowed.get(at).clear();
        }
        allowed.get(at).add(n + 1);
      }
      if (step.synced()) {
        disk.sync(file, change);
        least = Math.max(least, end);
      }
      if (step.wholeFile()) {
        disk.sync(file, disk.order());
        least = most;
        byte[] now = new byte[most];
        file.read(0, now, 0, most);
        for (int at = 0; at < most; at++) {
          allowed.set(at, new TreeSet<>(Set.of((int) now[at])));
        }
      }
    }

    Disk left = disk.cut(new SplittableRandom(seed)).disk();

    StoredFile found = left.file("/f").orElseThrow();
    assertThat(found.size()).isBetween(least, most);
    byte[] bytes = new byte[found.size()];
    found.read(0, bytes, 0, bytes.length);
    for (int at = 0; at < bytes.length; at++) {
      assertThat(allowed.get(at)).as("byte %d", at).contains((int) bytes[at]);
    }
  }

  @Property(tries = 500)
  void secondCutWithNothingInBetweenChangesNothing(
      @ForAll("steps") List<Step> steps, @ForAll long seed) {
    Disk disk = new Disk();
    StoredFile file = disk.create("/f");
    disk.syncDirectory(Disk.ROOT, disk.order());
    for (Step step : steps) {
      disk.write(file, step.position(), new byte[step.length()]);
    }
    Disk once = disk.cut(new SplittableRandom(seed)).disk();
    Disk.Survivors twice = once.cut(new SplittableRandom(seed + 1));

    assertThat(twice.counts()).isEqualTo(CutCounts.NONE);
    assertThat(twice.disk().file("/f").orElseThrow().size())
        .isEqualTo(once.file("/f").orElseThrow().size());
  }
}
