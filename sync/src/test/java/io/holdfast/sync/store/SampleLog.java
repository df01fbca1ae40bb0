package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.StateMachine;
import io.holdfast.sync.core.StoredState;
import io.holdfast.sync.core.WriteCommand;
import java.util.ArrayList;
import java.util.List;

/** A log that is a function of the slot, so that two processes know the same one. */
final class SampleLog {

  static final int WINDOW = 50;
  static final int KEYS = 20;

  private SampleLog() {}

  static Batch batch(long slot) {
    List<WriteCommand> writes = new ArrayList<>();
    for (long n = slot * 3; n < slot * 3 + 3; n++) {
      String key = "k" + (n * 7) % KEYS;
      writes.add(n % 5 == 0 ? Commands.delete(n, key) : Commands.put(n, key, "v" + n));
    }
    return Commands.batch(writes);
  }

  static ByteString key(int n) {
    return Commands.bytes("k" + n);
  }

  static StateMachine empty() {
    return StateMachine.restore(StoredState.empty(WINDOW));
  }

  /** Applies the log's next slots up to and including {@code to}. */
  static void applyUpTo(StateMachine machine, long to) {
    for (long slot = machine.applied().number() + 1; slot <= to; slot++) {
      machine.apply(new Slot(slot), batch(slot));
    }
  }

  static StateMachine at(long slot) {
    StateMachine machine = empty();
    applyUpTo(machine, slot);
    return machine;
  }
}
