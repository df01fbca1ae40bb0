package io.holdfast.mesh.actor;

import static org.awaitility.Awaitility.await;

import akka.actor.AbstractActor;
import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.DeadLetter;
import akka.actor.ExtendedActorSystem;
import akka.actor.Props;
import akka.cluster.Cluster;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that speaks before this node's door stands. */
class EarlyPeerTest {

  private static final int SPOKEN_EARLY = 50;

  /** At one message each 10 ms this takes many times the interval below. */
  private static final int HEARD_LATER = 300;

  private final ActorSystem late = system();
  private final ActorSystem early = system();

  private static ActorSystem system() {
    String artery = "akka.remote.artery.";
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    artery + "canonical.hostname",
                    "127.0.0.1",
                    artery + "canonical.port",
                    0,
                    artery + "advanced.compression.actor-refs.advertisement-interval",
                    "200 ms"))
            .withFallback(ConfigFactory.parseResources("holdfast-akka.conf"))
            .withFallback(ConfigFactory.load());
    return ActorSystem.create(PeerLinks.SYSTEM, config);
  }

  @AfterEach
  void stop() {
    for (ActorSystem system : List.of(early, late)) {
      system.terminate();
      await().until(() -> system.getWhenTerminated().toCompletableFuture().isDone());
    }
  }

  @Test
  void isHeardForEverOnceTheDoorStands() {
    AtomicInteger lost = new AtomicInteger();
    late.eventStream().subscribe(late.actorOf(counter(lost)), DeadLetter.class);
    String door = Cluster.get(late).selfAddress() + "/user/" + PeerLinks.DOOR;
    early
        .scheduler()
        .scheduleWithFixedDelay(
            Duration.ZERO,
            Duration.ofMillis(10),
            ((ExtendedActorSystem) early).provider().resolveActorRef(door),
            "hello",
            early.dispatcher(),
            ActorRef.noSender());
    await().atMost(Duration.ofSeconds(30)).until(() -> lost.get() >= SPOKEN_EARLY);

    AtomicInteger heard = new AtomicInteger();
    late.actorOf(counter(heard), PeerLinks.DOOR);

    await().atMost(Duration.ofSeconds(60)).until(() -> heard.get() >= HEARD_LATER);
  }

  private static Props counter(AtomicInteger count) {
    return Props.create(Counter.class, () -> new Counter(count));
  }

  private static final class Counter extends AbstractActor {
    private final AtomicInteger count;

    Counter(AtomicInteger count) {
      this.count = count;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(message -> count.incrementAndGet()).build();
    }
  }
}
