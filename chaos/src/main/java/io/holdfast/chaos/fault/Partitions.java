package io.holdfast.chaos.fault;

import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.remote.RARP;
import akka.remote.testkit.Blackhole;
import akka.remote.testkit.Direction;
import akka.remote.testkit.SetThrottle;
import akka.remote.testkit.ThrottleMode;
import akka.remote.testkit.Unthrottled;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import scala.jdk.javaapi.FutureConverters;

/**
 * Cuts a node off from peers by the test stages of Akka's remoting, which drop both ways whatever
 * the direction they are told (decision 10). Akka's own messages are lost as well.
 */
final class Partitions {

  private static final String TEST_MODE = "akka.remote.artery.advanced.test-mode";

  /** Akka's settings without which the stages are not there. */
  static final Map<String, Object> SETTINGS = Map.of(TEST_MODE, "on");

  private static final long PATIENCE_SECONDS = 10;

  private final ActorSystem system;
  private final MeshSettings mesh;

  /**
   * @throws IllegalStateException where remoting would say that it drops, and drop nothing
   */
  Partitions(ActorSystem system, MeshSettings mesh) {
    if (!system.settings().config().getBoolean(TEST_MODE)) {
      throw new IllegalStateException(TEST_MODE + " is off: remoting would drop nothing");
    }
    this.system = system;
    this.mesh = mesh;
  }

  /** Nothing passes between this node and {@code peer} any more. */
  void cut(NodeId peer) throws IOException {
    set(peer, Blackhole.getInstance());
  }

  /** Everything passes again. */
  void heal(NodeId peer) throws IOException {
    set(peer, Unthrottled.getInstance());
  }

  private void set(NodeId peer, ThrottleMode mode) throws IOException {
    HostPort at = mesh.addressOf(peer).orElseThrow();
    Address address = new Address("akka", system.name(), at.host(), at.port());
    SetThrottle command = new SetThrottle(address, Direction.Both$.MODULE$, mode);
    RARP remoting = (RARP) RARP.get(system);
    try {
      Object done =
          FutureConverters.asJava(remoting.provider().transport().managementCommand(command))
              .toCompletableFuture()
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!Boolean.TRUE.equals(done)) {
        throw new IOException("remoting answers " + done);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("remoting did not take the command: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
