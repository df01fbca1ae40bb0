package io.holdfast.mesh.live;

import akka.actor.AbstractExtensionId;
import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import akka.actor.ExtensionIdProvider;
import akka.remote.RARP;
import akka.remote.testkit.Blackhole;
import akka.remote.testkit.Direction;
import akka.remote.testkit.SetThrottle;
import akka.remote.testkit.ThrottleMode;
import akka.remote.testkit.Unthrottled;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.FutureConverters;

/**
 * An Akka extension that lets a test cut a node off from its peers, loaded into the node's process
 * by system properties. It listens on a loopback port that it writes to {@value #PORT_FILE} in the
 * working directory. A connection carries one line and its answer: {@code ok}, once it is in force,
 * or what is wrong. The lines:
 *
 * <ul>
 *   <li>{@code cut NODE HOST PORT}: nothing passes between this node and the peer, in Akka's
 *       remoting, which must run in test mode;
 *   <li>{@code deafen NODE HOST PORT}: this node does not hear the peer, but is heard;
 *   <li>{@code heal NODE HOST PORT}: undoes both.
 * </ul>
 */
public final class PartitionControl extends AbstractExtensionId<PartitionControl.Door>
    implements ExtensionIdProvider {

  /** Where the port stands, below the node's working directory. */
  static final String PORT_FILE = "partition.port";

  /** What a node's JVM needs, so that it has this control. */
  static final List<String> JVM_FLAGS =
      Stream.concat(
              Stream.of(
                  "-Dakka.extensions.0=" + PartitionControl.class.getName(),
                  "-Dakka.remote.artery.advanced.test-mode=on"),
              LossyMailbox.JVM_FLAGS.stream())
          .toList();

  private static final long PATIENCE_SECONDS = 30;

  /** For Akka, which makes it by its name. */
  public PartitionControl() {}

  @Override
  public PartitionControl lookup() {
    return this;
  }

  @Override
  public Door createExtension(ExtendedActorSystem system) {
    if (!system.settings().config().getBoolean("akka.remote.artery.advanced.test-mode")) {
      throw new IllegalStateException("remoting drops nothing unless test-mode is on");
    }
    try {
      ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
      Path made = Files.writeString(Path.of(PORT_FILE + ".new"), "" + socket.getLocalPort());
      Files.move(made, Path.of(PORT_FILE), StandardCopyOption.ATOMIC_MOVE);
      Door door = new Door(system, socket);
      Thread thread = new Thread(door::serve, "partition-control");
      thread.setDaemon(true);
      thread.start();
      return door;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Carries out what it is told, one connection after the other. */
  static final class Door implements Extension {

    private final ActorSystem system;
    private final ServerSocket socket;

    Door(ActorSystem system, ServerSocket socket) {
      this.system = system;
      this.socket = socket;
    }

    private void serve() {
      try {
        while (true) {
          try (Socket connection = socket.accept();
              BufferedReader in =
                  new BufferedReader(
                      new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
              PrintWriter out =
                  new PrintWriter(connection.getOutputStream(), true, StandardCharsets.UTF_8)) {
            out.println(obey(in.readLine()));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String obey(@Nullable String line) {
      String[] words = line == null ? new String[0] : line.split(" ");
      if (words.length != 4) {
        return "not a command: " + line;
      }
      Address peer = new Address("akka", system.name(), words[2], Integer.parseInt(words[3]));
      switch (words[0]) {
        case "cut":
          return set(peer, Blackhole.getInstance());
        case "deafen":
          LossyMailbox.UNHEARD.add(words[1]);
          return "ok";
        case "heal":
          LossyMailbox.UNHEARD.remove(words[1]);
          return set(peer, Unthrottled.getInstance());
        default:
          return "not a command: " + line;
      }
    }

    /** Akka's test mode drops both ways whatever the direction: {@code Receive} does nothing. */
    private String set(Address peer, ThrottleMode mode) {
      SetThrottle command = new SetThrottle(peer, Direction.Both$.MODULE$, mode);
      RARP remoting = (RARP) RARP.get(system);
      try {
        Object done =
            FutureConverters.asJava(remoting.provider().transport().managementCommand(command))
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return Boolean.TRUE.equals(done) ? "ok" : "remoting answers " + done;
      } catch (ExecutionException | TimeoutException e) {
        return e.toString();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return e.toString();
      }
    }
  }
}
