package io.holdfast.quorum.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.ConfigurationLog;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorLimits;
import io.holdfast.quorum.core.CoordinatorTiming;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a coordinator tells of its queue, in a time that only the test moves. */
class MeasuredCoordinatorTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofSeconds(10);

  /**
   * A second entry waits for a third one while the first is in flight, and there is no more room.
   */
  private static final CoordinatorLimits LIMITS = new CoordinatorLimits(4, 100, 3, 2, 3, 1000, 3);

  private volatile boolean leads;

  private record Load(int queued, long bytes, int inFlight) {}

  private final AtomicLong nanos = new AtomicLong(1);
  private final TestProbe<Long> waits = KIT.createTestProbe();
  private final TestProbe<Load> loads = KIT.createTestProbe();
  private final TestProbe<Role> roles = KIT.createTestProbe();
  private final TestProbe<Outcome> outcomes = KIT.createTestProbe();
  private final ActorRef<CoordinatorActor.Command> coordinator =
      KIT.spawn(CoordinatorActor.create(MeasuredCoordinatorTest::core, neighbours(), this::now));

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static CoordinatorCore core(Now now) {
    return new CoordinatorCore(
        new GroupId("g"),
        A,
        new ConfigurationLog(8, Configuration.of(List.of(A), 1)),
        new CoordinatorTiming(HOUR, HOUR, HOUR.multipliedBy(5), HOUR, HOUR, HOUR, HOUR),
        LIMITS,
        new Random(1),
        Ballot.BOTTOM,
        Slot.ZERO,
        Digest.ZERO,
        now);
  }

  /** Until it leads, an hour passes whenever the time is asked for. */
  private Now now() {
    return new Now(leads ? nanos.get() : nanos.addAndGet(HOUR.toNanos()), 0);
  }

  /** Its own acceptor promises, and accepts nothing. */
  private CoordinatorNeighbours neighbours() {
    return (CoordinatorNeighbours)
        Proxy.newProxyInstance(
            CoordinatorNeighbours.class.getClassLoader(),
            new Class<?>[] {CoordinatorNeighbours.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "ask" -> promise((AcceptorRequest) arguments[1]);
                case "role" -> {
                  leads = arguments[0] == Role.LEADING;
                  roles.ref().tell((Role) arguments[0]);
                }
                case "waited" -> waits.ref().tell((Long) arguments[0]);
                case "load" ->
                    loads
                        .ref()
                        .tell(
                            new Load(
                                (Integer) arguments[0],
                                (Long) arguments[1],
                                (Integer) arguments[2]));
                default -> {}
              }
              return null;
            });
  }

  private void promise(AcceptorRequest request) {
    if (request instanceof AcceptorRequest.Prepare prepare) {
      coordinator.tell(
          new CoordinatorActor.Input(
              new CoordinatorInput.Replied(
                  A,
                  new Promised(
                      prepare.ballot(), prepare.fromSlot(), Slot.ZERO, List.of(), 0, true, 1))));
    }
  }

  private void submit() {
    coordinator.tell(
        new CoordinatorActor.Submit(
            new CommandEntry(ByteString.copyFromUtf8("entry")), outcomes.ref()::tell));
  }

  private void awaitLoad(Load wanted) {
    loads.fishForMessage(
        SOON,
        load ->
            load.equals(wanted) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
  }

  private void lead() {
    roles.fishForMessage(
        SOON,
        role ->
            role == Role.LEADING
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  @Test
  void tellsForHowLongTheOldestOfABatchHasWaited() {
    lead();
    submit();
    assertThat(waits.receiveMessage(SOON)).isZero();
    submit();
    awaitLoad(new Load(1, 5, 1));
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(7));

    submit();

    assertThat(waits.receiveMessage(SOON)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(7));
    awaitLoad(new Load(0, 0, 3));
  }

  @Test
  void whatIsRefusedTakesNobodysPlace() {
    lead();
    submit();
    assertThat(waits.receiveMessage(SOON)).isZero();
    submit();
    awaitLoad(new Load(1, 5, 1));
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(7));
    coordinator.tell(
        new CoordinatorActor.Submit(
            new CommandEntry(ByteString.copyFrom(new byte[2000])), outcomes.ref()::tell));
    assertThat(outcomes.receiveMessage(SOON))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.OVERLOADED));

    submit();

    assertThat(waits.receiveMessage(SOON)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(7));
  }
}
