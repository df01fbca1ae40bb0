package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.batch;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.CoordinatorEffect.Conclude;
import io.holdfast.quorum.core.CoordinatorEffect.NoteVerdict;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What callers are told, once, and when a proposal is forgotten. */
class OpenWritesTest {

  private static final Ballot ONE = new Ballot(1, A);
  private static final Ballot TWO = new Ballot(2, A);
  private static final Now START = at(0);
  private static final Now OVER = at(2001);
  private static final List<ByteString> RESULT = List.of(ByteString.copyFromUtf8("done"));

  private final OpenWrites writes = new OpenWrites();
  private List<CoordinatorEffect> out = new ArrayList<>();

  @Test
  void executedWriteStaysOpenForItsAcknowledgementsUntilItsDeadline() {
    met(proposal(ONE, 1, 7));
    writes.executed(slot(1), batch("x").digest(), RESULT, out);
    assertThat(concluded()).containsExactly(7L);
    assertThat(writes.callers()).isZero();
    assertThat(writes.find(ONE, slot(1))).isPresent();

    tick(OVER);
    assertThat(out).singleElement().isInstanceOf(NoteVerdict.class);
    assertThat(writes.find(ONE, slot(1))).isEmpty();
  }

  @Test
  void metWriteThatIsNotExecutedAtItsDeadlineWaitsForThatAndIsForgottenThen() {
    met(proposal(ONE, 1, 7));
    tick(OVER);
    assertThat(out).singleElement().isInstanceOf(NoteVerdict.class);
    assertThat(writes.callers()).isEqualTo(1);
    assertThat(writes.find(ONE, slot(1))).isPresent();

    out = new ArrayList<>();
    writes.executed(slot(1), batch("x").digest(), RESULT, out);
    assertThat(concluded()).containsExactly(7L);
    assertThat(writes.find(ONE, slot(1))).isEmpty();
  }

  @Test
  void writeThatIsNotMetAtItsDeadlineIsConcludedAndForgotten() {
    proposal(ONE, 1, 7, 8);
    tick(at(2000));
    assertThat(out).isEmpty();
    tick(OVER);
    assertThat(concluded()).containsExactly(7L, 8L);
    assertThat(writes.callers()).isZero();
    assertThat(writes.find(ONE, slot(1))).isEmpty();
    tick(at(5000));
    assertThat(out).isEmpty();
  }

  @Test
  void concludesAtItsOwnDeadlineWhateverIsOlder() {
    proposal(ONE, 1, 7);
    proposal(ONE, 2, Duration.ofMillis(300), 8);
    tick(at(301));
    assertThat(concluded()).containsExactly(8L);
    tick(OVER);
    assertThat(concluded()).containsExactly(7L);
  }

  @Test
  void twoProposalsInOneSlotAreToldApartByTheirBallots() {
    Proposal older = proposal(ONE, 1, 7);
    final Proposal newer = proposal(TWO, 1, 8);
    assertThat(writes.find(ONE, slot(1))).containsSame(older);
    assertThat(writes.find(TWO, slot(1))).containsSame(newer);
    assertThat(writes.find(TWO, slot(2))).isEmpty();
    met(newer);
    tick(OVER);
    assertThat(concluded()).containsExactly(7L);
    assertThat(writes.find(ONE, slot(1))).isEmpty();
    assertThat(writes.find(TWO, slot(1))).containsSame(newer);
  }

  @Test
  void everyCallerHasAResultOfItsOwn() {
    proposal(ONE, 1, 7, 8);
    assertThatExceptionOfType(InvariantViolation.class)
        .isThrownBy(() -> writes.executed(slot(1), batch("x").digest(), RESULT, out))
        .withMessage("AppliedInOrder: slot 1 has 2 callers and 1 results");
  }

  @Test
  void nothingIsToldAsMetOnceTheLocalDiskHasFailed() {
    met(proposal(ONE, 1, 7));
    proposal(ONE, 2, 8);
    tick(OVER);
    met(proposal(ONE, 3, 9));
    out = new ArrayList<>();
    writes.localWriteFailed(OVER, out);

    assertThat(concluded()).containsExactlyInAnyOrder(7L, 9L);
    assertThat(out)
        .filteredOn(NoteVerdict.class::isInstance)
        .hasSize(2)
        .allSatisfy(
            effect ->
                assertThat(((NoteVerdict) effect).verdict())
                    .isInstanceOf(Verdict.LocalWriteFailed.class));
    assertThat(out)
        .filteredOn(Conclude.class::isInstance)
        .allSatisfy(
            effect ->
                assertThat(((Outcome.Undecided) ((Conclude) effect).outcome()).verdict())
                    .isInstanceOf(Verdict.LocalWriteFailed.class));
    assertThat(writes.find(ONE, slot(1))).isEmpty();
    tick(at(9000));
    assertThat(out).isEmpty();
  }

  @Test
  void namesOfVerdictsAndRolesAreThoseOfTheInterface() {
    assertThat(Verdict.Reason.values())
        .extracting(Verdict.Reason::code)
        .containsExactly("unreachable", "id_drift", "timeout");
    assertThat(CoordinatorEffect.Role.values())
        .extracting(CoordinatorEffect.Role::code)
        .containsExactly("following", "preparing", "leading");
  }

  private Proposal proposal(Ballot ballot, long slot, long... tokens) {
    return proposal(ballot, slot, Duration.ofSeconds(2), tokens);
  }

  private Proposal proposal(Ballot ballot, long slot, Duration ackTimeout, long... tokens) {
    AckTracker tracker =
        new AckTracker(
            ballot, new Slot(slot), Configuration.of(List.of(A, B), 2), A, START, ackTimeout);
    Proposal proposal =
        new Proposal(
            tracker,
            batch("x"),
            LongStream.of(tokens).boxed().toList(),
            START,
            Duration.ofMillis(100));
    writes.add(proposal);
    return proposal;
  }

  private static void met(Proposal proposal) {
    proposal.tracker().localDurable(at(1));
    proposal.tracker().acked(B, at(2));
  }

  private void tick(Now now) {
    out = new ArrayList<>();
    writes.tick(now, out);
  }

  private List<Long> concluded() {
    return out.stream()
        .filter(Conclude.class::isInstance)
        .map(effect -> ((Conclude) effect).token())
        .toList();
  }

  private static Now at(long millis) {
    return new Now(millis * 1_000_000, 0);
  }
}
