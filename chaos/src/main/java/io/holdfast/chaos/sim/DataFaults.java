package io.holdfast.chaos.sim;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.Plan;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What can be wrong with transactions, leases, reads of the past, watches and resolving. */
final class DataFaults {

  private DataFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
            "read-mixes-revisions",
            "A read of the past takes values from memory, whatever revision they are of.",
            "OneRevisionPerWrite",
            ReadMixesRevisions::new),
        SeededFault.of(
            "guards-dropped",
            "Admission loses the conditions of transactions.",
            "TotalConserved",
            boot -> new GuardsDropped()),
        SeededFault.of(
            "lease-expired-early",
            "A new leader lets all leases expire at once.",
            "NoEarlyExpiry",
            LeaseExpiredEarly::new),
        SeededFault.of(
            "watch-skips",
            "The last of several changes is left out of what a watcher is told.",
            "WatchOnce",
            boot -> new WatchSkips()),
        SeededFault.of(
            "fenced-without-record",
            "Whoever resolves an id that is not known is told that it is fenced, at once.",
            "EveryWriteResolvable",
            boot -> new FencedWithoutRecord()),
        SeededFault.of(
                "replay-forgets-change",
                "A transaction that is asked for again is answered as if it had changed nothing.",
                "TransferOnce",
                boot -> new ReplayForgetsChange())
            .unwatched("ExactlyOnce"));
  }

  private static final class ReadMixesRevisions extends Tampering {

    private final SimBoot boot;

    ReadMixesRevisions(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      return effects.stream().map(this::mixed).toList();
    }

    private ReplicaEffect mixed(ReplicaEffect effect) {
      SimGroup group = boot.group();
      if (group == null
          || !(effect instanceof ReplicaEffect.QueryAnswer answer)
          || !(answer.result() instanceof ReadResult.Records found)
          || found.revision() == group.replica().state().revision()) {
        return effect;
      }
      StateInspection memory = group.replica().inspection();
      List<KeyRecord> records =
          found.records().stream()
              .map(
                  record ->
                      new KeyRecord(
                          record.key(), memory.inMemory(record.key()).orElse(record.value())))
              .toList();
      return new ReplicaEffect.QueryAnswer(
          answer.token(),
          new ReadResult.Records(
              records, found.count(), found.countIsLeast(), found.more(), found.revision()),
          answer.applied());
    }
  }

  private static final class GuardsDropped extends Tampering {

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      return effects.stream().map(GuardsDropped::unguarded).toList();
    }

    private static ReplicaEffect unguarded(ReplicaEffect effect) {
      if (!(effect instanceof ReplicaEffect.Admitted admitted)) {
        return effect;
      }
      WriteCommand write = CommandCodec.decode(admitted.entry());
      if (!(write.command() instanceof Command.Transaction transaction)) {
        return effect;
      }
      Command bare =
          new Command.Transaction(List.of(), transaction.then(), transaction.otherwise());
      return new ReplicaEffect.Admitted(
          admitted.token(),
          CommandCodec.encode(
              new WriteCommand(write.id(), write.requestDigest(), bare, write.plan())));
    }
  }

  private static final class LeaseExpiredEarly extends Tampering {

    private final SimBoot boot;
    private boolean fresh;

    LeaseExpiredEarly(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      for (CoordinatorEffect effect : effects) {
        if (effect instanceof CoordinatorEffect.NoteRole noted) {
          fresh = noted.role() == Role.LEADING;
        }
      }
      return effects;
    }

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      SimGroup group = boot.group();
      if (!fresh || group == null) {
        return effects;
      }
      fresh = false;
      List<ReplicaEffect> tampered = new ArrayList<>(effects);
      long generation = group.replica().state().generation();
      for (Lease lease : group.replica().inspection().leases()) {
        Command expiry = new Command.ExpireLease(lease.number(), lease.renewal());
        WriteId id = WriteId.of(boot.node.now().wallMillis(), new UUID(0, lease.number()));
        Plan plan = new Plan(generation, List.of(), List.of(lease.number()), List.of());
        tampered.add(
            new ReplicaEffect.Propose(CommandCodec.encode(WriteCommand.of(id, expiry).with(plan))));
      }
      return tampered;
    }
  }

  private static final class WatchSkips extends Tampering {

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      return effects.stream().map(WatchSkips::shortened).toList();
    }

    private static ReplicaEffect shortened(ReplicaEffect effect) {
      if (!(effect instanceof ReplicaEffect.ChangesAnswer answer) || answer.changes().size() < 2) {
        return effect;
      }
      List<Change> fewer = answer.changes().subList(0, answer.changes().size() - 1);
      return new ReplicaEffect.ChangesAnswer(
          answer.token(), fewer, answer.nextPlace(), answer.revision());
    }
  }

  private static final class FencedWithoutRecord extends Tampering {

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      return effects.stream().map(FencedWithoutRecord::atOnce).toList();
    }

    private static ReplicaEffect atOnce(ReplicaEffect effect) {
      return effect instanceof ReplicaEffect.Admitted admitted
              && CommandCodec.decode(admitted.entry()).command() instanceof Command.Resolve
          ? new ReplicaEffect.AdmissionRefused(
              admitted.token(), OutcomeCode.FENCED, "It never will be.")
          : effect;
    }
  }

  private static final class ReplayForgetsChange extends Tampering {

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      return effects.stream().map(ReplayForgetsChange::forgotten).toList();
    }

    private static ReplicaEffect forgotten(ReplicaEffect effect) {
      if (!(effect instanceof ReplicaEffect.AdmissionRecorded recorded)
          || !(recorded.outcome().result() instanceof CommandResult.TransactionDone done)) {
        return effect;
      }
      CommandResult unchanged =
          new CommandResult.TransactionDone(
              done.succeeded(), done.revision(), false, Optional.of(List.of()));
      return new ReplicaEffect.AdmissionRecorded(
          recorded.token(), new CommandOutcome(unchanged, true, recorded.outcome().slot()));
    }
  }
}
