package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.StateMachine;
import io.holdfast.sync.core.StoredState;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Prints how long a store with many records and write ids takes to write and to load. */
final class StoreLoadMeasurement {

  private StoreLoadMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    int keys = 100_000;
    int ids = 1_000_000;
    Path file = Files.createTempDirectory("store").resolve("records");
    Random random = new Random(1);
    ByteString value = ByteString.copyFrom(new byte[256]);
    StateMachine machine = StateMachine.restore(StoredState.empty(ids));
    RecordStore store = JdbcRecordStore.open(file, ids);
    long begin = System.nanoTime();
    for (int n = 0; n < ids; ) {
      List<WriteCommand> writes = new ArrayList<>();
      for (int i = 0; i < 500; i++, n++) {
        WriteId id = WriteId.of(n, new UUID(random.nextLong(), random.nextLong()));
        writes.add(WriteCommand.of(id, new Command.Put(Commands.bytes("key-" + n % keys), value)));
      }
      machine.apply(machine.applied().next(), Commands.batch(writes));
      if (machine.unflushedBytes() > 4 << 20) {
        store.flush(machine.takeDelta());
      }
    }
    store.flush(machine.takeDelta());
    store.close();
    long written = System.nanoTime();
    try (RecordStore again = JdbcRecordStore.open(file, ids)) {
      StateMachine loaded = StateMachine.restore(again.load());
      long done = System.nanoTime();
      System.out.printf(
          "written in %d ms, loaded %d records and %d ids in %d ms, %d MiB on disk, slot %s%n",
          (written - begin) / 1_000_000,
          loaded.size(),
          loaded.state().nextWriteOrdinal(),
          (done - written) / 1_000_000,
          again.storedBytes() >> 20,
          loaded.applied().equals(new Slot(ids / 500)));
    }
  }
}
