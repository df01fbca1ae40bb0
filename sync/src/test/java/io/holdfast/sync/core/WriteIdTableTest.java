package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WriteIdTableTest {

  private static WriteIdRecord record(WriteId id, long n) {
    return new WriteIdRecord(
        id,
        Digest.of(id.bytes()),
        new Slot(n),
        switch ((int) (n % 3)) {
          case 0 -> new CommandResult.Applied(n, n / 2);
          case 1 -> new CommandResult.Unchanged(n);
          default -> new CommandResult.CompareFailed(n);
        });
  }

  /** The dumb implementation: a list. */
  @Property(tries = 60)
  void agreesWithAList(
      @ForAll @IntRange(min = 1, max = 2500) int capacity,
      @ForAll @IntRange(max = 6000) int count,
      @ForAll long firstOrdinal,
      @ForAll long seed) {
    Random random = new Random(seed);
    long first = firstOrdinal >>> 2;
    WriteIdTable table = new WriteIdTable(capacity, first, 0);
    List<WriteIdRecord> all = new ArrayList<>();
    int dropped = 0;
    long horizon = 0;
    for (int n = 0; n < count; n++) {
      while (table.isFull()) {
        horizon = Math.max(horizon, all.get(dropped).id().timeMillis() + 1 + random.nextInt(3));
        table.advanceHorizon(horizon);
        while (dropped < n && all.get(dropped).id().timeMillis() < horizon) {
          dropped++;
        }
      }
      // Few distinct hashes: only the low bits of the time differ.
      WriteId id = WriteId.of(n / 100 + random.nextInt(50), new UUID(0, n));
      all.add(record(id, n));
      table.add(record(id, n));
    }
    assertThat(table.size()).isEqualTo(count - dropped);
    assertThat(table.first()).isEqualTo(first + dropped);
    assertThat(table.next()).isEqualTo(first + count);
    assertThat(table.horizonMillis()).isEqualTo(horizon);
    for (int n = 0; n < count; n++) {
      assertThat(table.find(all.get(n).id())).isEqualTo(n < dropped ? -1 : first + n);
      if (n >= dropped) {
        assertThat(table.record(first + n)).isEqualTo(all.get(n));
        assertThat(table.timeMillis(first + n)).isEqualTo(all.get(n).id().timeMillis());
      }
    }
  }

  @Test
  void expiresWhatIsDatedBeforeTheHorizonWhetherItIsHeldOrNot() {
    WriteIdTable table = new WriteIdTable(3, 0, 0);
    assertThat(table.isExpired(Commands.id(0))).isFalse();
    table.add(record(Commands.id(9), 1));
    table.add(record(Commands.id(5), 2));
    table.advanceHorizon(6);

    assertThat(table.find(Commands.id(5))).isEqualTo(1);
    assertThat(table.isExpired(Commands.id(5))).isTrue();
    assertThat(table.isExpired(Commands.id(6))).isFalse();
    table.advanceHorizon(10);
    assertThat(table.size()).isZero();
  }

  @Test
  void neverLowersItsHorizon() {
    WriteIdTable table = new WriteIdTable(1, 0, 0);
    table.advanceHorizon(9);
    table.advanceHorizon(5);

    assertThat(table.horizonMillis()).isEqualTo(9);
  }

  @Test
  void keepsEveryKindOfRememberedResult() {
    List<CommandResult.Executed> results =
        List.of(
            new CommandResult.TransactionDone(true, 7, false, Optional.empty()),
            new CommandResult.TransactionDone(false, 8, true, Optional.empty()),
            new CommandResult.LeaseAlive(3, 10_000, 9),
            new CommandResult.LeaseNotFound(4),
            new CommandResult.Compacted(5),
            new CommandResult.Fenced());
    WriteIdTable table = new WriteIdTable(results.size(), 0, 0);
    for (int n = 0; n < results.size(); n++) {
      Digest digest = Digest.of(Commands.bytes("r" + n));
      WriteIdRecord record = new WriteIdRecord(Commands.id(n), digest, new Slot(n), results.get(n));
      table.add(record);
      assertThat(table.record(n)).isEqualTo(record);
    }
    assertThat(table.isFull()).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> table.add(record(Commands.id(99), 3)));
  }

  @Test
  void refusesAnIdThatItHolds() {
    WriteIdTable table = new WriteIdTable(2, 0, 0);
    table.add(record(Commands.id(1), 1));

    assertThatIllegalArgumentException().isThrownBy(() -> table.add(record(Commands.id(1), 2)));
  }

  @Test
  void refusesAnOrdinalThatItDoesNotHoldAndSaysWhichItDoes() {
    WriteIdTable table = new WriteIdTable(2, 5, 0);
    table.add(record(Commands.id(1), 1));
    table.advanceHorizon(2);
    table.add(record(Commands.id(2), 2));
    table.add(record(Commands.id(3), 3));
    assertThat(table.record(6)).isEqualTo(record(Commands.id(2), 2));
    assertThat(table.record(7)).isEqualTo(record(Commands.id(3), 3));
    for (long ordinal : new long[] {5, 8}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> table.record(ordinal))
          .withMessage("write ordinal %d: held are 6 to 7", ordinal);
    }
  }

  @Test
  void capacityIsBounded() {
    assertThat(new WriteIdTable(WriteIdTable.MAX_CAPACITY, 0, 0).size()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> new WriteIdTable(0, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WriteIdTable(WriteIdTable.MAX_CAPACITY + 1, 0, 0));
  }

  @Test
  void takesLessThan110BytesPerId() {
    int count = 200_000;
    WriteIdTable table = new WriteIdTable(count, 0, 0);
    Random random = new Random(1);
    long before = usedBytes();
    for (int n = 0; n < count; n++) {
      table.add(record(WriteId.of(n, new UUID(random.nextLong(), random.nextLong())), n));
    }
    long used = usedBytes() - before;

    assertThat(table.size()).isEqualTo(count);
    assertThat(used / count).isLessThan(110);
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
