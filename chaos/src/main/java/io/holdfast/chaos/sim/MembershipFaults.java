package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.core.CacheRules;
import io.holdfast.sync.core.RestoredState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be wrong with who votes, and how many votes it takes. */
final class MembershipFaults {

  private MembershipFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
            "quorum-not-intersecting",
            "Nodes are set up with different w, so that their quorums do not intersect.",
            "QuorumsIntersect",
            QuorumNotIntersecting::new),
        SeededFault.of(
            "w-change-at-once",
            "A change of configuration governs from the slot in which it stands.",
            "CommittedIsChosen",
            ChangeAtOnce::new),
        SeededFault.of(
                "learner-counted",
                "A leader takes learners for voters.",
                "MembersOnly",
                boot -> new LearnerCounted())
            .huntedIn(Profile.MEMBERSHIP, 3, 2),
        SeededFault.of(
                "change-overlap",
                "A change of members is let in while the one before does not govern yet.",
                "ConfigurationBySlot",
                boot -> new ChangeOverlap())
            .huntedIn(Profile.MEMBERSHIP, 3, 2),
        SeededFault.of(
                "stale-configuration",
                "A node that starts again believes that the founders take part.",
                "ConfigurationBySlot",
                StaleConfiguration::new)
            .huntedIn(Profile.MEMBERSHIP, 3, 2),
        SeededFault.of(
                "writes-after-seal",
                "What stands in the log behind the seal of its group is executed like anything"
                    + " else.",
                "NothingAfterSeal",
                boot -> new WritesAfterSeal())
            .huntedIn(Profile.MEMBERSHIP, 3, 2),
        SeededFault.of(
            "stranger-counted",
            "A process with an emptied directory takes part, and is taken for the member that it"
                + " was.",
            "MembersOnly",
            StrangerCounted::new),
        SeededFault.of(
            "ledger-forgotten",
            "A node does not read what it knew of its peers when it starts.",
            "PeerLedgerNeverForgets",
            boot -> new LedgerForgotten()));
  }

  private static final class QuorumNotIntersecting extends Tampering {

    private final boolean odd;

    QuorumNotIntersecting(SimBoot boot) {
      this.odd = boot.node.index % 2 == 1;
    }

    @Override
    Configuration configuration(Configuration configured) {
      return Configuration.of(configured.members(), odd ? 1 : configured.n());
    }
  }

  private static final class ChangeAtOnce extends Tampering {

    private final int alpha;

    ChangeAtOnce(SimBoot boot) {
      this.alpha = boot.mesh.scenario.alpha();
    }

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      return input instanceof CoordinatorInput.ConfigurationExecuted change
          ? List.of(
              new CoordinatorInput.ConfigurationExecuted(
                  new Slot(Math.max(0, change.slot().number() - alpha)), change.changed()))
          : List.of(input);
    }
  }

  private static final class LearnerCounted extends Tampering {

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      return input instanceof CoordinatorInput.ConfigurationExecuted change
          ? List.of(
              new CoordinatorInput.ConfigurationExecuted(
                  change.slot(),
                  Configuration.of(change.changed().everyone(), change.changed().w())))
          : List.of(input);
    }
  }

  private static final class ChangeOverlap extends Tampering {

    @Override
    CacheRules rules() {
      return new CacheRules() {
        @Override
        public boolean changesOneAtATime() {
          return false;
        }
      };
    }
  }

  private static final class WritesAfterSeal extends Tampering {

    @Override
    CacheRules rules() {
      return new CacheRules() {
        @Override
        public boolean executes(boolean sealed) {
          return true;
        }
      };
    }
  }

  private static final class StaleConfiguration extends Tampering {

    private final SimMesh mesh;

    StaleConfiguration(SimBoot boot) {
      this.mesh = boot.mesh;
    }

    @Override
    RestoredState loaded(RestoredState stored) {
      return stored.with(Membership.founded(mesh.scenario.alpha(), mesh.initial));
    }
  }

  private static final class StrangerCounted extends Tampering {

    private final SimMesh mesh;

    StrangerCounted(SimBoot boot) {
      this.mesh = boot.mesh;
    }

    @Override
    boolean servesUnadmitted() {
      return true;
    }

    @Override
    @Nullable MemberId takenFor(MemberId stranger) {
      return mesh.node(stranger.node().value()).self();
    }
  }

  private static final class LedgerForgotten extends Tampering {

    @Override
    PeerLedger ledgerAtStart(PeerLedger saved) {
      return PeerLedger.EMPTY;
    }
  }
}
