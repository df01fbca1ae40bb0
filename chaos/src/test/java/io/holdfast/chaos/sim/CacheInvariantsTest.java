package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.Plan;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaSettings;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each rule about the cache and about watches fires where it is broken, and only there. */
final class CacheInvariantsTest {

  private static final ByteString A = Steps.bytes("a");
  private static final KeyRange ALL = new KeyRange(A, ByteString.EMPTY);

  private final SimMesh mesh =
      new SimMesh(
          ScenarioDraw.of(1, Profile.CALM, OptionalInt.empty(), OptionalInt.empty()),
          Tampering.NONE,
          Trace.off());
  private final ReferenceModel reference = new ReferenceModel(1_000);
  private final SimNode node = mesh.nodes.get(0);
  private final SimNode peer = mesh.nodes.get(1);

  private static void breaks(Invariant invariant, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            InvariantViolation.class,
            violation -> assertThat(violation.invariant()).isEqualTo(invariant.name()));
  }

  private static void holds(ThrowingCallable action) {
    assertThatCode(action).doesNotThrowAnyException();
  }

  private static ReplicaEffect.Applied applied(long slot, long generation) {
    return new ReplicaEffect.Applied(
        new Slot(slot), Digest.ZERO, Digest.ZERO, List.of(), List.of(), generation);
  }

  private static CommandOutcome outcome(CommandResult result) {
    return new CommandOutcome(result, false, new Slot(1));
  }

  // ---- AtMostOneRotation, CoveredOnly

  private static WriteCommand planned(long generation, KeyRange... covers) {
    Command twoPuts = Steps.all(Steps.put("a", "1"), Steps.put("b", "1"));
    return WriteCommand.of(Steps.id(1), twoPuts)
        .with(new Plan(generation, List.of(covers), List.of(), List.of()));
  }

  private static CommandOutcome bothPut() {
    List<OperationResult> results = List.of(new OperationResult.Put(0), new OperationResult.Put(0));
    return outcome(new CommandResult.TransactionDone(true, 1, true, Optional.of(results)));
  }

  @Test
  void aPlanOfTwoRotationsBeforeIsSeen() {
    AtMostOneRotation rule = new AtMostOneRotation(reference, new Coverage());

    breaks(rule, () -> rule.executed(applied(1, 5), planned(3, ALL), bothPut()));
  }

  @Test
  void aPlanOfOneRotationBeforeIsRight() {
    AtMostOneRotation rule = new AtMostOneRotation(reference, new Coverage());

    holds(() -> rule.executed(applied(1, 5), planned(4, ALL), bothPut()));
  }

  @Test
  void aPlanThatIsTooOldMayBeRefused() {
    AtMostOneRotation rule = new AtMostOneRotation(reference, new Coverage());
    CommandOutcome refused = outcome(new CommandResult.HorizonExceeded());

    holds(() -> rule.executed(applied(1, 5), planned(1, ALL), refused));
  }

  @Test
  void aTransactionBeyondItsPlanIsSeen() {
    CoveredOnly rule = new CoveredOnly(reference);

    holds(() -> rule.executed(applied(1, 0), planned(0, KeyRange.key(A), ALL), bothPut()));
    breaks(rule, () -> rule.executed(applied(1, 0), planned(0, KeyRange.key(A)), bothPut()));
  }

  @Test
  void aTransactionWithinAnotherIsLookedAt() {
    CoveredOnly rule = new CoveredOnly(reference);
    Command nested = Steps.all(new Operation.Nested(Steps.all(Steps.delete("b"))));
    WriteCommand write =
        WriteCommand.of(Steps.id(1), nested)
            .with(new Plan(0, List.of(KeyRange.key(A)), List.of(), List.of()));
    List<OperationResult> results =
        List.of(new OperationResult.Nested(true, List.of(new OperationResult.Deleted(0))));

    breaks(
        rule,
        () ->
            rule.executed(
                applied(1, 0),
                write,
                outcome(new CommandResult.TransactionDone(true, 0, false, Optional.of(results)))));
  }

  @Test
  void aCoverageViolationIsSeen() {
    CoveredOnly rule = new CoveredOnly(reference);

    breaks(
        rule,
        () ->
            rule.executed(
                applied(1, 0), planned(0, ALL), outcome(new CommandResult.CoverageViolation())));
  }

  // ---- EvictionOnlyByRotation, CacheEqualsDisk

  @Test
  void aRotationOfOneReplicaAloneIsSeen() {
    EvictionOnlyByRotation rule = new EvictionOnlyByRotation();
    rule.applied(node, applied(1, 0));
    rule.applied(node, applied(2, 1));

    holds(() -> rule.applied(peer, applied(1, 0)));
    breaks(rule, () -> rule.applied(peer, applied(2, 0)));
  }

  @Test
  void twoRotationsInASlotAreSeen() {
    EvictionOnlyByRotation rule = new EvictionOnlyByRotation();
    rule.applied(node, applied(1, 0));

    breaks(rule, () -> rule.applied(node, applied(2, 2)));
  }

  /** A replica with one key, which it has cached or not. */
  private ReplicaCore withOneKey(boolean cached) {
    StateTerms terms = new StateTerms(10, 10, 1_000);
    InMemoryReplicaStore store = new InMemoryReplicaStore(terms);
    StateHeader after =
        new StateHeader(terms, new Slot(1), Digest.ZERO, 1, 0, 1, 0, 0, 0, 0, 0, 1, 66);
    store.flush(
        new ReplicaDelta(
            Slot.ZERO,
            after,
            List.of(new Change(Place.first(1), A, A, 1, 1, 0, 0)),
            cached ? List.of(new ReplicaDelta.Touched(0, List.of(A))) : List.of(),
            0,
            List.of(),
            List.of(),
            List.of()));
    return ReplicaCore.restore(
        node.self(), List.of(node.self()), ReplicaSettings.DEFAULTS, store.load());
  }

  private static void inspect(Observer rule, SimNode at, ReplicaCore core) {
    rule.inspected(at, core.state(), core.inspection());
  }

  @Test
  void aKeyThatLeavesTheCacheWithoutARotationIsSeen() {
    EvictionOnlyByRotation rule = new EvictionOnlyByRotation();
    node.start();
    inspect(rule, node, withOneKey(true));

    holds(() -> inspect(rule, node, withOneKey(true)));
    breaks(rule, () -> inspect(rule, node, withOneKey(false)));
  }

  @Test
  void aRestartWithoutItsGenerationsIsSeen() {
    CacheEqualsDisk rule = new CacheEqualsDisk();
    inspect(rule, node, withOneKey(true));

    holds(() -> inspect(rule, peer, withOneKey(true)));
    breaks(rule, () -> inspect(rule, node, withOneKey(false)));
  }

  // ---- WatchOnce

  /** The log puts a key, in as many revisions as there are values. */
  private void log(String... values) {
    Slot slot = Slot.ZERO;
    for (String value : values) {
      slot = slot.next();
      WriteCommand write =
          WriteCommand.of(Steps.id(slot.number()), Steps.all(Steps.put("a", value)));
      reference.chosen(
          slot,
          BatchFormat.encode(List.of(new BatchEntry.CommandEntry(CommandCodec.encode(write)))));
      reference.executed(
          slot, List.of(outcome(new CommandResult.Housekept())), OptionalLong.empty());
    }
  }

  private static Change change(long revision, String value) {
    return new Change(Place.first(revision), A, Steps.bytes(value), 1, revision, 0, 0);
  }

  private static long after(long revision) {
    return Place.last(revision) + 1;
  }

  @Test
  void aWatcherThatIsToldAllIsRight() {
    WatchOnce rule = new WatchOnce(reference);
    log("x", "y", "z");

    holds(
        () -> {
          rule.watched("w", ALL, Place.first(1), List.of(change(1, "x"), change(2, "y")), after(2));
          rule.watched("w", ALL, after(2), List.of(change(3, "z")), Place.first(3) + 1);
          rule.watched("w", ALL, Place.first(3) + 1, List.of(), after(3));
          rule.watched("w", Steps.key("b"), Place.first(1), List.of(), after(3));
        });
  }

  @Test
  void aChangeThatAWatcherMissesIsSeen() {
    WatchOnce rule = new WatchOnce(reference);
    log("x", "y");

    breaks(rule, () -> rule.watched("w", ALL, Place.first(1), List.of(change(1, "x")), after(2)));
    breaks(rule, () -> rule.watched("w", ALL, Place.first(2), List.of(), after(2)));
  }

  @Test
  void aChangeThatIsToldTwiceIsSeen() {
    WatchOnce rule = new WatchOnce(reference);
    log("x", "y");
    List<Change> twice = List.of(change(1, "x"), change(1, "x"), change(2, "y"));

    breaks(rule, () -> rule.watched("w", ALL, Place.first(1), twice, after(2)));
    breaks(rule, () -> rule.watched("w", ALL, after(1), List.of(change(1, "x")), after(1)));
  }

  @Test
  void aWatcherThatIsSentPastTheLogIsSeen() {
    WatchOnce rule = new WatchOnce(reference);
    log("x");

    breaks(rule, () -> rule.watched("w", ALL, after(1), List.of(), after(2)));
  }

  @Test
  void aHistoryCalledForgottenThatIsNotIsSeen() {
    WatchOnce rule = new WatchOnce(reference);
    log("x", "y");

    breaks(rule, () -> rule.watchedTooLate("w", Place.first(1), 2));
  }
}
