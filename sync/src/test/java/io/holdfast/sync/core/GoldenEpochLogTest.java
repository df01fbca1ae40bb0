package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.wire.CommandProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A log with epochs, that an older build wrote, is applied by this one as it was then: manifests
 * are read, hashed and decided by alike, for as long as there are such logs.
 */
class GoldenEpochLogTest {

  private static final GoldenLog FILE = GoldenLog.of("log-v3.txt");
  private static final StateTerms TERMS = new StateTerms(8, 4, 300);
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 2);
  private static final Membership TWO = Membership.founded(2, Configuration.of(List.of(A, B), 2));

  private static StateMachine founded() {
    return StateMachine.restore(RestoredState.empty(TERMS).foundedBy(TWO));
  }

  /** Writes a log as leaders would, with a state machine at its end. */
  private static final class Writer {

    private final List<Batch> log = new ArrayList<>();
    private final StateMachine machine = founded();
    private long id;

    ControlState control() {
      return machine.parts().control();
    }

    void add(String principal, Command command) {
      add(
          Commands.of(++id, command)
              .with(new Plan(machine.header().generation(), List.of(), List.of(), List.of()))
              .with(ControlPin.to(control().epoch(), principal, 1_000 * id)));
    }

    void add(WriteCommand... writes) {
      add(Commands.batch(writes));
    }

    /** As software wrote it that knew no owners of leases; this writes a later version. */
    void addGrant(String principal, long ttlMillis) throws IOException {
      WriteCommand grant =
          Commands.of(++id, new Command.GrantLease(ttlMillis))
              .with(new Plan(machine.header().generation(), List.of(), List.of(), List.of()))
              .with(ControlPin.to(control().epoch(), principal, 1_000 * id));
      ByteString before =
          CommandProto.parseFrom(CommandCodec.encode(grant)).toBuilder()
              .setVersion(3)
              .build()
              .toByteString();
      add(BatchFormat.encode(List.of(new BatchEntry.CommandEntry(before))));
    }

    private void add(Batch batch) {
      log.add(batch);
      machine.apply(machine.applied().next(), batch);
    }

    void activate(ManifestDocument... documents) {
      add("admin", new Command.Activate(Manifests.activation(control(), documents)));
    }

    void evidence(MemberId from) {
      TreeMap<Evidence.Check, Boolean> checks = new TreeMap<>();
      for (Evidence.Check check : Evidence.Check.values()) {
        checks.put(check, true);
      }
      add(
          Commands.of(
              ++id,
              new Command.GiveEvidence(from, Activation.Expected.of(control().epoch()), checks)));
    }

    void put(String key, String value) {
      add("w", new Command.Put(Commands.bytes(key), Commands.bytes(value)));
    }
  }

  private static Writer written() throws IOException {
    Writer log = new Writer();
    log.add(Commands.put(++log.id, "w/before", "1"));
    log.activate(
        Manifests.access(
            Manifests.principal("w", "write", "w/"),
            Manifests.principal("x", "read", ""),
            Manifests.principal("y", "read", "")),
        Manifests.limits("\"keys\":3,\"valueBytes\":100,\"writesPerSecond\":1000"));
    log.add(Commands.put(++log.id, "w/stale", "1"));
    log.put("w/a", "1");
    log.put("w/b", "1");
    log.put("w/c", "too many");
    log.addGrant("w", 5_000);
    long lease = log.machine.revision();
    log.add("admin", new Command.Put(Commands.bytes("x/a"), Commands.bytes("v"), lease));
    log.add("w", new Command.Delete(Commands.bytes("w/a")));
    log.add("admin", new Command.Put(Commands.bytes("x/a"), Commands.bytes("v"), lease));
    Plan ofLease =
        new Plan(log.machine.header().generation(), List.of(), List.of(lease), List.of());
    log.add(
        Commands.of(++log.id, new Command.RevokeLease(lease))
            .with(ofLease)
            .with(ControlPin.to(log.control().epoch(), "w", 9)));
    log.activate(Manifests.policy("\"requireReady\":true,\"w\":1"));
    log.put("w/unready", "1");
    log.evidence(A);
    log.evidence(B);
    log.put("w/b", "2");
    log.activate(Manifests.policy("\"approvals\":{\"needed\":2,\"approvers\":[\"x\",\"y\"]}"));
    Activation wanted = Manifests.activation(log.control(), Manifests.valueBytes(7));
    log.add("admin", new Command.Activate(wanted));
    log.add("x", new Command.Approve(wanted.expected(), wanted.resulting()));
    log.add("y", new Command.Approve(wanted.expected(), wanted.resulting()));
    log.add("admin", new Command.Activate(wanted));
    log.add("admin", new Command.Activate(wanted));
    log.put("w/b", "3");
    return log;
  }

  @Test
  void thisBuildWritesAndExecutesTheLogAsItStandsInTheFile() throws IOException {
    FILE.assertIs(GoldenLog.text(founded(), written().log));
  }

  @Test
  void logOfAnOlderBuildIsAppliedAsThenFromWhereverAStoreLeftOff() throws IOException {
    List<GoldenLog.Executed> slots = FILE.slots();
    GoldenLog.assertAppliedAsThen(founded(), slots);
    for (int prefix = 1; prefix <= slots.size(); prefix++) {
      InMemoryReplicaStore store = new InMemoryReplicaStore(TERMS);
      StateMachine machine = founded();
      for (int n = 0; n < prefix; n++) {
        machine.apply(new Slot(n + 1L), slots.get(n).batch());
        if (n % 5 == 4) {
          store.flush(machine.takeDelta());
        }
      }
      store.flush(machine.takeDelta());
      StateMachine restored = StateMachine.restore(store.load());
      assertThat(restored.parts().control()).isEqualTo(machine.parts().control());
      GoldenLog.assertAppliedAsThen(restored, slots);
    }
  }

  @Test
  void logHasEveryKindOfOutcomeThatEpochsBring() throws IOException {
    Set<String> kinds =
        FILE.slots().stream()
            .flatMap(slot -> slot.outcomes().stream())
            .map(o -> CommandCodec.decodeOutcome(o).result().getClass().getSimpleName())
            .collect(Collectors.toSet());

    assertThat(kinds)
        .contains(
            "Activated",
            "Approved",
            "ActivationRefused",
            "StaleControlEpoch",
            "Denied",
            "NotReady",
            "LimitExceeded");
  }

  @Test
  void commandWithAPinStopsSoftwareThatKnowsNone() {
    Writer log = new Writer();
    log.activate(Manifests.valueBytes(1));
    ByteString pinned =
        CommandCodec.encode(
            Commands.put(1, "k", "v").with(ControlPin.to(log.control().epoch(), "", 0)));

    assertThat(pinned.byteAt(1)).as("its version").isEqualTo((byte) 3);
    assertThat(CommandCodec.encode(Commands.put(1, "k", "v")).byteAt(1)).isEqualTo((byte) 1);
  }
}
