package io.holdfast.chaos.fault;

import akka.actor.ActorSystem;
import akka.actor.setup.Setup;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.actor.NodeExtension;
import io.holdfast.mesh.actor.Outbound;
import io.holdfast.sync.store.SnapshotWriting;
import io.holdfast.sync.store.StoreInstallation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Puts faults around a node that was started with chaos on. */
public final class FaultExtension implements NodeExtension {

  private static final String SOURCE = "akka.remote.artery.advanced.tcp.outbound-client-hostname";

  private static final String LOOPBACK = "127.0.0.1";

  /** For {@link java.util.ServiceLoader}. */
  public FaultExtension() {}

  @Override
  public Attached attach(HoldfastSettings settings) {
    return new Around(settings);
  }

  private static final class Around implements Attached {

    private final HoldfastSettings settings;
    private final LinkFaults links = new LinkFaults();
    private final DiskFaults disk;
    private final ClockFaults clock = new ClockFaults(System::currentTimeMillis);
    private final Flaws flaws;
    private final DeathPoint death;
    private volatile @Nullable FaultPort port;

    private Around(HoldfastSettings settings) {
      this.settings = settings;
      this.disk = DiskFaults.of(settings.node().dataDir());
      disk.heal(); // of an earlier node on this directory, in this process
      this.flaws = new Flaws(settings, links, disk);
      this.death = DeathPoint.in(settings.node().dataDir());
    }

    @Override
    public Map<String, Object> akkaSettings() {
      Map<String, Object> laid = new HashMap<>(Partitions.SETTINGS);
      laid.putAll(DoorMailbox.SETTINGS);
      if (isProxied()) {
        SourceAddress.usable(names(), settings.node().id().value())
            .ifPresent(address -> laid.put(SOURCE, address));
      }
      return laid;
    }

    /** Peers reach it elsewhere on this machine than where it listens. */
    private boolean isProxied() {
      MeshSettings mesh = settings.mesh();
      return !mesh.bind().equals(mesh.advertised()) && mesh.advertised().host().equals(LOOPBACK);
    }

    private List<String> names() {
      return settings.mesh().members().stream().map(NodeId::value).toList();
    }

    @Override
    public Map<String, Double> counters() {
      FaultPort open = port;
      return open == null ? Map.of() : Map.of(FaultPort.COUNTER, (double) open.number());
    }

    @Override
    public List<Setup> setups() {
      return List.of(new FaultSetup(links));
    }

    @Override
    public Outbound outbound() {
      return flaws.outbound();
    }

    @Override
    public DurableFilePath disk() {
      return new FaultyFilePath();
    }

    @Override
    public DiskStatus room(Path directory) throws IOException {
      DiskStatus room = Attached.super.room(directory);
      OptionalLong left = disk.left();
      return left.isEmpty()
          ? room
          : new DiskStatus(Math.min(left.getAsLong(), room.usableBytes()), room.totalBytes());
    }

    @Override
    public LongSupplier wallMillis() {
      return clock;
    }

    @Override
    public SnapshotWriting receiving(SnapshotWriting writing) {
      return death.receiving(writing);
    }

    @Override
    public void installing(StoreInstallation.Step step) {
      death.installing(step);
    }

    @Override
    public void started(ActorSystem system) throws IOException {
      FaultCommands commands =
          new FaultCommands(
              settings.node().id(),
              settings.mesh(),
              links,
              new Partitions(system, settings.mesh()),
              disk,
              clock,
              flaws);
      port = FaultPort.open(settings.node().dataDir(), commands::obey);
    }

    @Override
    public void ended() {
      if (port != null) {
        port.close();
      }
      links.acks().close();
      disk.heal();
      clock.heal();
      flaws.close();
    }
  }
}
