package io.holdfast.chaos.power;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Draws clients' commands: puts and deletes of few keys, leases, now and then compaction. */
final class Commands {

  private static final int KEYS = 80;
  private static final int MOST_AT_ONCE = 4;
  private static final int SMALL_BYTES = 300;
  private static final int LARGE_BYTES = 12 << 10;
  private static final int HUGE_BYTES = 32 << 10;

  /** Some time in 2025; the ids of this workload need no clock. */
  private static final long IDS_FROM_MILLIS = 1_750_000_000_000L;

  private final SplittableRandom random;
  private final boolean heavy;

  /**
   * @param heavy whether values are so large that space is reclaimed within a cycle
   */
  Commands(SplittableRandom random, boolean heavy) {
    this.random = random;
    this.heavy = heavy;
  }

  /** The commands of a batch. */
  List<WriteCommand> some() {
    List<WriteCommand> commands = new ArrayList<>();
    for (int n = 1 + random.nextInt(MOST_AT_ONCE); n > 0; n--) {
      commands.add(write(one()));
    }
    return commands;
  }

  /** Forgets history below a revision. */
  WriteCommand compact(long revision) {
    return write(new Command.Compact(revision));
  }

  private Command one() {
    ByteString key = ByteString.copyFromUtf8("key-" + random.nextInt(KEYS));
    return switch (random.nextInt(12)) {
      case 0, 1 -> new Command.Delete(key);
      case 2 -> new Command.GrantLease(60_000);
      default -> new Command.Put(key, value());
    };
  }

  private ByteString value() {
    int most =
        switch (random.nextInt(heavy ? 2 : 20)) {
          case 0 -> heavy ? HUGE_BYTES : LARGE_BYTES;
          default -> SMALL_BYTES;
        };
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private WriteCommand write(Command command) {
    long unlike = random.nextLong();
    return WriteCommand.of(
        WriteId.of(
            IDS_FROM_MILLIS + random.nextInt(1_000_000), new UUID(unlike, random.nextLong())),
        command);
  }
}
