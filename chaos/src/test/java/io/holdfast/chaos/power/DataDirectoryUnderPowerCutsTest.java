package io.holdfast.chaos.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.power.core.CutCounts;
import io.holdfast.chaos.power.core.Disk;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.RefusalCode;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A data directory whose machine loses its power at any operation, thousands of times. */
final class DataDirectoryUnderPowerCutsTest {

  private static final NodeId NODE = new NodeId("a");
  private static final NodeId PEER = new NodeId("b");
  private static final int MACHINES = 200;
  private static final int BOOTS = 12;

  /** What was acknowledged; what is being written may be there too. */
  private static final class Known {
    private long incarnation;
    private long boots;
    private PeerLedger ledger = PeerLedger.EMPTY;
    private Map<String, Long> databases = Map.of();
    private boolean refused;
    private boolean refusing;
  }

  @Test
  void whatWasAcknowledgedIsThereAfterEveryCut() {
    CutCounts counts = CutCounts.NONE;
    for (int machine = 0; machine < MACHINES; machine++) {
      SplittableRandom random = new SplittableRandom(machine);
      Known known = new Known();
      Disk disk = new Disk();
      for (int boot = 0; boot < BOOTS; boot++) {
        PoweredDisk powered = new PoweredDisk(disk, random.split(), 1 + random.nextInt(60), true);
        try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
          boot(mounted, known, random, "machine %d boot %d".formatted(machine, boot));
        }
        Disk.Survivors left = powered.cut();
        counts = counts.plus(left.counts());
        disk = left.disk();
      }
    }
    assertThat(counts.torn() + counts.dropped()).isGreaterThan(100);
    assertThat(counts.undoneRenames()).isGreaterThan(100);
    assertThat(counts.undoneCreations()).isGreaterThan(100);
  }

  private static void boot(
      DiskFileSystem mounted, Known known, SplittableRandom random, String as) {
    DataDirectory opened;
    try {
      opened = DataDirectory.open(mounted.root().resolve("data"), "mesh", NODE);
    } catch (DataDirectoryException e) {
      boolean expected =
          mounted.disk().isOff()
              || (e.kind() == DataDirectoryException.Kind.REFUSED && known.refusing);
      assertThat(expected).as("%s: %s", as, e).isTrue();
      known.refused = !mounted.disk().isOff();
      return;
    }
    try {
      assertThat(known.refused).as("%s: opens though it was refused for good", as).isFalse();
      look(opened, known, as);
      work(opened, known, random);
      opened.close();
    } catch (DataDirectoryException e) {
      assertThat(mounted.disk().isOff()).as("%s: %s", as, e).isTrue();
      closeWithoutPower(opened);
    }
  }

  private static void look(DataDirectory opened, Known known, String as)
      throws DataDirectoryException {
    NodeIdentity identity = opened.identity();
    if (known.incarnation != 0) {
      assertThat(identity.incarnation()).as(as).isEqualTo(known.incarnation);
    }
    assertThat(identity.bootCount()).as(as).isGreaterThan(known.boots);
    assertThat(opened.ledger().remembers(known.ledger)).as(as).isTrue();
    Map<String, Long> databases = opened.databaseBoots();
    known.databases.forEach(
        (name, boot) ->
            assertThat(databases.getOrDefault(name, 0L)).as(as).isGreaterThanOrEqualTo(boot));
    known.incarnation = identity.incarnation();
    known.boots = identity.bootCount();
    known.ledger = opened.ledger();
  }

  private static void work(DataDirectory opened, Known known, SplittableRandom random)
      throws DataDirectoryException {
    for (int step = 0; step < 10; step++) {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> {
          Map<String, Long> boots =
              Map.of("journal", opened.identity().bootCount(), "store", (long) step + 1);
          opened.saveDatabaseBoots(Map.of("journal", boots.get("journal")));
          known.databases = Map.of("journal", boots.get("journal"));
        }
        case 4 -> {
          if (random.nextInt(20) == 0) {
            known.refusing = true;
            opened.markRefused(PEER, RefusalCode.STALE_COPY, "as the test has it");
            known.refused = true;
          }
        }
        default -> {
          PeerLedger ledger = known.ledger;
          KnownPeer peer = ledger.peers().get(PEER);
          PeerLedger more =
              new PeerLedger(
                  new TreeMap<>(
                      Map.of(PEER, new KnownPeer(7, peer == null ? 1 : peer.bootCount() + 1, 9))),
                  new TreeSet<>(),
                  false,
                  List.of());
          opened.saveLedger(more);
          known.ledger = more;
        }
      }
    }
  }

  private static void closeWithoutPower(DataDirectory opened) {
    try {
      opened.close();
    } catch (DataDirectoryException e) {
      throw new IllegalStateException("letting go needs no power", e);
    }
  }
}
