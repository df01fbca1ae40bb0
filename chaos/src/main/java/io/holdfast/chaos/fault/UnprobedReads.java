package io.holdfast.chaos.fault;

import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.actor.Outbound;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A leader that asks nobody whether it still leads ({@link
 * io.holdfast.config.core.NodeFlaw#READS_WITHOUT_PROBE}): its probes do not leave, and are
 * confirmed in the names of those that they were for. Each heartbeat, too, is answered in the name
 * of whom it is for: one that is cut off goes on leading, as it sees it, until it hears of another.
 */
final class UnprobedReads implements Outbound {

  /** No probe has it, or one in 2^64: it confirms nothing, and shows that somebody lives. */
  private static final long NO_NONCE = 0;

  private final LinkFaults links;
  private final LongAdder confirmed = new LongAdder();

  UnprobedReads(LinkFaults links) {
    this.links = links;
  }

  /** Probes that were confirmed by nobody. */
  long confirmed() {
    return confirmed.sum();
  }

  @Override
  public void send(NodeId to, Envelope envelope, Consumer<Envelope> wire) {
    if (envelope.body() instanceof ToAcceptor asked && asked.request() instanceof Probe probe) {
      if (confirm(asked.group(), to, probe.ballot(), probe.nonce())) {
        confirmed.increment();
        return;
      }
    } else if (envelope.body() instanceof BetweenCoordinators said
        && said.message() instanceof Heartbeat heartbeat) {
      boolean unused = confirm(said.group(), to, heartbeat.ballot(), NO_NONCE);
    }
    links.send(to, envelope, wire);
  }

  private boolean confirm(GroupId group, NodeId by, Ballot ballot, long nonce) {
    return links.speakAs(by, new ToCoordinator(group, new ProbeConfirmed(ballot, nonce)));
  }
}
