package io.holdfast.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.fault.AckFault.Kind;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of acknowledgements on their way out. */
class AckFaultsTest {

  private static final MemberId SELF = new MemberId(new NodeId("n1"), 11);
  private static final MemberId LEADER = new MemberId(new NodeId("n2"), 22);
  private static final MemberId THIRD = new MemberId(new NodeId("n3"), 33);
  private static final Ballot BALLOT = new Ballot(1, LEADER);

  private final AckFaults faults =
      new AckFaults(Map.of(LEADER.node(), LEADER, THIRD.node(), THIRD));
  private final List<Envelope> wire = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    faults.close();
  }

  @Test
  void changesNothingUnlessTold() {
    send(ack(1));
    assertThat(wire).containsExactly(ack(1));
    assertThat(faults.changed()).isEmpty();
  }

  @Test
  void touchesOnlyAcknowledgementsToThatPeer() {
    inject(AckFault.of(Kind.DIGEST));
    Envelope other = said(new AcceptorReply.Rejected(BALLOT, new Slot(1), BALLOT));
    send(other);
    faults.send(THIRD.node(), ack(1), wire::add);
    assertThat(wire).containsExactly(other, ack(1));
  }

  @Test
  void namesAnotherDigestOrChainHashAndLeavesTheRest() {
    inject(AckFault.of(Kind.DIGEST));
    send(ack(1));
    inject(AckFault.of(Kind.CHAIN));
    send(ack(2));
    Accepted digest = accepted(wire.get(0));
    assertThat(digest.digest()).isNotEqualTo(Digest.ZERO);
    assertThat(digest.chainHash()).isEqualTo(Digest.ZERO);
    Accepted chain = accepted(wire.get(1));
    assertThat(chain.digest()).isEqualTo(Digest.ZERO);
    assertThat(chain.chainHash()).isNotEqualTo(Digest.ZERO);
    assertThat(faults.changed())
        .hasEntrySatisfying(LEADER.node(), count -> assertThat(count.sum()).isEqualTo(2));
  }

  @Test
  void speaksInTheNamesOfOthersButNotOfWhomItSpeaksTo() {
    for (Kind kind : List.of(Kind.STRANGER, Kind.INCARNATION, Kind.BOOT)) {
      inject(AckFault.of(kind));
      send(ack(1));
    }
    assertThat(wire)
        .extracting(Envelope::from)
        .containsExactly(
            SELF,
            new MemberId(new NodeId("stranger"), 11),
            SELF,
            new MemberId(new NodeId("n3"), 34),
            SELF,
            THIRD);
  }

  @Test
  void repeatsWhatItSaidBeforeTheFault() {
    send(ack(1));
    send(ack(2));
    inject(AckFault.of(Kind.STALE));
    send(ack(3));
    send(ack(4));
    assertThat(wire).containsExactly(ack(1), ack(2), ack(2), ack(2));
  }

  @Test
  void sendsWhatItGatheredInTheOppositeOrder() {
    inject(new AckFault(Kind.REORDER, 3));
    send(ack(1));
    send(ack(2));
    assertThat(wire).isEmpty();
    send(ack(3));
    assertThat(wire).containsExactly(ack(3), ack(2), ack(1));
  }

  @Test
  void sendsWhatItHoldsBackWhenHealed() {
    inject(new AckFault(Kind.REORDER, 3));
    send(ack(1));
    faults.heal();
    assertThat(wire).containsExactly(ack(1));
    send(ack(2));
    assertThat(wire).containsExactly(ack(1), ack(2));
  }

  @Test
  void sendsCopiesAndLater() {
    inject(new AckFault(Kind.DUPLICATE, 2));
    send(ack(1));
    assertThat(wire).containsExactly(ack(1), ack(1), ack(1));
    wire.clear();
    inject(new AckFault(Kind.DELAY, 60_000));
    send(ack(2));
    inject(new AckFault(Kind.DELAY, 30));
    send(ack(3));
    await().untilAsserted(() -> assertThat(wire).containsExactly(ack(3)));
  }

  @Test
  void amountsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new AckFault(Kind.DELAY, 0)).hasMessageContaining("delay 1..60000");
    assertThatThrownBy(() -> new AckFault(Kind.DIGEST, 1)).hasMessageContaining("digest");
  }

  private void inject(AckFault fault) {
    faults.inject(LEADER.node(), fault);
  }

  private void send(Envelope envelope) {
    faults.send(LEADER.node(), envelope, wire::add);
  }

  private static Envelope ack(long slot) {
    return said(new Accepted(BALLOT, new Slot(slot), Digest.ZERO, Slot.ZERO, Digest.ZERO));
  }

  private static Envelope said(AcceptorReply reply) {
    return new Envelope(SELF, 5, new ToCoordinator(new GroupId("main"), reply));
  }

  private static Accepted accepted(Envelope envelope) {
    return (Accepted) ((ToCoordinator) envelope.body()).reply();
  }
}
