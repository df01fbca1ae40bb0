package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.HashSet;
import java.util.Set;

/** A reply that counts answers a request of just that kind, ballot and slot. */
final class TaggedReply extends Invariant {

  private record Question(MemberId asker, MemberId asked, Ballot ballot, Slot slot) {}

  private final Set<Question> questions = new HashSet<>();

  @Override
  public void requested(SimNode at, MemberId to, AcceptorRequest request) {
    if (request instanceof AcceptorRequest.Accept accept) {
      questions.add(new Question(at.self(), to, accept.ballot(), accept.slot()));
    } else if (request instanceof AcceptorRequest.Prepare prepare) {
      questions.add(new Question(at.self(), to, prepare.ballot(), Slot.ZERO));
    }
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Promised promised) {
      asked(at, to, promised.ballot(), Slot.ZERO);
    } else if (reply instanceof AcceptorReply.Accepted accepted) {
      asked(at, to, accepted.ballot(), accepted.slot());
    }
  }

  private void asked(SimNode at, MemberId to, Ballot ballot, Slot slot) {
    check(
        questions.contains(new Question(to, at.self(), ballot, slot)),
        "%s answers %s about ballot %s, slot %s, and was not asked",
        at,
        to,
        ballot,
        slot);
  }
}
