package io.holdfast.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.MemberState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader that asks nobody says, and what it hears instead. */
class UnprobedReadsTest {

  private static final GroupId GROUP = new GroupId("main");
  private static final MemberId SELF = new MemberId(new NodeId("n1"), 11);
  private static final MemberId PEER = new MemberId(new NodeId("n2"), 22);
  private static final Ballot BALLOT = new Ballot(3, SELF);
  private static final Envelope.Body PROBE = new ToAcceptor(GROUP, new Probe(BALLOT, 77));
  private static final Envelope.Body HEARTBEAT =
      new BetweenCoordinators(
          GROUP, new Heartbeat(BALLOT, Slot.ZERO, Slot.ZERO, MemberState.UNKNOWN));

  private final LinkFaults links = new LinkFaults();
  private final UnprobedReads reads = new UnprobedReads(links);
  private final List<Envelope> wire = new ArrayList<>();
  private final List<Envelope> heard = new ArrayList<>();

  @BeforeEach
  void listen() {
    links.doorIs(heard::add);
  }

  @Test
  void probeIsConfirmedInTheNameOfTheLastBootOfWhomItIsForAndDoesNotLeave() {
    peerSpeaks(5);
    peerSpeaks(6);
    send(PROBE);
    assertThat(wire).isEmpty();
    assertThat(heard)
        .containsExactly(
            new Envelope(PEER, 6, new ToCoordinator(GROUP, new ProbeConfirmed(BALLOT, 77))));
    assertThat(reads.confirmed()).isEqualTo(1);
    assertThat(links.heard())
        .as("nobody spoke")
        .hasEntrySatisfying(PEER.node(), count -> assertThat(count.sum()).isEqualTo(2));
  }

  @Test
  void heartbeatLeavesAndIsAnsweredByWhatConfirmsNoRead() {
    peerSpeaks(5);
    send(HEARTBEAT);
    assertThat(wire).extracting(Envelope::body).containsExactly(HEARTBEAT);
    assertThat(heard)
        .singleElement()
        .extracting(Envelope::body)
        .isEqualTo(new ToCoordinator(GROUP, new ProbeConfirmed(BALLOT, 0)));
    assertThat(reads.confirmed()).isZero();
  }

  @Test
  void nobodySpeaksInTheNameOfAPeerThatWasNeverHeard() {
    send(PROBE);
    assertThat(heard).isEmpty();
    assertThat(wire).extracting(Envelope::body).containsExactly(PROBE);
  }

  @Test
  void everythingElsePasses() {
    peerSpeaks(5);
    Envelope.Body prepare = new ToAcceptor(GROUP, new Prepare(BALLOT, new Slot(1)));
    send(prepare);
    assertThat(wire).extracting(Envelope::body).containsExactly(prepare);
    assertThat(heard).isEmpty();
  }

  private void peerSpeaks(long boot) {
    Envelope.Body alive = new BetweenCoordinators(GROUP, new Alive(MemberState.UNKNOWN));
    assertThat(links.hears(new Envelope(PEER, boot, alive))).isTrue();
  }

  private void send(Envelope.Body body) {
    reads.send(PEER.node(), new Envelope(SELF, 1, body), wire::add);
  }
}
