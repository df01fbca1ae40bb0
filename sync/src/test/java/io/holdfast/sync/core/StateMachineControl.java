package io.holdfast.sync.core;

import io.holdfast.config.core.control.ControlState;
import io.holdfast.sync.store.ReplicaStore;
import java.util.List;
import java.util.UUID;

/** What is active, seen and changed from tests. */
public final class StateMachineControl {

  private StateMachineControl() {}

  /** What a store holds. */
  public static ControlState of(ReplicaStore store) {
    return store.load().control();
  }

  /** The log takes a member's evidence, proposed at this time. */
  static void take(SteppedReplica replica, Command.GiveEvidence given, long millis) {
    WriteCommand write = WriteCommand.of(WriteId.of(millis, new UUID(0, 0)), given);
    Plan plan = new Plan(replica.generation(), List.of(), List.of(), List.of());
    replica.choose(CommandCodec.encode(write.with(plan)));
  }
}
