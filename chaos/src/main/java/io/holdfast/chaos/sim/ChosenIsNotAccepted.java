package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaEffect;
import java.util.List;

/** What is executed or served as learned is chosen. */
final class ChosenIsNotAccepted extends Invariant {

  private final ChosenLog chosen;

  ChosenIsNotAccepted(ChosenLog chosen) {
    this.chosen = chosen;
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    isChosen(at, "executes", applied.slot(), applied.batch());
  }

  @Override
  public void served(SimNode at, List<AcceptedPair> pairs) {
    for (AcceptedPair pair : pairs) {
      isChosen(at, "serves", pair.slot(), pair.batch().digest());
    }
  }

  private void isChosen(SimNode at, String does, Slot slot, Digest digest) {
    Batch batch = chosen.batch(slot);
    check(
        batch != null && batch.digest().equals(digest),
        "%s %s %s in slot %s; chosen is %s",
        at,
        does,
        digest.shortHex(),
        slot,
        batch == null ? "nothing yet" : batch);
  }
}
