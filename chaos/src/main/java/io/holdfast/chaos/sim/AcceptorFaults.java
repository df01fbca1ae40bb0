package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEffect;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Slot;
import java.util.ArrayList;
import java.util.List;

/** What can be wrong with an acceptor and its journal. */
final class AcceptorFaults {

  private AcceptorFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
            "promise-not-durable",
            "A promise is answered and never written.",
            "DurableBeforeReply",
            boot -> new PromiseNotDurable()),
        SeededFault.of(
            "reply-before-earlier-write",
            "A reply that writes nothing itself does not wait for the write under way.",
            "DurableBeforeReply",
            boot -> new ReplyBeforeEarlierWrite()),
        SeededFault.of(
                "read-back-promise",
                "The answer to a prepare names the promise that stands when it leaves.",
                "ReplyFromWrite",
                boot -> new ReadBackPromise())
            .huntedIn(Profile.CRASHES, 5, 3),
        SeededFault.of(
                "echo-counted",
                "A rejection comes in the form of a promise: it echoes the promise that stands.",
                "TaggedReply",
                boot -> new EchoCounted())
            .huntedIn(Profile.PARTITIONS, 3, 2),
        SeededFault.of(
            "promise-lost-at-restart",
            "Recovery ends with the snapshot: the events after it are skipped.",
            "PromiseNeverRegresses",
            boot -> new PromiseLostAtRestart()),
        SeededFault.of(
                "accept-below-promise",
                "An accept is not compared with the promise.",
                "AcceptedWithinPromise",
                boot -> new AcceptBelowPromise())
            .huntedIn(Profile.PARTITIONS, 3, 2),
        SeededFault.of(
            "storage-failure-swallowed",
            "After a failed write the acceptor goes on as if it had succeeded.",
            "StorageFailureIsNotRejection",
            boot -> new StorageFailureSwallowed()),
        SeededFault.of(
            "trim-before-durable",
            "What is learned is taken for what the store holds durably.",
            "TrimOnlyDurable",
            boot -> new TrimBeforeDurable()));
  }

  private static final class PromiseNotDurable extends Tampering {

    @Override
    boolean reachesDisk(AcceptorEvent event) {
      return !(event instanceof AcceptorEvent.PromiseMade);
    }
  }

  private static final class ReplyBeforeEarlierWrite extends Tampering {

    @Override
    boolean waitsForWrites(AcceptorEffect effect, List<AcceptorEffect> step) {
      return !(effect instanceof AcceptorEffect.Answer)
          || step.stream().anyMatch(AcceptorEffect.Persist.class::isInstance);
    }
  }

  private static final class ReadBackPromise extends Tampering {

    @Override
    AcceptorEffect carriedOut(AcceptorEffect effect, AcceptorCore acceptor) {
      if (effect instanceof AcceptorEffect.Answer answer
          && answer.reply() instanceof AcceptorReply.Promised promised) {
        return new AcceptorEffect.Answer(
            answer.to(),
            new AcceptorReply.Promised(
                acceptor.promised(),
                promised.fromSlot(),
                promised.learnedUpTo(),
                promised.accepted(),
                promised.chunk(),
                promised.last(),
                promised.builtAt()));
      }
      return effect;
    }
  }

  private static final class EchoCounted extends Tampering {

    @Override
    List<AcceptorEffect> fromAcceptor(
        AcceptorInput input, List<AcceptorEffect> effects, AcceptorCore acceptor) {
      return effects.stream().map(effect -> echo(effect, acceptor)).toList();
    }

    private static AcceptorEffect echo(AcceptorEffect effect, AcceptorCore acceptor) {
      return effect instanceof AcceptorEffect.Answer answer
              && answer.reply() instanceof AcceptorReply.Rejected rejected
          ? new AcceptorEffect.Answer(
              answer.to(),
              new AcceptorReply.Promised(
                  rejected.promised(),
                  acceptor.learnedUpTo().next(),
                  acceptor.learnedUpTo(),
                  List.of(),
                  0,
                  true,
                  acceptor.sequenceNumber()))
          : effect;
    }
  }

  private static final class PromiseLostAtRestart extends Tampering {

    @Override
    AcceptorEvent recovered(AcceptorEvent event) {
      // In the place of each stands an event that changes nothing.
      return new AcceptorEvent.LogTrimmed(Slot.ZERO);
    }
  }

  /** Writes what the core refuses, and numbers the core's own writes so that they follow. */
  private static final class AcceptBelowPromise extends Tampering {

    private long added;

    @Override
    List<AcceptorEffect> fromAcceptor(
        AcceptorInput input, List<AcceptorEffect> effects, AcceptorCore acceptor) {
      List<AcceptorEffect> tampered = new ArrayList<>();
      for (AcceptorEffect effect : effects) {
        if (effect instanceof AcceptorEffect.Persist persist) {
          tampered.add(
              new AcceptorEffect.Persist(persist.sequenceNumber() + added, persist.event()));
        } else if (effect instanceof AcceptorEffect.Answer answer
            && answer.reply() instanceof AcceptorReply.Rejected
            && input instanceof AcceptorInput.Asked asked
            && asked.request() instanceof AcceptorRequest.Accept accept) {
          added++;
          tampered.add(
              new AcceptorEffect.Persist(
                  acceptor.sequenceNumber() + added,
                  new AcceptorEvent.PairAccepted(accept.slot(), accept.ballot(), accept.batch())));
        } else {
          tampered.add(effect);
        }
      }
      return tampered;
    }
  }

  private static final class StorageFailureSwallowed extends Tampering {

    @Override
    boolean survivesFailedWrites() {
      return true;
    }
  }

  private static final class TrimBeforeDurable extends Tampering {

    @Override
    List<AcceptorInput> toAcceptor(AcceptorInput input) {
      return input instanceof AcceptorInput.LearnedUpTo learned
          ? List.of(input, new AcceptorInput.DurableUpTo(learned.slot()))
          : List.of(input);
    }
  }
}
