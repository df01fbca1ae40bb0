package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What can be wrong with becoming a leader, and with what a leader proposes. */
final class ElectionFaults {

  private ElectionFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
            "ballot-reused",
            "A coordinator starts counting ballots anew after a restart.",
            "BallotNeverReused",
            boot -> new BallotReused()),
        SeededFault.of(
            "local-promise-skipped",
            "A candidate asks others for promises together with its own acceptor.",
            "LocalPromiseFirst",
            LocalPromiseSkipped::new),
        SeededFault.of(
            "pre-prepare-counted",
            "Whoever hears no leader and says so is taken to have promised.",
            "ConfigurationBySlot",
            PrePrepareCounted::new),
        SeededFault.of(
            "different-value-proposed",
            "A new leader does not look at what was accepted before it.",
            "ChosenStaysChosen",
            boot -> new DifferentValueProposed()),
        SeededFault.of(
                "different-value-chosen",
                "The same, where nobody looks at what leaders propose.",
                "OneChosenBatch",
                boot -> new DifferentValueProposed())
            .unwatched("ChosenStaysChosen"),
        SeededFault.of(
            "value-changed-on-resend",
            "What is sent again is not what was sent first.",
            "OneValuePerBallot",
            boot -> new ValueChangedOnResend()));
  }

  private static final class BallotReused extends Tampering {

    @Override
    Ballot promisedAtStart(Ballot promised) {
      return Ballot.BOTTOM;
    }
  }

  private static final class LocalPromiseSkipped extends Tampering {

    private final SimBoot boot;

    LocalPromiseSkipped(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      List<CoordinatorEffect> tampered = new ArrayList<>();
      for (CoordinatorEffect effect : effects) {
        tampered.add(effect);
        if (effect instanceof CoordinatorEffect.AskAcceptor ask
            && ask.request() instanceof AcceptorRequest.Prepare
            && ask.to().equals(boot.self())) {
          for (MemberId member : boot.mesh.initial.members()) {
            if (!member.equals(boot.self())) {
              tampered.add(new CoordinatorEffect.AskAcceptor(member, ask.request()));
            }
          }
        }
      }
      return tampered;
    }
  }

  private static final class PrePrepareCounted extends Tampering {

    private final SimBoot boot;
    private final Set<MemberId> granted = new TreeSet<>();

    PrePrepareCounted(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      List<CoordinatorInput> counted = new ArrayList<>();
      counted.add(input);
      if (input instanceof CoordinatorInput.Said said
          && said.message() instanceof CoordinatorMessage.PrePrepared answer
          && answer.hearsNoLeader()) {
        granted.add(said.from());
      } else if (input instanceof CoordinatorInput.Replied replied
          && replied.from().equals(boot.self())
          && replied.reply() instanceof AcceptorReply.Promised promised) {
        granted.forEach(
            member -> counted.add(new CoordinatorInput.Replied(member, without(promised))));
        granted.clear();
      }
      return counted;
    }
  }

  private static final class DifferentValueProposed extends Tampering {

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      if (input instanceof CoordinatorInput.Replied replied
          && replied.reply() instanceof AcceptorReply.Promised promised) {
        return List.of(new CoordinatorInput.Replied(replied.from(), without(promised)));
      }
      return List.of(input);
    }
  }

  /** The same promise without what was accepted before it. */
  private static AcceptorReply.Promised without(AcceptorReply.Promised promised) {
    return new AcceptorReply.Promised(
        promised.ballot(),
        promised.fromSlot(),
        promised.learnedUpTo(),
        List.of(),
        promised.chunk(),
        promised.last(),
        promised.builtAt());
  }

  private static final class ValueChangedOnResend extends Tampering {

    private record Place(MemberId to, Ballot ballot, Slot slot) {}

    private final Map<Place, Batch> sent = new HashMap<>();

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      return effects.stream().map(this::changed).toList();
    }

    private CoordinatorEffect changed(CoordinatorEffect effect) {
      if (effect instanceof CoordinatorEffect.AskAcceptor ask
          && ask.request() instanceof AcceptorRequest.Accept accept
          && sent.put(new Place(ask.to(), accept.ballot(), accept.slot()), accept.batch())
              != null) {
        return new CoordinatorEffect.AskAcceptor(
            ask.to(),
            new AcceptorRequest.Accept(
                accept.ballot(), accept.slot(), Batch.NO_OP, accept.chosenUpTo()));
      }
      return effect;
    }
  }
}
