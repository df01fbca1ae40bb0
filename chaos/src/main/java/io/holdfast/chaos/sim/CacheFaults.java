package io.holdfast.chaos.sim;

import io.holdfast.sync.core.CacheRules;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.Plan;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.StoreAnswer;
import io.holdfast.sync.core.StoreQuestion;
import io.holdfast.sync.core.WriteCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What can be wrong with the cache of two generations, and with plans. */
final class CacheFaults {

  private CacheFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
                "shipped-beats-fresh",
                "What a plan brings is taken for a key's value though a newer one is cached.",
                "FreshBeatsShipped",
                boot -> new OtherRules(new ShippedBeatsFresh()))
            .huntedIn(Profile.CACHE, 3, 2),
        SeededFault.of(
                "store-read-before-overlay",
                "What was flushed last is looked for in the store as it was before that.",
                "CacheEqualsDisk",
                StoreReadBeforeOverlay::new)
            .huntedIn(Profile.CACHE, 3, 2),
        SeededFault.of(
                "horizon-refusal-touches",
                "What a command brings that is refused for the horizon enters the cache.",
                "AtMostOneRotation",
                boot -> new OtherRules(new HorizonRefusalTouches()))
            .huntedIn(Profile.CACHE, 3, 2),
        SeededFault.of(
            "coverage-gate-off",
            "Plans cover nothing, and nobody looks whether they do.",
            "CoveredOnly",
            boot -> new CoverageGateOff()),
        SeededFault.of(
            "covers-forgotten",
            "Plans cover nothing.",
            "CoveredOnly",
            boot -> new OtherPlans(CacheFaults::withoutCovers)),
        SeededFault.of(
                "two-rotations-allowed",
                "A plan holds two rotations long.",
                "AtMostOneRotation",
                boot -> new OtherRules(new TwoRotationsAllowed()))
            .huntedIn(Profile.CACHE, 3, 2),
        SeededFault.of(
                "values-not-shipped",
                "Plans bring no values.",
                "NoStoreReadInApply",
                boot -> new OtherPlans(CacheFaults::withoutValues))
            .huntedIn(Profile.CACHE, 3, 2),
        SeededFault.of(
            "generations-lost-at-restart",
            "The store does not keep which keys are cached, so that a restart forgets them.",
            "CacheEqualsDisk",
            boot -> new GenerationsLost()),
        SeededFault.of(
            "rotation-by-own-memory",
            "A node rotates its cache when its own memory is short.",
            "EvictionOnlyByRotation",
            boot -> new OtherRules(new RotationByOwnMemory(boot.node.index % 2 == 1))));
  }

  private static Plan withoutCovers(Plan plan) {
    return new Plan(plan.generation(), List.of(), plan.leases(), plan.shipped());
  }

  private static Plan withoutValues(Plan plan) {
    return new Plan(plan.generation(), plan.covers(), plan.leases(), List.of());
  }

  private static class OtherRules extends Tampering {

    private final CacheRules rules;

    OtherRules(CacheRules rules) {
      this.rules = rules;
    }

    @Override
    CacheRules rules() {
      return rules;
    }
  }

  private static final class ShippedBeatsFresh extends CacheRules {
    @Override
    public boolean cachedBeatsShipped() {
      return false;
    }
  }

  private static final class HorizonRefusalTouches extends CacheRules {
    @Override
    public boolean touches(boolean holds) {
      return true;
    }
  }

  private static final class TwoRotationsAllowed extends CacheRules {
    @Override
    public boolean holds(long planned, long generation) {
      return generation - planned < 3;
    }
  }

  private static final class RotationByOwnMemory extends CacheRules {

    private final boolean isShort;

    RotationByOwnMemory(boolean isShort) {
      this.isShort = isShort;
    }

    @Override
    public boolean rotates(StateTerms terms, long commands, long bytes) {
      return super.rotates(terms, isShort ? 2 * commands : commands, bytes);
    }
  }

  /** Plans are others than what admission made. */
  private static final class OtherPlans extends Tampering {

    private final UnaryOperator<Plan> change;

    OtherPlans(UnaryOperator<Plan> change) {
      this.change = change;
    }

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      return effects.stream().map(effect -> planned(effect, change)).toList();
    }
  }

  private static ReplicaEffect planned(ReplicaEffect effect, UnaryOperator<Plan> change) {
    if (!(effect instanceof ReplicaEffect.Admitted admitted)) {
      return effect;
    }
    WriteCommand write = CommandCodec.decode(admitted.entry());
    boolean isPlanned = write.command() instanceof Command.Transaction && write.plan().isPresent();
    return isPlanned
        ? new ReplicaEffect.Admitted(
            admitted.token(),
            CommandCodec.encode(write.with(change.apply(write.plan().orElseThrow()))))
        : effect;
  }

  private static final class CoverageGateOff extends Tampering {

    @Override
    CacheRules rules() {
      return new CacheRules() {
        @Override
        public boolean permits(boolean covered) {
          return true;
        }
      };
    }

    @Override
    List<ReplicaEffect> fromReplica(List<ReplicaEffect> effects) {
      return effects.stream().map(effect -> planned(effect, CacheFaults::withoutCovers)).toList();
    }
  }

  private static final class StoreReadBeforeOverlay extends Tampering {

    private final SimBoot boot;
    private final Map<Long, Long> before = new HashMap<>();

    StoreReadBeforeOverlay(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    Optional<ReplicaDelta> toStore(ReplicaDelta delta) {
      before.clear();
      delta.changes().forEach(change -> before.put(change.place(), change.previous()));
      return Optional.of(delta);
    }

    @Override
    StoreAnswer fromStore(StoreQuestion question, StoreAnswer answer) {
      if (!(answer instanceof StoreAnswer.Versions found)) {
        return answer;
      }
      List<Optional<Change>> versions = new ArrayList<>();
      for (Optional<Change> version : found.versions()) {
        long previous = version.map(change -> before.getOrDefault(change.place(), 0L)).orElse(0L);
        Optional<Change> older = boot.node.disk().store.read(List.of(previous)).get(0);
        versions.add(older.isPresent() ? older : version);
      }
      return new StoreAnswer.Versions(versions);
    }
  }

  private static final class GenerationsLost extends Tampering {

    @Override
    Optional<ReplicaDelta> toStore(ReplicaDelta delta) {
      return Optional.of(
          new ReplicaDelta(
              delta.before(),
              delta.after(),
              delta.changes(),
              List.of(),
              delta.firstAddedOrdinal(),
              delta.addedWriteIds(),
              delta.leasesPut(),
              delta.leasesEnded(),
              delta.control(),
              delta.reservations()));
    }
  }
}
