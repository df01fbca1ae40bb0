package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ControlPin;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each rule about reservations fires where it is broken, and only there. */
final class ReservationInvariantsTest extends InvariantLog {

  private static final long DAY = 24L * 60 * 60 * 1000;

  private long ids;

  private final OneHolder oneHolder = new OneHolder(reference, mesh.coverage);
  private final AllOrNothing allOrNothing = new AllOrNothing(reference);
  private final NothingExpiresEarly early = new NothingExpiresEarly(reference);

  ReservationInvariantsTest() {
    super(Profile.RESERVATIONS);
  }

  /** A request is executed as if it had come to these entries. */
  private ReplicaEffect.Applied log(long millis, ReservationRequest request, Entry... entries) {
    WriteCommand write =
        WriteCommand.of(Steps.idAt(Steps.NOW, ++ids), new Command.OnReservations(request))
            .with(ControlPin.to(active(), "", millis));
    return log(
        write,
        new CommandResult.ReservationsDone(
            slot.next().number(), true, entries.length, Optional.of(Arrays.asList(entries))));
  }

  private static ReservationRequest reserve(String... paths) {
    return new ReservationRequest.Reserve(
        "h",
        Arrays.stream(paths)
            .map(path -> new Ask("ports", path, "", Optional.empty(), Optional.empty(), Any.FREE))
            .toList(),
        false);
  }

  private static ReservationRequest release(String path) {
    return new ReservationRequest.Release(List.of(ReservationFilter.ofPath("h", path, false)));
  }

  private Entry entry(Kind kind, String path, long value, long millis) {
    return new Entry(
        kind,
        new Reservation(
            "ports", "h", value, "h", path, "", "", "", "", millis, millis, slot.number() + 1));
  }

  private Entry given(String path, long value) {
    return entry(Kind.GIVEN, path, value, Steps.NOW);
  }

  // ---- OneHolder

  @Test
  void aNumberThatIsGivenAnewOnceItWasGivenBackPasses() {
    assertThatCode(
            () -> {
              oneHolder.applied(node, log(Steps.NOW, reserve("/a"), given("/a", 5000)));
              oneHolder.applied(node, log(Steps.NOW, reserve("/b"), given("/b", 5001)));
              oneHolder.applied(
                  node, log(Steps.NOW, release("/a"), entry(Kind.RELEASED, "/a", 5000, Steps.NOW)));
              oneHolder.applied(node, log(Steps.NOW, reserve("/c"), given("/c", 5000)));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aNumberThatIsGivenWhileSomebodyHasItIsSeen() {
    oneHolder.applied(node, log(Steps.NOW, reserve("/a"), given("/a", 5000)));

    breaks(
        oneHolder, () -> oneHolder.applied(node, log(Steps.NOW, reserve("/b"), given("/b", 5000))));
  }

  @Test
  void aSecondNumberForAnOwnerIsSeen() {
    oneHolder.applied(node, log(Steps.NOW, reserve("/a"), given("/a", 5000)));

    breaks(
        oneHolder, () -> oneHolder.applied(node, log(Steps.NOW, reserve("/a"), given("/a", 5001))));
  }

  // ---- AllOrNothing

  @Test
  void aGroupOfWhichAPartIsGivenIsSeen() {
    breaks(
        allOrNothing,
        () -> allOrNothing.applied(node, log(Steps.NOW, reserve("/a", "/b"), given("/a", 5000))));
  }

  @Test
  void aReplicaThatHoldsNothingOfWhatWasGivenIsSeen() {
    allOrNothing.applied(node, log(Steps.NOW, reserve("/a"), given("/a", 5000)));
    ReplicaCore empty =
        ReplicaCore.restore(
            node.self(),
            List.of(),
            scenario.replica(),
            new InMemoryReplicaStore(scenario.terms()).load());
    StateHeader header = empty.state().at(slot);

    breaks(allOrNothing, () -> allOrNothing.inspected(node, header, empty.inspection()));
  }

  // ---- NothingExpiresEarly

  @Test
  void aReservationThatExpiresWhenNobodyHasAskedForItLongEnoughPasses() {
    early.applied(node, log(Steps.NOW, reserve("/a"), given("/a", 5000)));

    assertThatCode(
            () ->
                early.applied(
                    node,
                    log(
                        Steps.NOW + 30 * DAY,
                        new ReservationRequest.Expire(Optional.empty()),
                        entry(Kind.EXPIRED, "/a", 5000, Steps.NOW))))
        .doesNotThrowAnyException();
  }

  @Test
  void aReservationThatExpiresThoughItWasAskedForSinceIsSeen() {
    early.applied(node, log(Steps.NOW, reserve("/a"), given("/a", 5000)));
    early.applied(
        node, log(Steps.NOW + DAY, reserve("/a"), entry(Kind.KEPT, "/a", 5000, Steps.NOW + DAY)));

    breaks(
        early,
        () ->
            early.applied(
                node,
                log(
                    Steps.NOW + 30 * DAY,
                    new ReservationRequest.Expire(Optional.empty()),
                    entry(Kind.EXPIRED, "/a", 5000, Steps.NOW + DAY))));
  }
}
