package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorInput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What can be wrong with linearizable reads. */
final class ReadFaults {

  private ReadFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
                "read-before-recovery",
                "A fresh leader answers reads before the slots that it recovered are chosen.",
                "Linearizable",
                ReadBeforeRecovery::new)
            .huntedIn(Profile.CRASHES, 3, 3),
        SeededFault.of(
                "old-probe-confirms",
                "A member that confirmed a probe once is taken to confirm later ones too.",
                "Linearizable",
                OldProbeConfirms::new)
            .huntedIn(Profile.PARTITIONS, 5, 3));
  }

  /** Until its first probe it takes its election for the confirmation. */
  private static final class ReadBeforeRecovery extends Tampering {

    private final SimBoot boot;
    private final Set<Long> asked = new LinkedHashSet<>();
    private final Set<Long> answered = new HashSet<>();
    private boolean fresh;

    ReadBeforeRecovery(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      if (input instanceof CoordinatorInput.Read read) {
        asked.add(read.token());
      }
      return List.of(input);
    }

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      List<CoordinatorEffect> tampered = new ArrayList<>();
      for (CoordinatorEffect effect : effects) {
        if (effect instanceof CoordinatorEffect.NoteRole noted) {
          fresh = noted.role() == Role.LEADING;
        } else if (effect instanceof CoordinatorEffect.AskAcceptor ask
            && ask.request() instanceof AcceptorRequest.Probe) {
          fresh = false;
        }
        if (!(effect instanceof CoordinatorEffect.ConcludeRead read && over(read.token()))
            && !(effect instanceof CoordinatorEffect.RefuseRead refused && over(refused.token()))) {
          tampered.add(effect);
        }
      }
      if (fresh) {
        Slot chosenUpTo = coordinator.view(boot.node.now()).chosenUpTo();
        asked.forEach(token -> tampered.add(new CoordinatorEffect.ConcludeRead(token, chosenUpTo)));
        answered.addAll(asked);
        asked.clear();
      }
      return tampered;
    }

    /** Whether the coordinator ends a read that was answered already. */
    private boolean over(long token) {
      asked.remove(token);
      return answered.contains(token);
    }
  }

  private static final class OldProbeConfirms extends Tampering {

    private record Confirmation(MemberId from, Ballot ballot) {}

    private final SimBoot boot;
    private final Set<Confirmation> confirmations = new LinkedHashSet<>();

    OldProbeConfirms(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      if (!(input instanceof CoordinatorInput.Replied replied)
          || !(replied.reply() instanceof ProbeConfirmed confirmed)) {
        return List.of(input);
      }
      confirmations.add(new Confirmation(replied.from(), confirmed.ballot()));
      List<CoordinatorInput> told = new ArrayList<>();
      if (replied.from().equals(boot.self())) {
        for (Confirmation earlier : confirmations) {
          if (earlier.ballot().equals(confirmed.ballot())) {
            told.add(new CoordinatorInput.Replied(earlier.from(), confirmed));
          }
        }
      } else {
        told.add(input);
      }
      return told;
    }
  }
}
