package io.holdfast.chaos.fault;

import akka.actor.ActorSystem;
import akka.actor.setup.Setup;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.mesh.actor.NodeExtension;
import io.holdfast.mesh.actor.Outbound;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts faults around a node that was started with chaos on. */
public final class FaultExtension implements NodeExtension {

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
    private @Nullable FaultPort port;

    private Around(HoldfastSettings settings) {
      this.settings = settings;
      this.disk = DiskFaults.of(settings.node().dataDir());
      disk.heal(); // of an earlier node on this directory, in this process
    }

    @Override
    public Map<String, Object> akkaSettings() {
      Map<String, Object> laid = new HashMap<>(Partitions.SETTINGS);
      laid.putAll(DoorMailbox.SETTINGS);
      return laid;
    }

    @Override
    public List<Setup> setups() {
      return List.of(new FaultSetup(links));
    }

    @Override
    public Outbound outbound() {
      return links;
    }

    @Override
    public DurableFilePath disk() {
      return new FaultyFilePath();
    }

    @Override
    public void started(ActorSystem system) throws IOException {
      FaultCommands commands =
          new FaultCommands(
              settings.node().id(),
              settings.mesh(),
              links,
              new Partitions(system, settings.mesh()),
              disk);
      port = FaultPort.open(settings.node().dataDir(), commands::obey);
    }

    @Override
    public void ended() {
      if (port != null) {
        port.close();
      }
      links.acks().close();
      disk.heal();
    }
  }
}
