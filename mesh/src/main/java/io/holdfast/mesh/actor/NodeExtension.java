package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import akka.actor.setup.Setup;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.config.core.ChaosSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.sync.store.SnapshotWriting;
import io.holdfast.sync.store.StoreInstallation;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;

/**
 * Stands around a node, between it and its peers and its disk, in order to break both. It is looked
 * for with {@link ServiceLoader}, and only where {@value ChaosSettings#ENABLED} is on: a node
 * without that runs on {@link Attached#NONE}, whatever is on its class path.
 */
public interface NodeExtension {

  /**
   * Prepares to stand around a node that is about to start.
   *
   * @param settings the node's
   */
  Attached attach(HoldfastSettings settings);

  /** What stands around one node, from before its start until after its end. */
  interface Attached {

    /** Nothing stands around the node. */
    Attached NONE =
        new Attached() {
          @Override
          public DurableFilePath disk() {
            return new DurableFilePath();
          }
        };

    /** Laid over Akka's settings, by full key. */
    default Map<String, Object> akkaSettings() {
      return Map.of();
    }

    /** Handed to the actor system. */
    default List<Setup> setups() {
      return List.of();
    }

    /** What the node says passes here. */
    default Outbound outbound() {
      return Outbound.DIRECT;
    }

    /** What the node's databases lie on. */
    DurableFilePath disk();

    /**
     * What the node takes for the wall clock, in milliseconds since 1970; any thread may read it.
     * Its monotonic time is the machine's in any case.
     */
    default LongSupplier wallMillis() {
      return System::currentTimeMillis;
    }

    /**
     * How much room there is where a directory lies.
     *
     * @throws IOException where that cannot be found out
     */
    default DiskStatus room(Path directory) throws IOException {
      FileStore on = Files.getFileStore(directory);
      return new DiskStatus(on.getUsableSpace(), on.getTotalSpace());
    }

    /** What receives a snapshot passes here. */
    default SnapshotWriting receiving(SnapshotWriting writing) {
      return writing;
    }

    /** A step of putting a received store in the place of the one in use is done. */
    default void installing(StoreInstallation.Step step) {}

    /** Counts and gauges that the node's status shows among its own. */
    default Map<String, Double> counters() {
      return Map.of();
    }

    /**
     * The node is up.
     *
     * @param system its actors
     * @throws IOException where what the extension needs cannot be had; the node does not start
     */
    default void started(ActorSystem system) throws IOException {}

    /** The node has ended, or did not start. */
    default void ended() {}
  }

  /** Why a node cannot start with these settings: faults are asked for, and there are none. */
  static Optional<String> refusalOf(HoldfastSettings settings) {
    return settings.chaos().enabled() && find().isEmpty()
        ? Optional.of(
            ChaosSettings.ENABLED
                + " = on: allowed is off, since no faults are on the class path (holdfast-chaos)")
        : Optional.empty();
  }

  /** What stands around a node with these settings. */
  static Attached of(HoldfastSettings settings) {
    return settings.chaos().enabled() ? find().orElseThrow().attach(settings) : Attached.NONE;
  }

  private static Optional<NodeExtension> find() {
    return ServiceLoader.load(NodeExtension.class).findFirst();
  }
}
