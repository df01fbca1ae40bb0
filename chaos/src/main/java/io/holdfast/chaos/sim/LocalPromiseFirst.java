package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.config.core.MemberId;

/** A candidate's own promise is on disk before it asks others for theirs. */
final class LocalPromiseFirst extends Invariant {

  private final JournalView journals;

  LocalPromiseFirst(JournalView journals) {
    this.journals = journals;
  }

  @Override
  public void requested(SimNode at, MemberId to, AcceptorRequest request) {
    if (request instanceof AcceptorRequest.Prepare prepare && !to.equals(at.self())) {
      check(
          journals.everPromised(at, prepare.ballot()),
          "%s asks %s to promise %s; its own promise on disk is %s",
          at,
          to,
          prepare.ballot(),
          journals.promised(at));
    }
  }
}
