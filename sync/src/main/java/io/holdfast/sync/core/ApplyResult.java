package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.ChangeOutcome;
import java.util.List;

/**
 * What applying a slot came to.
 *
 * @param slot the slot
 * @param chainHash h(slot)
 * @param batch the digest of the applied batch
 * @param writes the ids of the batch's commands, in their order; of entries that are none, no id
 * @param outcomes one for each command entry of the batch, in their order
 * @param encodedOutcomes the same in canonical form, as they entered the chain
 * @param changes one for each configuration entry of the batch, in their order; they enter the
 *     chain behind the commands' outcomes
 * @param byPolicy changes of w that commands made, in their order; the outcomes of those commands
 *     say nothing of them
 */
public record ApplyResult(
    Slot slot,
    Digest chainHash,
    Digest batch,
    List<WriteId> writes,
    List<CommandOutcome> outcomes,
    List<ByteString> encodedOutcomes,
    List<ChangeOutcome> changes,
    List<ChangeOutcome.Changed> byPolicy) {

  public ApplyResult {
    writes = List.copyOf(writes);
    outcomes = List.copyOf(outcomes);
    encodedOutcomes = List.copyOf(encodedOutcomes);
    changes = List.copyOf(changes);
    byPolicy = List.copyOf(byPolicy);
  }
}
