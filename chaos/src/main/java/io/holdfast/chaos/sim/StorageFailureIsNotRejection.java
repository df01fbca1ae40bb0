package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.config.core.MemberId;
import java.util.HashSet;
import java.util.Set;

/** An acceptor whose journal has failed says nothing any more. */
final class StorageFailureIsNotRejection extends Invariant {

  private final Set<SimNode> failed = new HashSet<>();

  @Override
  public void journalFailed(SimNode at) {
    failed.add(at);
  }

  @Override
  public void ended(SimNode at) {
    failed.remove(at);
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    check(!failed.contains(at), "%s answers %s after its journal failed: %s", at, to, reply);
  }
}
