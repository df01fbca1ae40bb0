package io.holdfast.sync.store;

import io.holdfast.sync.core.StateMachine;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that flushes the sample log slot by slot, says so, and runs until it is killed. */
final class FlushingProcess {

  private FlushingProcess() {}

  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    RecordStore store = JdbcRecordStore.open(Path.of(arguments[0]), SampleLog.WINDOW);
    StateMachine machine = StateMachine.restore(store.load());
    while (true) {
      SampleLog.applyUpTo(machine, machine.applied().number() + 2);
      store.flush(machine.takeDelta());
      out.println(machine.applied());
    }
  }
}
