package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.Plan;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each rule about data fires where it is broken, and only there. */
final class DataInvariantsTest {

  private static final Accounts ACCOUNTS = new Accounts(2);
  private static final Transfer TEN = new Transfer(0, 1, 10);

  private final SimMesh mesh =
      new SimMesh(
          ScenarioDraw.of(1, Profile.CALM, OptionalInt.empty(), OptionalInt.empty()),
          Tampering.NONE,
          Trace.off());
  private final ReferenceModel reference = new ReferenceModel(1_000);
  private final SimNode node = mesh.nodes.get(0);
  private Slot slot = Slot.ZERO;

  /** The log goes on by one slot, which a replica executes as these outcomes say. */
  private ReplicaEffect.Applied log(List<WriteCommand> writes, List<CommandResult> results) {
    slot = slot.next();
    List<BatchEntry> entries = new ArrayList<>();
    writes.forEach(write -> entries.add(new BatchEntry.CommandEntry(CommandCodec.encode(write))));
    Batch batch = BatchFormat.encode(entries);
    ReplicaEffect.Applied applied =
        new ReplicaEffect.Applied(
            slot,
            Digest.ZERO,
            batch.digest(),
            results.stream()
                .map(result -> CommandCodec.encode(new CommandOutcome(result, false, slot)))
                .toList(),
            List.of(),
            0);
    reference.chosen(slot, batch);
    reference.applied(node, applied);
    return applied;
  }

  private ReplicaEffect.Applied log(WriteId id, Command command) {
    return log(List.of(WriteCommand.of(id, command)), List.of(new CommandResult.Housekept()));
  }

  private static ClientOperation write(WriteId id, Command command) {
    return new ClientOperation("t0", SimClient.request(id, command), Optional.empty());
  }

  private static ClientOperation transfer(WriteId id) {
    return new ClientOperation(
        "t0", SimClient.request(id, ACCOUNTS.moving(TEN, 100, 100)), Optional.of(TEN));
  }

  private static void tell(Observer observer, ClientOperation operation, CommandResult result) {
    operation.answered(ModelDoors.answer("", new CommandOutcome(result, false, new Slot(1))));
    observer.answered(operation);
  }

