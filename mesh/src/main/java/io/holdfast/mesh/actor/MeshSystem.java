package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.setup.Setup;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.JournalSetup;
import io.holdfast.acceptor.store.StorageFailureListener;
import io.holdfast.config.core.HoldfastSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The actor system of a node, configured from its settings. */
final class MeshSystem {

  /** What a message needs beside its largest batch. */
  private static final int FRAME_MARGIN_BYTES = 128 * 1024;

  private MeshSystem() {}

  /**
   * Begins to read what the libraries have for defaults; returns at once. It takes a fifth of a
   * node's start, beside the rest of which it is done.
   */
  static CompletableFuture<Config> libraries() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return CompletableFuture.supplyAsync(() -> ConfigFactory.load(loader));
  }

  /**
   * Starts it and binds the mesh address, unless the node is alone.
   *
   * @throws RuntimeException Akka's, if the address cannot be bound
   */
  static ActorSystem start(
      HoldfastSettings settings,
      DatabasePlace journal,
      StorageFailureListener listener,
      NodeExtension.Attached around,
      CompletableFuture<Config> libraries) {
    Config config =
        ConfigFactory.parseMap(around.akkaSettings())
            .withFallback(ConfigFactory.parseMap(values(settings)))
            .withFallback(ConfigFactory.parseResources("holdfast-akka.conf"))
            .withFallback(libraries.join());
    List<Setup> setups = new ArrayList<>(around.setups());
    setups.add(BootstrapSetup.create(config.resolve()));
    setups.add(JournalSetup.create(listener, journal));
    return ActorSystem.create(
        PeerLinks.SYSTEM, ActorSystemSetup.create(setups.toArray(Setup[]::new)));
  }

  private static Map<String, Object> values(HoldfastSettings settings) {
    Map<String, Object> values = new HashMap<>();
    if (settings.mesh().alone()) {
      values.put("akka.actor.provider", "local"); // no port, no cluster
      return values;
    }
    String artery = "akka.remote.artery.";
    values.put(artery + "canonical.hostname", settings.mesh().advertised().host());
    values.put(artery + "canonical.port", settings.mesh().advertised().port());
    values.put(artery + "bind.hostname", settings.mesh().bind().host());
    values.put(artery + "bind.port", settings.mesh().bind().port());
    int largest =
        Math.max(
            Math.max(settings.coordinator().batchMaxBytes(), settings.acceptor().chunkBytes()),
            Math.max(settings.replica().fetchChunkBytes(), settings.http().maxValueBytes()));
    values.put(
        artery + "advanced.maximum-frame-size",
        largest + settings.http().maxKeyBytes() + FRAME_MARGIN_BYTES);
    return values;
  }
}
