package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.StateMachine;
import io.holdfast.sync.core.WriteCommand;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that overwrites a few keys with large values, so that segments are taken away and space
 * is reused all the time, says which slot is durable, and runs until it is killed.
 */
final class OverwritingProcess {

  static final int KEYS = 60;
  private static final int PUTS = 10;
  private static final int VALUE_BYTES = 20_000;

  private OverwritingProcess() {}

  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    RecordStore store = JdbcRecordStore.open(Path.of(arguments[0]), SampleLog.WINDOW);
    StateMachine machine = StateMachine.restore(store.load());
    while (true) {
      apply(machine);
      store.flush(machine.takeDelta());
      out.println(machine.applied());
    }
  }

  /** Applies the next slot, which is a function of its number. */
  private static void apply(StateMachine machine) {
    long slot = machine.applied().number() + 1;
    List<WriteCommand> writes = new ArrayList<>();
    for (long n = slot * PUTS; n < slot * PUTS + PUTS; n++) {
      Command put = new Command.Put(Commands.bytes("k" + n * 7 % KEYS), value(n));
      writes.add(WriteCommand.of(Commands.id(n), put));
    }
    machine.apply(new Slot(slot), Commands.batch(writes));
  }

  /** The value that put {@code n} gives its key. */
  private static ByteString value(long n) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(n).nextBytes(value);
    return ByteString.copyFrom(value);
  }

  /** The value that the log gives a key up to {@code slot}, or an empty one if none. */
  static ByteString valueAt(int key, long slot) {
    for (long n = slot * PUTS + PUTS - 1; n >= PUTS; n--) {
      if (n * 7 % KEYS == key) {
        return value(n);
      }
    }
    return ByteString.EMPTY;
  }
}