  private static void breaks(Invariant invariant, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            InvariantViolation.class,
            violation -> assertThat(violation.invariant()).isEqualTo(invariant.name()));
  }

  private static Map<ByteString, VersionedValue> holding(long first, long second) {
    Map<ByteString, VersionedValue> records = new HashMap<>();
    records.put(ACCOUNTS.key(0), record(first));
    records.put(ACCOUNTS.key(1), record(second));
    return records;
  }

  private static VersionedValue record(long balance) {
    return new VersionedValue(Steps.bytes(Long.toString(balance)), 1, 1, 1);
  }

  private void rest(Observer observer, Map<ByteString, VersionedValue> records) {
    observer.atRest(node, key -> Optional.ofNullable(records.get(key)));
  }

  // ---- TotalConserved

  @Test
  void aMemberThatLostMoneyIsSeen() {
    TotalConserved total = new TotalConserved(reference, ACCOUNTS);

    rest(total, holding(90, 110));
    rest(total, Map.of());
    breaks(total, () -> rest(total, holding(90, 100)));
    breaks(total, () -> rest(total, Map.of(ACCOUNTS.key(0), record(100))));
  }

  @Test
  void aLogThatLosesMoneyIsSeen() {
    TotalConserved total = new TotalConserved(reference, ACCOUNTS);
    total.applied(node, log(Steps.id(1), ACCOUNTS.opening()));
    total.applied(node, log(Steps.id(2), ACCOUNTS.moving(TEN, 100, 100)));
    Command theft = new Command.Put(ACCOUNTS.key(0), Steps.bytes("1"));
    ReplicaEffect.Applied stolen = log(Steps.id(3), theft);

    breaks(total, () -> total.applied(node, stolen));
  }

  @Test
  void aReadThatMissesMoneyIsSeen() {
    TotalConserved total = new TotalConserved(reference, ACCOUNTS);
    ReadQuery all = new ReadQuery(Accounts.RANGE, OptionalLong.empty(), 10, ReadDetail.RECORDS);

    total.queried(transfer(Steps.id(1)), all, reading(90, 110), slot);
    breaks(total, () -> total.queried(transfer(Steps.id(1)), all, reading(90, 100), slot));
  }

  private static ReadResult reading(long first, long second) {
    return new ReadResult.Records(
        List.of(
            new KeyRecord(ACCOUNTS.key(0), record(first)),
            new KeyRecord(ACCOUNTS.key(1), record(second))),
        2,
        false,
        false,
        2);
  }

  // ---- TransferOnce

  private static TransactionDone moved() {
    return new TransactionDone(true, 2, true, Optional.empty());
  }

  @Test
  void aTransferThatMovedOnceIsRight() {
    TransferOnce once = new TransferOnce(ACCOUNTS);
    ClientOperation transfer = transfer(Steps.id(1));
    once.began(transfer);
    tell(once, transfer, moved());

    rest(once, holding(90, 110));
    breaks(once, () -> rest(once, holding(100, 100)));
  }

  @Test
  void aTransferThatMovedTwiceIsSeen() {
    TransferOnce once = new TransferOnce(ACCOUNTS);
    ClientOperation transfer = transfer(Steps.id(1));
    once.began(transfer);
    tell(once, transfer, moved());

    breaks(once, () -> rest(once, holding(80, 120)));
  }

  @Test
  void aTransferThatWasDeniedAndMovedIsSeen() {
    TransferOnce once = new TransferOnce(ACCOUNTS);
    ClientOperation fenced = transfer(Steps.id(1));
    once.began(fenced);
    tell(once, fenced, new CommandResult.Fenced());
    ClientOperation failed = transfer(Steps.id(2));
    once.began(failed);
    tell(once, failed, new TransactionDone(false, 1, false, Optional.empty()));

    rest(once, holding(100, 100));
    breaks(once, () -> rest(once, holding(90, 110)));
  }

  @Test
  void aTransferOfWhichNobodyKnowsMayHaveMovedOrNot() {
    TransferOnce once = new TransferOnce(ACCOUNTS);
    ClientOperation expired = transfer(Steps.id(1));
    once.began(expired);
    tell(once, expired, new CommandResult.WriteIdExpired());

    rest(once, holding(90, 110));
    rest(once, holding(100, 100));
    breaks(once, () -> rest(once, holding(80, 120)));
  }

  @Test
  void aTransferOfWhichTwoThingsAreSaidIsSeen() {
    TransferOnce once = new TransferOnce(ACCOUNTS);
    ClientOperation transfer = transfer(Steps.id(1));
    once.began(transfer);
    tell(once, transfer, moved());

    breaks(once, () -> tell(once, transfer, new CommandResult.Fenced()));
  }

  // ---- EveryWriteResolvable

  private static final Command PUT = new Command.Put(Steps.bytes("a"), Steps.bytes("x"));

  @Test
  void aWriteThatIsExecutedAfterItWasFencedIsSeen() {
    EveryWriteResolvable resolvable = new EveryWriteResolvable(reference);
    log(Steps.id(1), new Command.Resolve());
    tell(resolvable, write(Steps.id(1), new Command.Resolve()), new CommandResult.Fenced());

    breaks(
        resolvable,
        () -> tell(resolvable, write(Steps.id(1), PUT), new CommandResult.Applied(1, 0)));
  }

  @Test
  void aFenceThatTheLogDoesNotHoldIsSeen() {
    EveryWriteResolvable resolvable = new EveryWriteResolvable(reference);
    log(Steps.id(1), PUT);

    breaks(
        resolvable,
        () ->
            tell(
                resolvable, write(Steps.id(1), new Command.Resolve()), new CommandResult.Fenced()));
  }

  @Test
  void anExpiryThatIsTooEarlyIsSeen() {
    EveryWriteResolvable resolvable = new EveryWriteResolvable(reference);
    ClientOperation resolve = write(Steps.id(1), new Command.Resolve());

    breaks(resolvable, () -> tell(resolvable, resolve, new CommandResult.WriteIdExpired()));
    log(Steps.id(2), new Command.AdvanceHorizon(Steps.NOW + 1));
    tell(resolvable, resolve, new CommandResult.WriteIdExpired());
  }

  @Test
  void aResolveThatIsNeverAnsweredIsSeen() {
    EveryWriteResolvable resolvable = new EveryWriteResolvable(reference);
    ClientOperation resolve = write(Steps.id(1), new Command.Resolve());
    resolvable.began(resolve);
    resolve.answered(answer(OutcomeCode.NO_LEADER));
    resolvable.answered(resolve);
    breaks(resolvable, resolvable::finished);

    log(Steps.id(1), new Command.Resolve());
    tell(resolvable, resolve, new CommandResult.Fenced());
    resolvable.finished();
  }

  private static WriteAnswer answer(OutcomeCode code) {
    return new WriteAnswer(
        code, Optional.empty(), "", "", Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void aResolveThatWasRefusedSaysNothingOfTheWrite() {
    ClientOperation resolve = write(Steps.id(1), new Command.Resolve());
    resolve.answered(answer(OutcomeCode.NO_LEADER));

    assertThat(resolve.hadNoEffect()).isFalse();
    assertThat(resolve.isSettled()).isFalse();
  }

  // ---- OneRevisionPerWrite

  @Test
  void aTransactionThatTakesTwoRevisionsIsSeen() {
    OneRevisionPerWrite one = new OneRevisionPerWrite(reference);
    List<WriteCommand> opening = List.of(WriteCommand.of(Steps.id(1), ACCOUNTS.opening()));
    ReplicaEffect.Applied right =
        log(opening, List.of(new TransactionDone(true, 1, true, Optional.empty())));
    one.applied(node, right);
    List<WriteCommand> move = List.of(WriteCommand.of(Steps.id(2), ACCOUNTS.moving(TEN, 100, 100)));
    ReplicaEffect.Applied wrong =
        log(move, List.of(new TransactionDone(true, 3, true, Optional.empty())));

    breaks(one, () -> one.applied(node, wrong));
  }

  @Test
  void aCommandThatChangesNothingAndTakesARevisionIsSeen() {
    OneRevisionPerWrite one = new OneRevisionPerWrite(reference);
    ReplicaEffect.Applied wrong =
        log(
            List.of(WriteCommand.of(Steps.id(1), new Command.Delete(Steps.bytes("a")))),
            List.of(new CommandResult.Unchanged(1)));

    breaks(one, () -> one.applied(node, wrong));
  }

  @Test
  void aReadOfHalfATransactionIsSeen() {
    OneRevisionPerWrite one = new OneRevisionPerWrite(reference);
    log(Steps.id(1), ACCOUNTS.opening());
    log(Steps.id(2), ACCOUNTS.moving(TEN, 100, 100));
    ReadQuery all = new ReadQuery(Accounts.RANGE, OptionalLong.empty(), 10, ReadDetail.RECORDS);
    ReadResult.Records whole = (ReadResult.Records) reference.read(slot, all);
    ReadResult.Records before = (ReadResult.Records) reference.read(new Slot(1), all);
    ReadResult half =
        new ReadResult.Records(
            List.of(whole.records().get(0), before.records().get(1)), 2, false, false, 2);

    one.queried(transfer(Steps.id(3)), all, whole, slot);
    breaks(one, () -> one.queried(transfer(Steps.id(3)), all, half, slot));
    breaks(one, () -> one.queried(transfer(Steps.id(3)), all, before, slot));
  }

  @Test
  void aReadMayStopEarlyIfItSaysSo() {
    OneRevisionPerWrite one = new OneRevisionPerWrite(reference);
    log(Steps.id(1), ACCOUNTS.opening());
    ReadQuery all = new ReadQuery(Accounts.RANGE, OptionalLong.empty(), 10, ReadDetail.RECORDS);
    List<KeyRecord> first =
        ((ReadResult.Records) reference.read(slot, all)).records().subList(0, 1);

    one.queried(transfer(Steps.id(3)), all, new ReadResult.Records(first, 2, false, true, 1), slot);
    breaks(
        one,
        () ->
            one.queried(
                transfer(Steps.id(3)),
                all,
                new ReadResult.Records(first, 2, false, false, 1),
                slot));
  }

  // ---- NoEarlyExpiry

  private void leaseExpiresAfter(NoEarlyExpiry invariant, long grantedMillis, long millis) {
    ClientOperation grant = write(Steps.id(1), new Command.GrantLease(grantedMillis));
    invariant.began(grant);
    log(Steps.id(1), new Command.GrantLease(grantedMillis));
    mesh.time.runUntil(mesh.time.now() + millis * VirtualTime.MILLI);
    WriteCommand expiry = WriteCommand.of(Steps.id(2), new Command.ExpireLease(1, 0));
    invariant.proposed(node, 1, new BatchEntry.CommandEntry(CommandCodec.encode(expiry)));
    log(Steps.id(2), expiry.command());
  }

  @Test
  void anExpiryBeforeTheLeasesTimeIsSeen() {
    NoEarlyExpiry early = new NoEarlyExpiry(mesh, reference);

    breaks(early, () -> leaseExpiresAfter(early, 1_000, 999));
  }

  @Test
  void anExpiryAfterTheLeasesTimeIsRight() {
    NoEarlyExpiry early = new NoEarlyExpiry(mesh, reference);

    assertThatCode(() -> leaseExpiresAfter(early, 1_000, 1_000)).doesNotThrowAnyException();
    assertThat(reference.revisionAt(slot)).isEqualTo(2);
  }

  @Test
  void theClockOfTheProposerDecides() {
    NoEarlyExpiry early = new NoEarlyExpiry(mesh, reference);
    node.clock().runAt(1.5, mesh.time.now());
    assertThatCode(() -> leaseExpiresAfter(early, 900, 601)).doesNotThrowAnyException();
  }

  @Test
  void anExpiryThatNobodyProposedIsSeen() {
    NoEarlyExpiry early = new NoEarlyExpiry(mesh, reference);
    early.began(write(Steps.id(1), new Command.GrantLease(1)));
    log(Steps.id(1), new Command.GrantLease(1));

    breaks(early, () -> log(Steps.id(2), new Command.ExpireLease(1, 0)));
  }

  // ---- What only a cache decides

  private CommandResult meansWhereRefused(long planned, OptionalLong generation) {
    WriteCommand write =
        WriteCommand.of(Steps.id(1), PUT).with(new Plan(planned, List.of(), List.of(), List.of()));
    slot = slot.next();
    reference.chosen(
        slot, BatchFormat.encode(List.of(new BatchEntry.CommandEntry(CommandCodec.encode(write)))));
    reference.executed(
        slot,
        List.of(new CommandOutcome(new CommandResult.HorizonExceeded(), false, slot)),
        generation);
    return reference.outcomes(slot).get(0).result();
  }

  @Test
  void theHorizonMayRefuseOnlyWhatWasPlannedTwoRotationsBefore() {
    assertThat(meansWhereRefused(5, OptionalLong.of(7)))
        .isEqualTo(new CommandResult.HorizonExceeded());
    assertThat(meansWhereRefused(5, OptionalLong.of(6))).isEqualTo(new CommandResult.Applied(1, 0));
  }

  @Test
  void withoutACacheNoHorizonIsExceeded() {
    assertThat(meansWhereRefused(5, OptionalLong.empty()))
        .isEqualTo(new CommandResult.Applied(1, 0));
  }
}
