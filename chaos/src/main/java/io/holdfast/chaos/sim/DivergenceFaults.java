package io.holdfast.chaos.sim;

import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.sync.core.ReplicaInput;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What can be wrong with replicas that differ. */
final class DivergenceFaults {

  private DivergenceFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
                "one-answer-for-all",
                "What one member has at a slot is taken for what all have.",
                "HealthyNeverDiverges",
                OneAnswerForAll::new)
            .huntedIn(Profile.DIVERGENCE, 3, 2),
        SeededFault.of(
                "diverged-serves",
                "A replica is not told that it differs from a majority.",
                "DivergedServesNothing",
                boot -> new DivergedServes())
            .huntedIn(Profile.DIVERGENCE, 3, 2),
        SeededFault.of(
                "diverged-leads",
                "A coordinator does not listen to what chain hashes others have.",
                "DivergedNeverLeads",
                boot -> new DivergedLeads())
            .huntedIn(Profile.DIVERGENCE, 3, 2)
            .unwatched("DivergedServesNothing"),
        SeededFault.of(
                "resync-from-minority",
                "A replica that differs asks whoever is not of the majority for another state, and"
                    + " may be given one by a replica that has not stopped serving.",
                "SnapshotEqualsLog",
                ResyncFromMinority::new)
            .huntedIn(Profile.DIVERGENCE, 5, 3)
            .unwatched("DivergedServesNothing"));
  }

  private static final class OneAnswerForAll extends Tampering {

    private final SimBoot boot;

    OneAnswerForAll(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      if (input instanceof CoordinatorInput.Said said
          && said.message() instanceof CoordinatorMessage.ChainHashAt) {
        return boot.mesh.initial.members().stream()
            .filter(member -> !member.equals(boot.self()))
            .map(member -> (CoordinatorInput) new CoordinatorInput.Said(member, said.message()))
            .toList();
      }
      return List.of(input);
    }
  }

  private static final class DivergedServes extends Tampering {

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      return effects.stream()
          .filter(effect -> !(effect instanceof CoordinatorEffect.Diverged))
          .toList();
    }
  }

  private static final class DivergedLeads extends Tampering {

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      return input instanceof CoordinatorInput.Said said
              && said.message() instanceof CoordinatorMessage.ChainHashAt
          ? List.of()
          : List.of(input);
    }
  }

  private static final class ResyncFromMinority extends Tampering {

    private final SimBoot boot;

    ResyncFromMinority(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      return effects.stream()
          .map(
              effect ->
                  effect instanceof CoordinatorEffect.Diverged found ? instead(found) : effect)
          .toList();
    }

    private CoordinatorEffect instead(CoordinatorEffect.Diverged found) {
      Set<MemberId> others = new TreeSet<>(boot.mesh.initial.members());
      others.removeAll(found.agreeing());
      others.remove(boot.self());
      return new CoordinatorEffect.Diverged(found.slot(), others);
    }

    @Override
    List<ReplicaInput> toReplica(ReplicaInput input) {
      boolean deaf = boot.node.index % 2 == 1;
      return input instanceof ReplicaInput.Diverged && deaf ? List.of() : List.of(input);
    }
  }
}
