package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.ReplicaEffect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every replica gets from a slot what the chosen log means, and so the same chain hash. */
final class DeterministicApply extends Invariant {

  private final ReferenceModel reference;
  private final Map<Slot, Digest> hashes = new HashMap<>();

  DeterministicApply(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    if (!applied.slot().isAfter(reference.executed())) {
      List<ByteString> expected =
          reference.outcomes(applied.slot()).stream().map(CommandCodec::encode).toList();
      check(
          expected.equals(applied.results()),
          "%s, slot %s: %s where the log means %s",
          at,
          applied.slot(),
          applied.results().stream().map(CommandCodec::decodeOutcome).toList(),
          reference.outcomes(applied.slot()));
    }
    if (at.flipped()) {
      // Its state is not what was executed: a fault of the machine, not of the software.
      return;
    }
    Digest other = hashes.putIfAbsent(applied.slot(), applied.chainHash());
    check(
        other == null || other.equals(applied.chainHash()),
        "%s has chain hash %s at slot %s, another replica %s",
        at,
        applied.chainHash().shortHex(),
        applied.slot(),
        other == null ? "" : other.shortHex());
  }
}
