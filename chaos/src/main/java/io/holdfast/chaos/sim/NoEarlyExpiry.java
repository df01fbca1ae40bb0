package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An expiry that ends a lease was proposed no earlier than the lease's time after its grant or last
 * renewal was first sent by its client, by the monotonic clock of the machine that proposed it.
 *
 * <p>That bound is exact: the proposer counts from when it executed the renewal, or later, and
 * nobody executes what was not sent. In true time it means the lease's time divided by the fastest
 * rate at which that clock ran meanwhile; where clocks are right, the lease's time itself.
 */
final class NoEarlyExpiry extends Invariant implements ReferenceModel.Listener {

  /** What an expiry names; its write id names nothing. */
  private record Due(long lease, long renewal) {}

  private record Proposal(SimNode by, long monotonicNanos) {}

  private final SimMesh mesh;

  /** What every machine's clock showed when a grant or a renewal was first sent. */
  private final Map<WriteId, long[]> sent = new HashMap<>();

  private final Map<Due, List<Proposal>> proposals = new HashMap<>();

  NoEarlyExpiry(SimMesh mesh, ReferenceModel reference) {
    this.mesh = mesh;
    reference.listen(this);
  }

  @Override
  public void began(ClientOperation operation) {
    boolean renews =
        operation
            .command()
            .filter(
                command ->
                    command instanceof Command.GrantLease || command instanceof Command.KeepAlive)
            .isPresent();
    if (renews) {
      sent.putIfAbsent(
          operation.writeId(),
          mesh.nodes.stream().mapToLong(node -> node.now().monotonicNanos()).toArray());
    }
  }

  @Override
  public void proposed(SimNode at, long token, BatchEntry entry) {
    if (entry instanceof BatchEntry.CommandEntry command) {
      if (CommandCodec.decode(command.bytes()).command() instanceof Command.ExpireLease expire) {
        proposals
            .computeIfAbsent(new Due(expire.lease(), expire.renewal()), due -> new ArrayList<>())
            .add(new Proposal(at, at.now().monotonicNanos()));
      }
    }
  }

  @Override
  public void expired(Slot slot, Lease lease, WriteId lastRenewal) {
    mesh.coverage.count("expiries");
    List<Proposal> by = proposals.getOrDefault(new Due(lease.number(), lease.renewal()), List.of());
    check(!by.isEmpty(), "slot %s: the expiry of lease %s was proposed by nobody", slot, lease);
    long[] clocks = sent.get(lastRenewal);
    check(clocks != null, "slot %s: lease %s was renewed by nobody", slot, lease);
    if (clocks == null) {
      return;
    }
    // Of several proposals any one may have been chosen; none of them may be early.
    for (Proposal proposal : by) {
      // Readings may overflow between the two; their difference does not.
      long passed = proposal.monotonicNanos() - clocks[proposal.by().index];
      check(
          passed >= lease.ttlMillis() * VirtualTime.MILLI,
          "slot %s: %s lets lease %s expire %d ms after %s was sent, by its own clock",
          slot,
          proposal.by(),
          lease,
          passed / VirtualTime.MILLI,
          lastRenewal);
    }
  }
}
