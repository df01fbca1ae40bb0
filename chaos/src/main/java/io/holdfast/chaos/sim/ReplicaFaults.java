package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaInput;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be wrong with learning, executing and storing. */
final class ReplicaFaults {

  /** Longer than a slot usually waits, shorter than it waits at times. */
  private static final long PATIENCE_MILLIS = 300;

  /** One flush of so many is lost. */
  private static final int LOST_FLUSH = 7;

  private ReplicaFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
            "accepted-taken-as-chosen",
            "A replica executes what its own acceptor has accepted.",
            "ChosenIsNotAccepted",
            boot -> new AcceptedTakenAsChosen()),
        SeededFault.of(
            "apply-out-of-order",
            "Slots that are executed in one go are reported in the wrong order.",
            "AppliedInOrder",
            boot -> new ApplyOutOfOrder()),
        SeededFault.of(
            "clock-decides-apply",
            "A command that has waited for long on this node is executed as expired.",
            "DeterministicApply",
            ClockDecidesApply::new),
        SeededFault.of(
            "write-id-forgotten",
            "The store does not keep write ids, so that a restart forgets them.",
            "ExactlyOnce",
            boot -> new WriteIdForgotten()),
        SeededFault.of(
            "flush-lost",
            "A flush is confirmed now and then that never reached the store.",
            "FlushInOrder",
            boot -> new FlushLost()),
        SeededFault.of(
            "store-lost",
            "A node starts beside an empty store and takes it for its own.",
            "StoreNotBehindJournal",
            StoreLost::new));
  }

  private static final class AcceptedTakenAsChosen extends Tampering {

    @Override
    List<ReplicaInput> toReplica(ReplicaInput input) {
      return input instanceof ReplicaInput.LocallyAccepted pair
          ? List.of(
              input,
              new ReplicaInput.Watermark(pair.ballot(), pair.slot(), pair.ballot().proposer()))
          : List.of(input);
    }
  }

  private static final class ApplyOutOfOrder extends Tampering {

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      List<ReplicaEffect> tampered = new ArrayList<>(effects);
      for (int i = 1; i < tampered.size(); i++) {
        if (tampered.get(i - 1) instanceof ReplicaEffect.Applied
            && tampered.get(i) instanceof ReplicaEffect.Applied) {
          Collections.swap(tampered, i - 1, i);
        }
      }
      return tampered;
    }
  }

  private static final class ClockDecidesApply extends Tampering {

    private final SimBoot boot;
    private final Map<Slot, Long> acceptedAtMillis = new HashMap<>();

    ClockDecidesApply(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<ReplicaInput> toReplica(ReplicaInput input) {
      if (input instanceof ReplicaInput.LocallyAccepted pair) {
        acceptedAtMillis.putIfAbsent(pair.slot(), boot.node.now().wallMillis());
      }
      return List.of(input);
    }

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      return effects.stream().map(this::aged).toList();
    }

    private ReplicaEffect aged(ReplicaEffect effect) {
      long now = boot.node.now().wallMillis();
      if (!(effect instanceof ReplicaEffect.Applied applied)
          || now - acceptedAtMillis.getOrDefault(applied.slot(), now) <= PATIENCE_MILLIS) {
        return effect;
      }
      CommandOutcome expired =
          new CommandOutcome(new CommandResult.WriteIdExpired(), false, applied.slot());
      return new ReplicaEffect.Applied(
          applied.slot(),
          applied.chainHash(),
          applied.batch(),
          Collections.nCopies(applied.results().size(), CommandCodec.encode(expired)),
          applied.changes(),
          applied.generation());
    }
  }

  private static final class WriteIdForgotten extends Tampering {

    @Override
    Optional<ReplicaDelta> toStore(ReplicaDelta delta) {
      StateHeader after = delta.after();
      StateHeader without =
          new StateHeader(
              after.terms(),
              after.applied(),
              after.chainHash(),
              after.revision(),
              after.compacted(),
              after.keyCount(),
              after.leaseCount(),
              after.nextWriteOrdinal(),
              after.nextWriteOrdinal(),
              after.horizonMillis(),
              after.generation(),
              after.generationCommands(),
              after.generationBytes(),
              after.control(),
              after.membership(),
              after.reservationCount(),
              after.exclusionPlaceCount());
      return Optional.of(
          new ReplicaDelta(
              delta.before(),
              without,
              delta.changes(),
              delta.touched(),
              after.nextWriteOrdinal(),
              List.of(),
              delta.leasesPut(),
              delta.leasesEnded(),
              delta.control(),
              delta.reservations()));
    }
  }

  private static final class FlushLost extends Tampering {

    private int flushes;

    @Override
    Optional<ReplicaDelta> toStore(ReplicaDelta delta) {
      return ++flushes % LOST_FLUSH == 0 ? Optional.empty() : Optional.of(delta);
    }
  }

  private static final class StoreLost extends Tampering {

    private final StateTerms terms;

    StoreLost(SimBoot boot) {
      this.terms = boot.mesh.scenario.terms();
    }

    @Override
    RestoredState loaded(RestoredState stored) {
      return RestoredState.empty(terms);
    }
  }
}
