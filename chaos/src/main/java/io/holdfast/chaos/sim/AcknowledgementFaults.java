package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What can be wrong with counting acknowledgements, and with what callers are told of them. */
final class AcknowledgementFaults {

  private AcknowledgementFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
                "ack-counted-twice",
                "An acknowledgement that comes twice is counted for another member.",
                "CommittedIsChosen",
                AckCountedTwice::new)
            .huntedIn(Profile.LOSSY, 5, 3),
        SeededFault.of(
                "ack-of-other-ballot-counted",
                "Acknowledgements are kept by slot: those of an earlier ballot count as well.",
                "CommittedIsChosen",
                boot -> new AckOfOtherBallotCounted())
            .huntedIn(Profile.PARTITIONS, 5, 4),
        SeededFault.of(
            "committed-before-chosen",
            "The leader's own write is counted before it is on disk.",
            "CommittedIsChosen",
            CommittedBeforeChosen::new),
        SeededFault.of(
            "late-ack-changes-verdict",
            "A caller who was told that the quorum was not met is told otherwise by a late"
                + " acknowledgement.",
            "VerdictIsFinal",
            boot -> new LateAckChangesVerdict()),
        SeededFault.of(
            "in-flight-as-verdict",
            "At the deadline a caller is told that its write is in flight still.",
            "VerdictIsFinal",
            boot -> new InFlightAsVerdict()),
        SeededFault.of(
            "refused-but-proposed",
            "A write that was proposed and got no quorum in time is called refused.",
            "RefusedHasNoEffect",
            boot -> new RefusedButProposed()),
        SeededFault.of(
                "forwarded-twice",
                "A forwarded request that arrives twice is taken for two requests.",
                "RefusedHasNoEffect",
                boot -> new ForwardedTwice())
            .huntedIn(Profile.LOSSY, 3, 1));
  }

  private static final class AckCountedTwice extends Tampering {

    private record Ack(MemberId from, Ballot ballot, Slot slot) {}

    private final SimBoot boot;
    private final Set<Ack> heard = new HashSet<>();

    AckCountedTwice(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      if (input instanceof CoordinatorInput.Replied replied
          && !replied.from().equals(boot.self())
          && replied.reply() instanceof Accepted accepted
          && !heard.add(new Ack(replied.from(), accepted.ballot(), accepted.slot()))) {
        for (MemberId member : boot.mesh.initial.members()) {
          if (!member.equals(boot.self())
              && !heard.contains(new Ack(member, accepted.ballot(), accepted.slot()))) {
            return List.of(input, new CoordinatorInput.Replied(member, accepted));
          }
        }
      }
      return List.of(input);
    }
  }

  private static final class AckOfOtherBallotCounted extends Tampering {

    private final Map<Slot, Map<MemberId, Accepted>> acks = new HashMap<>();
    private final Map<Slot, AcceptorRequest.Accept> asked = new HashMap<>();

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      for (CoordinatorEffect effect : effects) {
        if (effect instanceof CoordinatorEffect.AskAcceptor ask
            && ask.request() instanceof AcceptorRequest.Accept accept) {
          asked.put(accept.slot(), accept);
        }
      }
      return effects;
    }

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      if (!(input instanceof CoordinatorInput.Replied replied)
          || !(replied.reply() instanceof Accepted accepted)) {
        return List.of(input);
      }
      Map<MemberId, Accepted> known =
          acks.computeIfAbsent(accepted.slot(), slot -> new LinkedHashMap<>());
      known.put(replied.from(), accepted);
      AcceptorRequest.Accept current = asked.get(accepted.slot());
      if (current == null) {
        return List.of(input);
      }
      Digest wanted = current.batch().digest();
      List<CoordinatorInput> counted = new ArrayList<>();
      known.forEach(
          (member, ack) -> {
            if (ack.digest().equals(wanted)) {
              counted.add(
                  new CoordinatorInput.Replied(
                      member,
                      new Accepted(
                          current.ballot(),
                          ack.slot(),
                          ack.digest(),
                          ack.applied(),
                          ack.chainHash())));
            }
          });
      return counted;
    }
  }

  private static final class CommittedBeforeChosen extends Tampering {

    private final SimBoot boot;

    CommittedBeforeChosen(SimBoot boot) {
      this.boot = boot;
    }

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      return input instanceof CoordinatorInput.Replied replied
              && replied.reply() instanceof Accepted accepted
              && !replied.from().equals(boot.self())
          ? List.of(input, new CoordinatorInput.Replied(boot.self(), accepted))
          : List.of(input);
    }
  }

  private static final class LateAckChangesVerdict extends Tampering {

    private record Told(long token, Outcome.Undecided outcome) {}

    private final Map<Slot, List<Told>> told = new HashMap<>();
    private final List<CoordinatorEffect> corrections = new ArrayList<>();

    @Override
    List<CoordinatorInput> toCoordinator(CoordinatorInput input, CoordinatorCore coordinator) {
      if (input instanceof CoordinatorInput.Replied replied
          && replied.reply() instanceof Accepted accepted) {
        for (Told late : told.getOrDefault(accepted.slot(), List.of())) {
          Verdict met = new Verdict.Met(late.outcome().verdict().acks());
          corrections.add(
              new CoordinatorEffect.Conclude(
                  late.token(), new Outcome.Undecided(accepted.slot(), met, Optional.empty())));
        }
      }
      return List.of(input);
    }

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      for (CoordinatorEffect effect : effects) {
        if (effect instanceof CoordinatorEffect.Conclude conclude
            && conclude.outcome() instanceof Outcome.Undecided undecided) {
          told.computeIfAbsent(undecided.slot(), slot -> new ArrayList<>())
              .add(new Told(conclude.token(), undecided));
        }
      }
      List<CoordinatorEffect> tampered = new ArrayList<>(effects);
      tampered.addAll(corrections);
      corrections.clear();
      return tampered;
    }
  }

  private static final class InFlightAsVerdict extends Tampering {

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      return effects.stream().map(InFlightAsVerdict::inFlight).toList();
    }

    private static CoordinatorEffect inFlight(CoordinatorEffect effect) {
      return effect instanceof CoordinatorEffect.Conclude conclude
              && conclude.outcome() instanceof Outcome.Undecided undecided
          ? new CoordinatorEffect.Conclude(
              conclude.token(),
              new Outcome.Undecided(
                  undecided.slot(),
                  new Verdict.InFlight(undecided.verdict().acks()),
                  undecided.preemptedBy()))
          : effect;
    }
  }

  private static final class ForwardedTwice extends Tampering {

    /** Farther apart than two tokens of one process ever are. */
    private static final long ANOTHER_SERIES = 1L << 33;

    private record Request(MemberId from, long token) {}

    private final Set<Request> taken = new HashSet<>();

    @Override
    Forward forwarded(MemberId from, Forward forward) {
      return taken.add(new Request(from, forward.token()))
          ? forward
          : new Forward(
              forward.group(), forward.token() + ANOTHER_SERIES, forward.hops(), forward.request());
    }
  }

  private static final class RefusedButProposed extends Tampering {

    @Override
    List<CoordinatorEffect> fromCoordinator(
        List<CoordinatorEffect> effects, CoordinatorCore coordinator) {
      return effects.stream().map(RefusedButProposed::refused).toList();
    }

    private static CoordinatorEffect refused(CoordinatorEffect effect) {
      return effect instanceof CoordinatorEffect.Conclude conclude
              && conclude.outcome() instanceof Outcome.Undecided
          ? new CoordinatorEffect.Conclude(
              conclude.token(), new Outcome.Refused(OutcomeCode.NO_LEADER, Optional.empty()))
          : effect;
    }
  }
}
