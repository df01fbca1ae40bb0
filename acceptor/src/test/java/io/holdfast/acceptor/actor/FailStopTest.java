package io.holdfast.acceptor.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FailStopTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<Throwable> told = new CopyOnWriteArrayList<>();
  private final IllegalStateException bug = new IllegalStateException("as the test has it");

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private ActorRef<String> spawn(Behavior<String> behavior) {
    return KIT.spawn(FailStop.around(String.class, told::add, behavior));
  }

  @Test
  void stopsAndTellsWhenAMessageIsNotSurvived() {
    TestProbe<String> probe = KIT.createTestProbe();
    ActorRef<String> actor =
        spawn(
            Behaviors.receive(String.class)
                .onMessageEquals(
                    "fail",
                    () -> {
                      throw bug;
                    })
                .onAnyMessage(
                    message -> {
                      probe.ref().tell(message);
                      return Behaviors.same();
                    })
                .onSignal(
                    PostStop.class,
                    stopped -> {
                      probe.ref().tell("stopped");
                      return Behaviors.same();
                    })
                .build());
    actor.tell("before");
    actor.tell("fail");
    actor.tell("after");

    probe.expectMessage("before");
    probe.expectMessage("stopped");
    probe.expectTerminated(actor, PATIENCE);
    assertThat(told).containsExactly(bug);
  }

  @Test
  void stopsAndTellsWhenTheStartIsNotSurvived() {
    ActorRef<String> actor =
        spawn(
            Behaviors.setup(
                context -> {
                  throw bug;
                }));

    KIT.createTestProbe().expectTerminated(actor, PATIENCE);
    assertThat(told).containsExactly(bug);
  }

  @Test
  void stopsAndTellsOfAFailedAssertionOfALibrary() {
    AssertionError assertion = new AssertionError("as the test has it");
    ActorRef<String> actor =
        spawn(
            Behaviors.receiveMessage(
                message -> {
                  throw assertion;
                }));
    actor.tell("any");

    KIT.createTestProbe().expectTerminated(actor, PATIENCE);
    assertThat(told).containsExactly(assertion);
  }
}
