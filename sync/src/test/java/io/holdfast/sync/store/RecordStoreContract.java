package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.ReplicaState;
import io.holdfast.sync.core.StateMachine;
import io.holdfast.sync.core.StoreDelta;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RecordStore} promises. */
abstract class RecordStoreContract {

  private RecordStore store;

  RecordStoreContract() {
    store = new InMemoryRecordStore(SampleLog.WINDOW);
  }

  /** Opens the store of this test, with what it holds. */
  abstract RecordStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = open();
  }

  static void assertSame(StateMachine actual, StateMachine expected) {
    assertThat(actual.state()).isEqualTo(expected.state());
    for (int n = 0; n < SampleLog.KEYS; n++) {
      assertThat(actual.get(SampleLog.key(n))).isEqualTo(expected.get(SampleLog.key(n)));
    }
    for (long n = 0; n < expected.applied().number() * 3 + 5; n++) {
      assertThat(actual.lookup(Commands.id(n))).isEqualTo(expected.lookup(Commands.id(n)));
    }
  }

  @Test
  void beginsEmpty() {
    assertThat(store.load().state()).isEqualTo(ReplicaState.empty(SampleLog.WINDOW));
  }

  @Test
  void holdsWhatWasFlushedAcrossReopening() {
    StateMachine machine = SampleLog.empty();
    for (long slot : new long[] {1, 2, 3, 10, 11, 40, 41, 90}) {
      SampleLog.applyUpTo(machine, slot);
      store.flush(machine.takeDelta());
      if (slot % 2 == 0) {
        reopen();
      }
      assertSame(StateMachine.restore(store.load()), SampleLog.at(slot));
    }
  }

  @Test
  void goesOnFromWhatItHolds() {
    StateMachine machine = SampleLog.at(30);
    store.flush(machine.takeDelta());
    reopen();
    StateMachine restored = StateMachine.restore(store.load());
    SampleLog.applyUpTo(restored, 60);
    store.flush(restored.takeDelta());
    reopen();

    assertSame(StateMachine.restore(store.load()), SampleLog.at(60));
  }

  @Test
  void refusesADeltaOutOfOrderAndKeepsNothingOfIt() {
    StateMachine machine = SampleLog.at(3);
    store.flush(machine.takeDelta());
    SampleLog.applyUpTo(machine, 4);
    StoreDelta lost = machine.takeDelta();
    SampleLog.applyUpTo(machine, 5);
    StoreDelta next = machine.takeDelta();

    assertThatExceptionOfType(InvariantViolation.class)
        .isThrownBy(() -> store.flush(next))
        .satisfies(e -> assertThat(e.invariant()).isEqualTo("FlushInOrder"));
    assertSame(StateMachine.restore(store.load()), SampleLog.at(3));
    store.flush(lost);
    store.flush(next);
    assertThat(store.load().state().applied()).isEqualTo(new Slot(5));
  }
}
