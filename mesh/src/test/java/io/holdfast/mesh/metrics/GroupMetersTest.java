package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.AckReport.MemberAck;
import io.holdfast.quorum.core.AckReport.State;
import io.holdfast.quorum.core.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupMetersTest {

  private static final AckReport ACKS =
      new AckReport(
          3,
          2,
          1,
          1,
          List.of(
              new MemberAck(new NodeId("n1"), State.ACKED, 2.5),
              new MemberAck(new NodeId("n2"), State.LATE, 2100),
              new MemberAck(new NodeId("n3"), State.SILENT, -1)));

  private final NodeMeters node = new NodeMeters();
  private final GroupMeters meters = node.take(new GroupId("main"));

  @Test
  void whatIsInFlightIsNoFailure() {
    QuorumMeters quorum = meters.quorum();
    quorum.verdict(new Verdict.InFlight(ACKS));
    assertThat(quorum.met().sum() + quorum.notMet()).isZero();

    quorum.verdict(new Verdict.Met(ACKS));
    for (Verdict.Reason reason : Verdict.Reason.values()) {
      quorum.verdict(new Verdict.NotMet(reason, ACKS));
    }
    quorum.verdict(new Verdict.LocalWriteFailed(ACKS));

    assertThat(quorum.met().sum()).isEqualTo(1);
    assertThat(quorum.notMet()).isEqualTo(4);
    for (QuorumMeters.Failure failure : QuorumMeters.Failure.values()) {
      assertThat(quorum.failures(failure).sum()).as(failure.code()).isEqualTo(1);
    }
  }

  @Test
  void skewHasNoSign() {
    meters.quorum().skew(-1500);

    assertThat(meters.quorum().skew().sum()).isEqualTo(1.5);
  }

  @Test
  void membersThatWereSilentHaveNoTime() {
    meters.acknowledged(ACKS);

    assertThat(meters.peers()).containsOnlyKeys(new NodeId("n1"), new NodeId("n2"));
    assertThat(meters.peer(new NodeId("n2")).accepts().sum()).isEqualTo(2.1);
  }

  @Test
  void timesABatchOnceHoweverOftenItIsProposed() {
    meters.proposed(1, 100);
    meters.proposed(1, 100);
    meters.proposed(2, 100);
    meters.persisted(1);
    meters.persisted(1);
    meters.chosen(2);
    meters.chosen(2);
    meters.proposed(2, 100); // sent again, since a member lacks it

    meters.chosen(3);

    assertThat(meters.of(WriteStep.PERSIST).count()).isEqualTo(1);
    assertThat(meters.of(WriteStep.QUORUM).count()).isEqualTo(2);
  }

  @Test
  void sameLeaderAgainIsNoChange() {
    meters.leaderIs(Optional.of(new NodeId("n1")));
    meters.leaderIs(Optional.empty());
    meters.leaderIs(Optional.of(new NodeId("n1")));
    meters.leaderIs(Optional.of(new NodeId("n2")));

    assertThat(meters.leaderChanges().sum()).isEqualTo(2);
  }

  @Test
  void whatIsForwardedIsTimedWhenItComesBack() {
    meters.forwarded(-17);
    meters.writeCameBack(-17);
    meters.writeCameBack(-17);
    meters.forwarded(18);
    meters.readCameBack(18);

    assertThat(meters.of(WriteStep.FORWARD).count()).isEqualTo(1);
    assertThat(meters.of(ReadStep.FORWARD).count()).isEqualTo(1);
  }

  @Test
  void groupIsForgottenWhenItIsNoMore() {
    node.forget(meters);

    assertThat(node.find(new GroupId("main"))).isNull();
    assertThat(node.take(new GroupId("main"))).isNotSameAs(meters);
  }

  /** A node starts what is new before it erases what is gone. */
  @Test
  void groupThatIsMadeAgainIsMeasuredFromZeroAlsoOnceTheOldOneIsGone() {
    GroupMeters again = node.take(new GroupId("main"));
    assertThat(again).isNotSameAs(meters);

    node.forget(meters);

    assertThat(node.find(new GroupId("main"))).isSameAs(again);
  }

  /** Its time would be that of a change of leaders, not that of the disk. */
  @Test
  void batchThatIsRejectedFirstIsTimedFromWhenItIsAskedForAgain() {
    meters.acceptAsked(7);
    meters.answered(new AcceptorReply.Rejected(Ballot.BOTTOM, new Slot(7), Ballot.BOTTOM));
    meters.persisted(7);
    meters.acceptAsked(8);
    meters.answered(new AcceptorReply.AlreadyChosen(Ballot.BOTTOM, new Slot(8), new Slot(9)));
    meters.persisted(8);

    assertThat(meters.of(WriteStep.PERSIST).count()).isZero();
    assertThat(meters.answers(AcceptorAnswer.REJECTED).sum()).isEqualTo(1);
  }

  @Test
  void peerThatWasNotHeardHasNoLag() {
    PeerMeters peer = meters.peer(new NodeId("n2"));
    assertThat(peer.lagBehind(100)).isNaN();

    peer.applied(0);

    assertThat(peer.lagBehind(100)).isEqualTo(100);
  }
}
