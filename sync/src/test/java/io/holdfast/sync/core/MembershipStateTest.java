package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.ChangeOutcome.Refused;
import io.holdfast.quorum.core.ChangeRefusal.Code;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipChange.AddLearner;
import io.holdfast.quorum.core.MembershipChange.Promote;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.ProposedChange;
import io.holdfast.quorum.wire.ProposedChangeProto;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Who takes part is part of the replicated state, and settings only say who founded a group. */
class MembershipStateTest {

  private static final StateTerms TERMS = Commands.terms(100);
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 2);
  private static final Membership FOUNDED = Membership.founded(4, Configuration.of(List.of(A), 1));

  private final InMemoryReplicaStore store = new InMemoryReplicaStore(TERMS);

  private static StateMachine founded() {
    return StateMachine.restore(RestoredState.empty(TERMS).foundedBy(FOUNDED));
  }

  private static Batch batch(MembershipChange change, long basis) {
    return batch(MembershipCodec.encode(new ProposedChange(change, basis)));
  }

  private static Batch batch(ByteString change) {
    return BatchFormat.encode(List.of(new BatchEntry.ConfigurationEntry(change)));
  }

  private static ChangeOutcome apply(StateMachine machine, Batch batch) {
    return machine.apply(machine.applied().next(), batch).changes().get(0);
  }

  private static Code refusal(ChangeOutcome outcome) {
    return ((Refused) outcome).refusal().code();
  }

  @Test
  void changeIsDecidedWhereItStands() {
    StateMachine machine = founded();

    ChangeOutcome added = apply(machine, batch(new AddLearner(B), 0));

    assertThat(added).isInstanceOf(Changed.class);
    assertThat(((Changed) added).effect()).isEqualTo(new Slot(5));
    assertThat(refusal(apply(machine, batch(new AddLearner(B), 0))))
        .isEqualTo(Code.CONFIGURATION_CHANGED);
    Batch promote = batch(new Promote(B, OptionalInt.empty()), 1);
    assertThat(refusal(apply(machine, promote))).isEqualTo(Code.CHANGE_IN_PROGRESS);
    machine.apply(new Slot(4), Batch.NO_OP);
    assertThat(apply(machine, promote)).isInstanceOf(Changed.class);
    assertThat(machine.header().membership().orElseThrow().newest().members())
        .containsExactly(A, B);
  }

  /** A restart that forgot the change would vote by quorums that do not meet the others'. */
  @Test
  void restartKnowsAChangeThatWasFlushedWhateverSettingsSay() {
    StateMachine machine = founded();
    apply(machine, batch(new AddLearner(B), 0));
    store.flush(machine.takeDelta());
    Membership inSettings = Membership.founded(9, Configuration.of(List.of(A, B), 2));

    StateMachine again = StateMachine.restore(store.load().foundedBy(inSettings));

    assertThat(again.header()).isEqualTo(machine.header());
    for (StateMachine each : List.of(machine, again)) {
      for (int slot = 2; slot <= 4; slot++) {
        each.apply(new Slot(slot), Batch.NO_OP);
      }
      apply(each, batch(new Promote(B, OptionalInt.empty()), 1));
    }
    assertThat(again.chainHash()).isEqualTo(machine.chainHash());
    assertThat(again.header().membership().orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void storeOfBeforeIsFoundedBySettings() {
    StateMachine before = StateMachine.restore(RestoredState.empty(TERMS));
    before.apply(new Slot(1), Commands.batch(Commands.put(1, "a", "1")));
    store.flush(before.takeDelta());

    RestoredState stored = store.load();
    assertThat(stored.header().membership()).isEmpty();
    StateMachine after = StateMachine.restore(stored.foundedBy(FOUNDED));

    assertThat(after.header().membership()).contains(FOUNDED);
    assertThat(after.chainHash()).isEqualTo(before.chainHash());
    assertThat(apply(after, batch(new AddLearner(B), 0))).isInstanceOf(Changed.class);
  }

  @Test
  void outcomeOfAChangeEntersTheChain() {
    StateMachine one = founded();
    StateMachine other =
        StateMachine.restore(
            RestoredState.empty(TERMS)
                .foundedBy(Membership.founded(5, Configuration.of(List.of(A), 1))));
    Batch add = batch(new AddLearner(B), 0);
    apply(one, add);
    apply(other, add);

    assertThat(one.chainHash()).isNotEqualTo(other.chainHash());
  }

  @Test
  void whatIsNoChangeIsRefusedAndALaterVersionStopsTheNode() {
    StateMachine machine = founded();
    assertThat(refusal(apply(machine, batch(Commands.bytes("garbage"))))).isEqualTo(Code.INVALID);
    ByteString later = ProposedChangeProto.newBuilder().setVersion(4).build().toByteString();

    assertThatExceptionOfType(InvariantViolation.class)
        .isThrownBy(() -> machine.apply(new Slot(2), batch(later)))
        .satisfies(e -> assertThat(e.invariant()).isEqualTo("DeterministicApply"));
  }

  @Test
  void changeInAGroupWhoseMembersAreNotKnownStopsTheNode() {
    StateMachine nobody = StateMachine.restore(RestoredState.empty(TERMS));

    assertThatExceptionOfType(InvariantViolation.class)
        .isThrownBy(() -> nobody.apply(new Slot(1), batch(new AddLearner(B), 0)))
        .satisfies(e -> assertThat(e.invariant()).isEqualTo("ConfigurationBySlot"));
  }
}
