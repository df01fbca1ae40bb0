package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.Manifests;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.RestoredView;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateMachineControl;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.store.ReopenableStore.Medium;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link ReplicaStore} promises. */
class ReplicaStoreContractTest {

  private static TransactionDone done(int valueBytes) {
    ByteString value = ByteString.copyFrom(new byte[valueBytes]);
    return new TransactionDone(
        true,
        7,
        true,
        Optional.of(
            List.of(
                new OperationResult.Put(3),
                new OperationResult.Read(
                    List.of(new KeyRecord(Commands.bytes("k"), new VersionedValue(value, 1, 2, 2))),
                    1,
                    false))));
  }

  @ParameterizedTest
  @EnumSource
  void beginsEmpty(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      assertThat(new RestoredView(store.get().load()).header())
          .isEqualTo(StateHeader.empty(SampleHistory.TERMS));
      assertThat(store.get().changes(0, Long.MAX_VALUE, 10, 10)).isEmpty();
      assertThat(store.get().read(List.of(Place.first(1)))).containsExactly(Optional.empty());
      assertThat(store.get().collect()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesADeltaOutOfOrderAndKeepsNothingOfIt(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      store.get().flush(model.put("a", "1").takeDelta());
      ReplicaDelta lost = model.put("a", "2").takeDelta();
      ReplicaDelta next = model.put("b", "3").lease(2, 0).takeDelta();

      assertThatExceptionOfType(InvariantViolation.class)
          .isThrownBy(() -> store.get().flush(next))
          .satisfies(e -> assertThat(e.invariant()).isEqualTo("FlushInOrder"));
      assertThat(new RestoredView(store.get().load()).header().applied()).isEqualTo(new Slot(1));
      store.get().flush(lost);
      store.get().flush(next);
      store.reopen();
      ReopenableStore.assertHolds(store.get(), model);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsWhoTakesPart(Medium medium) {
    MemberId a = new MemberId(new NodeId("a"), 1);
    Membership members = Membership.founded(64, Configuration.of(List.of(a), 1));
    try (ReopenableStore store = new ReopenableStore(medium)) {
      ReplicaDelta delta = new SampleHistory().put("a", "1").takeDelta();
      store
          .get()
          .flush(
              new ReplicaDelta(
                  delta.before(),
                  delta.after().with(members),
                  delta.changes(),
                  delta.touched(),
                  delta.firstAddedOrdinal(),
                  delta.addedWriteIds(),
                  delta.leasesPut(),
                  delta.leasesEnded()));
      store.get().collect();
      store.reopen();

      assertThat(store.get().load().header().membership()).contains(members);
    }
  }

  /** The delta of a history, in which limits were activated. */
  static ReplicaDelta activated(SampleHistory history) {
    ControlState seed = ControlState.seed();
    return withControl(history.takeDelta(), Manifests.after(seed, Manifests.valueBytes(5)));
  }

  private static ReplicaDelta withControl(ReplicaDelta delta, ControlState control) {
    return new ReplicaDelta(
        delta.before(),
        delta.after().with(control.epoch()),
        delta.changes(),
        delta.touched(),
        delta.firstAddedOrdinal(),
        delta.addedWriteIds(),
        delta.leasesPut(),
        delta.leasesEnded(),
        Optional.of(control),
        delta.reservations());
  }

  @ParameterizedTest
  @EnumSource
  void keepsWhatIsActiveAndAsMuchOfWhatWasAsTheStateDoes(Medium medium) {
    ControlState control = ControlState.seed();
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory history = new SampleHistory();
      for (int i = 1; i <= ControlState.MAX_RECORDS + 4; i++) {
        control = Manifests.after(control, Manifests.valueBytes(i));
        store.get().flush(withControl(history.put("a", "" + i).takeDelta(), control));
        if (i % 10 == 0) {
          store.reopen();
          assertThat(StateMachineControl.of(store.get())).isEqualTo(control);
        }
      }
      store.reopen();
      assertThat(StateMachineControl.of(store.get())).isEqualTo(control);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsReservationsAndExclusionsAsTheyAre(Medium medium) {
    PoolPlace place = new PoolPlace("ports", "h1");
    PoolPlace mesh = new PoolPlace("ids", "");
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      for (int n = 1; n <= 600; n++) {
        model.reserve(SampleHistory.reservation(n, "/p" + n % 7, "t" + n, n));
      }
      model.exclude(place, List.of(SampleHistory.exclusion(3, 4)));
      model.exclude(mesh, List.of(SampleHistory.exclusion(1, 1), SampleHistory.exclusion(3, 4)));
      store.get().flush(model.takeDelta());
      ReopenableStore.assertHolds(store.get(), model);
      for (Reservation one : List.copyOf(model.reservations().all())) {
        if (one.value() % 3 == 0) {
          model.release(one);
        }
      }
      model.exclude(mesh, List.of());
      store.get().flush(model.takeDelta());
      store.reopen();

      ReopenableStore.assertHolds(store.get(), model);
    }
  }

  /** Whatever the order of numbers and owners, none is there twice in passing. */
  @ParameterizedTest
  @EnumSource
  void numbersGoFromOwnerToOwnerAndOwnersFromNumberToNumberInOneFlush(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      for (int n = 1; n <= 5; n++) {
        model.reserve(SampleHistory.reservation(n, "/p" + n, "", n));
      }
      store.get().flush(model.takeDelta());
      for (int shift : List.of(1, 4, 2)) {
        List<Reservation> before = List.copyOf(model.reservations().all());
        before.forEach(model::release);
        for (int n = 0; n < 5; n++) {
          String path = before.get((n + shift) % 5).path();
          model.reserve(SampleHistory.reservation(n + 1L, path, "", model.revision()));
        }
        store.get().flush(model.takeDelta());
        store.reopen();
        ReopenableStore.assertHolds(store.get(), model);
      }
      Reservation third = model.reservations().all().stream().skip(2).findFirst().orElseThrow();
      model.release(third);
      model.reserve(SampleHistory.reservation(9, third.path(), "", model.revision()));
      store.get().flush(model.takeDelta());
      store.reopen();
      ReopenableStore.assertHolds(store.get(), model);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsWhatAReservationCameToForReplays(Medium medium) {
    Reservation one = SampleHistory.reservation(7, "/a", "t", 1);
    CommandResult.Detailed done =
        new CommandResult.ReservationsDone(
            1, true, 1, Optional.of(List.of(new Entry(Kind.GIVEN, one))));
    CommandResult.Detailed refused =
        new CommandResult.ReservationsRefused(
            new Refused(Code.CONFLICT, 2, "ports", Optional.of(7L), Optional.of(one)));
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory().put("a", "1");
      store.get().flush(model.write(done).write(refused).write(done.inShort()).takeDelta());
      store.reopen();

      ReopenableStore.assertHolds(store.get(), model);
      assertThat(store.get().answer(0)).contains(done);
      assertThat(store.get().answer(1)).contains(refused);
      assertThat(store.get().answer(2)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesChangesBelowThoseThatItHas(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      ReplicaDelta first = model.put("a", "1").takeDelta();
      store.get().flush(first);
      ReplicaDelta again =
          new ReplicaDelta(
              first.after().applied(),
              first.after(),
              first.changes(),
              List.of(),
              0,
              List.of(),
              List.of(),
              List.of());

      assertThatExceptionOfType(InvariantViolation.class)
          .isThrownBy(() -> store.get().flush(again))
          .withMessageContaining("FlushInOrder");
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsVersionsByTheirPlacesInTheOrderAskedFor(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      for (int n = 0; n < 500; n++) {
        model.change(Map.of("a" + n % 7, Commands.bytes("x".repeat(n)), "b", Commands.bytes("y")));
        if (n % 50 == 0) {
          store.get().flush(model.takeDelta());
        }
      }
      store.get().flush(model.takeDelta());
      List<Change> all = model.all();
      List<Long> places =
          List.of(all.get(700).place(), Place.of(3, 5), all.get(0).place(), all.get(700).place());

      assertThat(store.get().read(places))
          .containsExactly(
              Optional.of(all.get(700)),
              Optional.empty(),
              Optional.of(all.get(0)),
              Optional.of(all.get(700)));
      assertThat(store.get().read(all.stream().map(Change::place).toList()))
          .isEqualTo(all.stream().map(Optional::of).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsChangesWithinItsBounds(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      for (int n = 0; n < 300; n++) {
        model.put("k" + n % 3, "v".repeat(100));
      }
      store.get().flush(model.takeDelta());
      List<Change> all = model.all();
      int bytes = all.get(0).bytes();

      assertThat(store.get().changes(all.get(5).place(), all.get(250).place(), 1000, 1 << 20))
          .isEqualTo(all.subList(5, 251));
      assertThat(store.get().changes(all.get(5).place() + 1, Long.MAX_VALUE, 100, 1 << 20))
          .isEqualTo(all.subList(6, 106));
      assertThat(store.get().changes(0, Long.MAX_VALUE, 100, 10L * bytes))
          .isEqualTo(all.subList(0, 10));
      assertThat(store.get().changes(0, Long.MAX_VALUE, 100, 1)).isEqualTo(all.subList(0, 1));
      assertThat(store.get().changes(all.get(299).place() + 1, Long.MAX_VALUE, 9, 99)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsEveryVersionOfAKeyByRevision(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      for (int n = 1; n <= 400; n++) {
        if (n % 29 == 0) {
          model.delete("hot");
        } else {
          model.put(n % 3 == 0 ? "other" : "hot", "v" + n);
        }
        if (n % 150 == 0) {
          store.get().flush(model.takeDelta());
          store.reopen();
        }
      }
      store.get().flush(model.takeDelta());

      ReopenableStore.assertReadable(store.get(), model);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsAnswersAsLongAsTheirWritesAndNoLargeOnes(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      model
          .write(new CommandResult.Applied(1, 0))
          .write(done(10))
          .write(done(70_000))
          .write(new TransactionDone(false, 7, false, Optional.empty()));
      store.get().flush(model.put("a", "1").takeDelta());
      store.reopen();

      assertThat(store.get().answer(0)).isEmpty();
      assertThat(store.get().answer(1)).contains(done(10));
      assertThat(store.get().answer(2)).isEmpty();
      assertThat(store.get().answer(3)).isEmpty();
      assertThat(store.get().answer(4)).isEmpty();

      for (int n = 0; n < SampleHistory.TERMS.writeIdWindow() - 2; n++) {
        model.write(new CommandResult.Applied(1, 0));
      }
      store.get().flush(model.put("a", "1").takeDelta());
      assertThat(store.get().answer(1)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void collectsWhatCannotBeReadAndNothingElse(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      model.put("a", "1").put("b", "1").delete("b").put("a", "2").put("a", "3").delete("c");
      model.put("c", "1").delete("c").put("c", "2").compact(8);
      store.get().flush(model.takeDelta());
      List<Change> all = model.all();
      List<Long> places = all.stream().map(Change::place).toList();
      assertThat(store.get().read(places)).isEqualTo(all.stream().map(Optional::of).toList());
      store.collectAll();

      // Left: a's newest below the point, and c's put above it.
      assertThat(store.get().read(places).stream().flatMap(Optional::stream).toList())
          .isEqualTo(List.of(all.get(4), all.get(all.size() - 1)));
      ReopenableStore.assertReadable(store.get(), model);
      store.reopen();
      ReopenableStore.assertHolds(store.get(), model);
      store.collectAll();
      ReopenableStore.assertReadable(store.get(), model);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsHistoryThatNoCompactionHasPassed(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      store.get().flush(model.put("a", "1").delete("a").put("a", "2").takeDelta());

      assertThat(store.get().collect()).isFalse();
      ReopenableStore.assertReadable(store.get(), model);
    }
  }

  /** The older version stands in an earlier row than its deletion, and goes first. */
  @ParameterizedTest
  @EnumSource
  void deletedKeyNeverComesBackWhileItsHistoryIsCollected(Medium medium) {
    try (ReopenableStore store = new ReopenableStore(medium)) {
      SampleHistory model = new SampleHistory();
      for (int n = 0; n < 3000; n++) {
        model.put("k" + n, "v".repeat(1000));
      }
      for (int n = 0; n < 3000; n++) {
        model.delete("k" + (n * 7) % 3000);
      }
      store.get().flush(model.takeDelta());
      model.put("z", "1").compact(6000);
      store.get().flush(model.takeDelta());
      boolean more = true;
      for (int steps = 0; more; steps++) {
        more = store.get().collect();
        if (steps % 5 == 0) {
          store.reopen();
          more = true;
          assertThat(new RestoredView(store.get().load()).places().keySet())
              .containsExactly(Commands.bytes("z"));
        }
        assertThat(steps).isLessThan(400);
        if (store.get().changes(0, Place.last(6000), 1, 1).isEmpty()) {
          break;
        }
      }

      assertThat(store.get().changes(0, Long.MAX_VALUE, 10, 1 << 20)).hasSize(1);
      ReopenableStore.assertHolds(store.get(), model);
    }
  }
}
