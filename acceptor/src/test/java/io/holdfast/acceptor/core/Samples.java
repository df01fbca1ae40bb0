package io.holdfast.acceptor.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.util.Set;

/** Short names for the values of acceptor tests. */
final class Samples {

  static final MemberId A = member("a");
  static final MemberId B = member("b");
  static final MemberId C = member("c");
  static final Set<MemberId> MEMBERS = Set.of(A, B, C);

  /** Room for everything, and a snapshot only after many events. */
  static final AcceptorLimits WIDE = new AcceptorLimits(1_000_000, 1 << 20, 1 << 24, 1 << 20);

  private Samples() {}

  static MemberId member(String name) {
    return new MemberId(new NodeId(name), 7);
  }

  static Ballot ballot(long round, MemberId proposer) {
    return new Ballot(round, proposer);
  }

  static Slot slot(long number) {
    return new Slot(number);
  }

  static Batch batch(String text) {
    return Batch.of(ByteString.copyFromUtf8(text));
  }

  static AcceptedPair pair(long slot, Ballot ballot, String text) {
    return new AcceptedPair(slot(slot), ballot, batch(text));
  }

  /** A request from the owner of its ballot. */
  static AcceptorInput ask(AcceptorRequest request) {
    return new AcceptorInput.Asked(request.ballot().proposer(), request);
  }

  static AcceptorInput prepare(Ballot ballot, long fromSlot) {
    return ask(new Prepare(ballot, slot(fromSlot)));
  }

  static AcceptorInput accept(Ballot ballot, long slot, String text) {
    return ask(new Accept(ballot, slot(slot), batch(text), Slot.ZERO));
  }

  static AcceptorInput learned(long slot) {
    return new AcceptorInput.LearnedUpTo(slot(slot));
  }

  static AcceptorInput durable(long slot) {
    return new AcceptorInput.DurableUpTo(slot(slot));
  }

  static AcceptorInput trim(long slot) {
    return new AcceptorInput.TrimUpTo(slot(slot));
  }

  /** An acceptor that has just started for the first time. */
  static AcceptorCore fresh(AcceptorLimits limits) {
    AcceptorCore core = AcceptorCore.recovering(limits, java.util.Optional.empty(), Slot.ZERO);
    core.start(MEMBERS, Slot.ZERO);
    return core;
  }
}
