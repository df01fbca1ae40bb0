package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Batch;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * A log with reservations, that an older build wrote, is applied by this one as it was then: which
 * number is free is decided alike for as long as there are such logs.
 */
class GoldenReservationLogTest {

  private static final GoldenLog FILE = GoldenLog.of("log-v4.txt");
  private static final StateTerms TERMS = new StateTerms(100, 1_000, 1 << 20);

  /** Writes a log as a leader would, with a state machine at its end. */
  private static final class Writer {

    private final List<Batch> log = new ArrayList<>();
    private final StateMachine machine = StateMachine.restore(RestoredState.empty(TERMS));
    private long id;

    void add(String principal, Command command) {
      add(
          Commands.of(++id, command)
              .with(new Plan(machine.header().generation(), List.of(), List.of(), List.of()))
              .with(ControlPin.to(machine.parts().control().epoch(), principal, 10_000 * id)));
    }

    void add(WriteCommand write) {
      Batch batch = Commands.batch(write);
      log.add(batch);
      machine.apply(machine.applied().next(), batch);
    }

    void add(String principal, ReservationRequest request) {
      add(principal, new Command.OnReservations(request));
    }

    void reserve(String principal, boolean force, Ask... asks) {
      add(principal, new ReservationRequest.Reserve("h1", List.of(asks), force));
    }
  }

  private static Ask ask(String pool, String path, Choice choice) {
    return new Ask(pool, path, "tag", Optional.of("project"), Optional.empty(), choice);
  }

  private static Pool.Span span(long first, long last) {
    return new Pool.Span(first, last);
  }

  private static Writer written() {
    Writer log = new Writer();
    log.reserve("", false, ask("ports", "/before", Any.FREE));
    log.add(
        "",
        new Command.Activate(
            Manifests.activation(
                log.machine.parts().control(),
                Manifests.pools(
                    "{\"name\":\"ports\",\"scope\":\"host\",\"first\":5000,\"last\":5004}",
                    "{\"name\":\"ids\",\"scope\":\"mesh\",\"first\":-9,\"last\":9,\"expiry\":\"1m\"}"),
                Manifests.access(
                    Manifests.principal("ann", "write", ""),
                    Manifests.principal("bob", "write", "")))));
    log.reserve("ann", false, ask("ports", "/a", Any.FREE), ask("ids", "/a", new Exact(-3)));
    log.reserve("bob", false, ask("ports", "/b", new Exact(5001)));
    log.reserve("bob", false, ask("ports", "/b", new Exact(5002)), ask("none", "/b", Any.FREE));
    log.reserve(
        "bob",
        false,
        ask("ports", "/b", new Any(List.of(5009L, 5003L), List.of(), OptionalLong.empty())));
    log.reserve("bob", false, ask("ports", "/a", Any.FREE));
    log.add(
        "ann",
        new ReservationRequest.Exclude("h1", "ports", new Exclusion(span(5002, 5002), "broken")));
    log.add("ann", new ReservationRequest.Exclude("h1", "ids", new Exclusion(span(0, 5), "")));
    log.reserve("ann", false, ask("ports", "/c", Any.FREE));
    log.reserve("ann", false, ask("ports", "/d", Any.FREE));
    log.reserve("ann", true, ask("ports", "/a", new Exact(5002)));
    long asOf = log.machine.revision();
    log.reserve(
        "ann",
        false,
        ask("ports", "/a", new Any(List.of(), List.of(span(5002, 5002)), OptionalLong.of(asOf))));
    log.add("ann", new ReservationRequest.Include("h1", "ids", span(2, 3)));
    log.add("ann", new ReservationRequest.CompactExclusions("h1", "ids"));
    log.add("ann", new ReservationRequest.Migrate("h1", "/a", "/moved", false));
    log.add("ann", new ReservationRequest.Expire(Optional.of("ids")));
    log.add(
        "bob",
        new ReservationRequest.Release(
            List.of(
                new ReservationFilter(
                    Optional.of("ports"),
                    Optional.of("h1"),
                    Optional.of("h1"),
                    Optional.of("/b"),
                    true,
                    Optional.of("tag"),
                    Optional.of("project"),
                    OptionalLong.of(5003),
                    OptionalLong.of(Long.MAX_VALUE)))));
    log.add(
        Commands.of(
            ++log.id, new Command.OnReservations(new ReservationRequest.Expire(Optional.empty()))));
    log.add(CommandCodec.decode(entry(log.log.get(2))));
    log.add(CommandCodec.decode(entry(log.log.get(3))));
    return log;
  }

  private static com.google.protobuf.ByteString entry(Batch batch) {
    return io.holdfast.quorum.core.BatchFormat.decode(batch).get(0).bytes();
  }

  @Test
  void thisBuildWritesAndExecutesTheLogAsItStands() throws IOException {
    Writer log = written();
    FILE.assertIs(GoldenLog.text(StateMachine.restore(RestoredState.empty(TERMS)), log.log));
  }

  @Test
  void logIsExecutedAsItWasThen() throws IOException {
    StateMachine machine = StateMachine.restore(RestoredState.empty(TERMS));
    GoldenLog.assertAppliedAsThen(machine, FILE.slots());
    assertThat(machine.header().reservationCount()).isEqualTo(3);
  }
}
