package io.holdfast.quorum.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.ConfigurationLog;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorLimits;
import io.holdfast.quorum.core.CoordinatorTiming;
import io.holdfast.quorum.core.CoordinatorView;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CoordinatorActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final Duration SOON = Duration.ofMillis(100);

  private final List<Throwable> told = new CopyOnWriteArrayList<>();
  private final InvariantViolation bug = new InvariantViolation("Any", "as the test has it");

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  /** Hears of failures only. */
  private CoordinatorNeighbours neighbours() {
    return (CoordinatorNeighbours)
        Proxy.newProxyInstance(
            CoordinatorNeighbours.class.getClassLoader(),
            new Class<?>[] {CoordinatorNeighbours.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("failed")) {
                told.add((Throwable) arguments[0]);
              }
              return null;
            });
  }

  private ActorRef<CoordinatorActor.Command> spawn(Function<Now, CoordinatorCore> core) {
    return KIT.spawn(
        CoordinatorActor.create(core, neighbours(), () -> new Now(System.nanoTime(), 0)));
  }

  private static CoordinatorCore core(Now now) {
    return new CoordinatorCore(
        new GroupId("g"),
        A,
        new ConfigurationLog(8, Configuration.of(List.of(A), 1)),
        new CoordinatorTiming(SOON, SOON, SOON.multipliedBy(5), SOON, SOON, SOON, SOON),
        new CoordinatorLimits(4, 100, 3, 2, 6, 1000, 3),
        new Random(1),
        Ballot.BOTTOM,
        Slot.ZERO,
        Digest.ZERO,
        now);
  }

  @Test
  void tellsTheNodeOfAnExceptionAndStops() {
    ActorRef<CoordinatorActor.Command> coordinator = spawn(CoordinatorActorTest::core);
    coordinator.tell(
        new CoordinatorActor.View(
            view -> {
              throw bug;
            }));

    KIT.createTestProbe().expectTerminated(coordinator, Duration.ofSeconds(5));
    assertThat(told).containsExactly(bug);
  }

  /** The only voter cannot let another lead: it goes on to answer. */
  @Test
  void takesAHandOverThatCannotBeDone() {
    ActorRef<CoordinatorActor.Command> coordinator = spawn(CoordinatorActorTest::core);
    TestProbe<CoordinatorView> seen = KIT.createTestProbe();

    coordinator.tell(new CoordinatorActor.HandOver(A));
    coordinator.tell(new CoordinatorActor.View(seen.ref()::tell));

    assertThat(seen.receiveMessage(Duration.ofSeconds(5))).isNotNull();
    assertThat(told).isEmpty();
  }

  @Test
  void tellsTheNodeOfACoreThatCannotBeMadeAndStops() {
    ActorRef<CoordinatorActor.Command> coordinator =
        spawn(
            now -> {
              throw bug;
            });

    KIT.createTestProbe().expectTerminated(coordinator, Duration.ofSeconds(5));
    assertThat(told).containsExactly(bug);
  }
}
