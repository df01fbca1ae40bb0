package io.holdfast.chaos.power;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.sync.core.ReplicaSettings;
import io.holdfast.sync.core.ServingSettings;
import io.holdfast.sync.core.StateTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What every machine runs with. Bounds are small and waits short, so that within a cycle windows
 * close, caches rotate, snapshots are due and each change is flushed.
 */
final class MachineSettings {

  static final GroupId GROUP = new GroupId("main");

  /** Of the group; all but the first are played. */
  static final List<MemberId> MEMBERS =
      List.of(
          new MemberId(new NodeId("a"), 1),
          new MemberId(new NodeId("b"), 2),
          new MemberId(new NodeId("c"), 3));

  /** The member that the machine is. */
  static final MemberId SELF = MEMBERS.get(0);

  static final StateTerms TERMS = new StateTerms(200, 60, 1 << 20);

  static final ReplicaSettings REPLICA =
      new ReplicaSettings(
          Duration.ofMillis(1),
          Duration.ofSeconds(10),
          Duration.ofMillis(1),
          Duration.ofMillis(10),
          1 << 20,
          64L << 20,
          64L << 10,
          16,
          4L << 20,
          Duration.ZERO,
          64L << 20,
          1_000,
          Duration.ofSeconds(5),
          ServingSettings.DEFAULTS);

  static final AcceptorLimits LIMITS = new AcceptorLimits(40, 32L << 10, 64L << 20, 64 << 10);

  /** How often the cache-owner looks at its waits. */
  static final Duration TICK = Duration.ofMillis(3);

  private static final Config SYSTEM =
      ConfigFactory.parseString(
              """
              akka.loglevel = OFF
              akka.stdout-loglevel = OFF
              akka.log-dead-letters = off
              akka.actor.allow-java-serialization = off
              akka.actor.default-dispatcher.fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
              akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off
              """)
          .withFallback(ConfigFactory.load());

  private static final String FORGETFUL =
      """
      holdfast-persistence.journal {
        event-adapters.forgetful = "%s"
        event-adapter-bindings { "io.holdfast.acceptor.core.AcceptorEvent$PromiseMade" = forgetful }
      }
      """
          .formatted(ForgetfulRecovery.class.getName());

  private MachineSettings() {}

  /**
   * Those of the actor system.
   *
   * @param journal the journal's file, without its suffix
   * @param forgetful whether recovery reads over promises, which is wrong
   */
  static Config actorSystem(Path journal, boolean forgetful) {
    String own = "holdfast-persistence.journal.file = \"%s\"%n".formatted(journal);
    return ConfigFactory.parseString(forgetful ? own + FORGETFUL : own)
        .withFallback(SYSTEM)
        .resolve();
  }
}
