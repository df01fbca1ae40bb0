package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CommandResult.Applied;
import io.holdfast.sync.core.CommandResult.LeaseAlive;
import io.holdfast.sync.core.CommandResult.LeaseNotFound;
import io.holdfast.sync.core.CommandResult.TooManyChanges;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Leases, by schedule: NoEarlyExpiry, and nothing under a lease that ended. */
class LeaseRegressionTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final SteppedReplica leader = SteppedReplica.of(SteppedReplica.rotatingAfter(1000));
  private long lastId;

  private CommandResult run(Command command) {
    return leader.run(Commands.of(++lastId, command));
  }

  private long grant() {
    return ((LeaseAlive) run(new Command.GrantLease(TTL.toMillis()))).lease();
  }

  private static Command.Put put(String key, long lease) {
    return new Command.Put(Commands.bytes(key), Commands.bytes("v"), lease);
  }

  private static Command.Transaction puts(int from, int count, long lease) {
    List<Operation> operations = new ArrayList<>();
    for (int n = from; n < from + count; n++) {
      operations.add(new Operation.Put(Commands.bytes("k" + n), ByteString.EMPTY, lease));
    }
    return new Command.Transaction(List.of(), operations, List.of());
  }

  // ---- Keys under a lease

  @Test
  void putUnderALeaseThatEndedHasNoEffectAndIsRemembered() {
    long lease = grant();
    ByteString put = leader.admit(Commands.of(++lastId, put("k", lease)));
    ByteString transaction = leader.admit(Commands.of(++lastId, puts(0, 3, lease)));
    run(new Command.RevokeLease(lease));
    long revision = leader.core().state().revision();

    assertThat(leader.choose(put, transaction))
        .extracting(CommandOutcome::result)
        .containsExactly(new LeaseNotFound(lease), new LeaseNotFound(lease));
    assertThat(leader.core().inspection().keys()).isEmpty();
    assertThat(leader.core().state().revision()).isEqualTo(revision);
    assertThat(leader.recorded(CommandCodec.decode(put)).result())
        .isEqualTo(new LeaseNotFound(lease));
  }

  @Test
  void endOfALeaseDeletesItsKeysInOneRevisionAndNoOthers() {
    long lease = grant();
    run(put("a", lease));
    run(put("b", lease));
    run(put("free", 0));
    run(put("b", 0));
    run(put("c", lease));
    TransactionDone done = (TransactionDone) run(new Command.RevokeLease(lease));

    assertThat(done.results()).contains(List.of(new OperationResult.Deleted(2)));
    assertThat(leader.core().inspection().keys().keySet())
        .containsExactly(Commands.bytes("b"), Commands.bytes("free"));
    assertThat(done.revision()).isEqualTo(leader.core().state().revision());
    assertThat(run(new Command.RevokeLease(lease))).isEqualTo(new LeaseNotFound(lease));
    assertThat(run(new Command.KeepAlive(lease))).isEqualTo(new LeaseNotFound(lease));
  }

  @Test
  void leaseKeepsItsKeysAndItsRenewalsAcrossARestart() {
    long lease = grant();
    run(put("a", lease));
    run(new Command.KeepAlive(lease));
    leader.flush();
    run(put("b", lease));
    leader.crashAndRestart();
    assertThat(leader.core().inspection().leases())
        .containsExactly(new Lease(lease, TTL.toMillis(), 1));
    run(new Command.RevokeLease(lease));

    assertThat(leader.core().inspection().keys()).isEmpty();
    leader.flush();
    leader.crashAndRestart();
    assertThat(leader.core().inspection().leases()).isEmpty();
    assertThat(leader.core().inspection().keys()).isEmpty();
  }

  /** What ends a lease has to delete all its keys at once. */
  @Test
  void leaseNeverHasMoreKeysThanOneCommandMayDelete() {
    long lease = grant();
    int perCommand = 1000;
    int full = CommandLimits.MAX_CHANGED_KEYS;
    for (int n = 0; n < full - perCommand; n += perCommand) {
      assertThat(run(puts(n, perCommand, lease))).isInstanceOf(TransactionDone.class);
    }
    run(puts(full - perCommand, perCommand - 1, lease));
    assertThat(run(puts(full - 1, 2, lease))).isEqualTo(new TooManyChanges());
    assertThat(run(puts(full - 1, 1, lease))).isInstanceOf(TransactionDone.class);
    assertThat(run(put("one-more", lease))).isEqualTo(new TooManyChanges());
    // Those that it has can be set again.
    assertThat(run(puts(0, perCommand, lease))).isInstanceOf(TransactionDone.class);

    run(new Command.ExpireLease(lease, 0));
    assertThat(leader.core().inspection().leases()).isEmpty();
    assertThat(leader.core().inspection().keys()).isEmpty();
  }

  // ---- NoEarlyExpiry

  @Test
  void expiryThatSawAnOlderRenewalIsVoid() {
    long lease = grant();
    run(put("k", lease));
    leader.leads(0);
    List<Command> due = SteppedReplica.proposed(leader.pass(TTL.plus(MOMENT)));
    assertThat(due).containsExactly(new Command.ExpireLease(lease, 0));
    assertThat(run(new Command.KeepAlive(lease))).isInstanceOf(LeaseAlive.class);
    run(due.get(0));

    assertThat(leader.read("k")).contains("v");
    assertThat(leader.core().inspection().leases())
        .containsExactly(new Lease(lease, TTL.toMillis(), 1));
    // The next one has seen it.
    due = SteppedReplica.proposed(leader.pass(TTL.plus(MOMENT)));
    assertThat(due).containsExactly(new Command.ExpireLease(lease, 1));
    run(due.get(0));
    assertThat(leader.read("k")).isEmpty();
  }

  @Test
  void leaseHasItsFullTimeAfterAChangeOfLeader() {
    long lease = grant();
    leader.leads(0);
    assertThat(SteppedReplica.proposed(leader.pass(TTL.minus(MOMENT)))).isEmpty();
    leader.on(new ReplicaInput.LeadsNoMore());
    assertThat(SteppedReplica.proposed(leader.pass(TTL))).isEmpty();
    leader.leads(0);
    assertThat(SteppedReplica.proposed(leader.pass(TTL))).isEmpty();

    assertThat(SteppedReplica.proposed(leader.pass(MOMENT)))
        .containsExactly(new Command.ExpireLease(lease, 0));
  }

  @Test
  void leaseHasItsFullTimeFromWhenARenewalIsExecuted() {
    leader.leads(0);
    long lease = grant();
    leader.pass(TTL.minus(MOMENT));
    run(new Command.KeepAlive(lease));
    // Said again and again while it leads: that starts nothing anew.
    leader.pass(TTL.dividedBy(2));
    leader.leads(0);
    assertThat(SteppedReplica.proposed(leader.pass(TTL.dividedBy(2)))).isEmpty();

    assertThat(SteppedReplica.proposed(leader.pass(MOMENT)))
        .containsExactly(new Command.ExpireLease(lease, 1));
  }

  @Test
  void expiryIsProposedAgainAfterAWhileAsLongAsTheLeaseIsThere() {
    leader.leads(0);
    long lease = grant();
    Command expiry = new Command.ExpireLease(lease, 0);
    assertThat(SteppedReplica.proposed(leader.pass(TTL.plus(MOMENT)))).containsExactly(expiry);
    assertThat(SteppedReplica.proposed(leader.pass(MOMENT))).isEmpty();
    Duration pause = SteppedReplica.SETTINGS.serving().housekeepingPause();
    assertThat(SteppedReplica.proposed(leader.pass(pause))).containsExactly(expiry);
    run(expiry);

    assertThat(SteppedReplica.proposed(leader.pass(pause.multipliedBy(2)))).isEmpty();
  }

  @Test
  void whoDoesNotLeadProposesNothing() {
    grant();

    assertThat(SteppedReplica.proposed(leader.pass(TTL.multipliedBy(2)))).isEmpty();
  }

  @Test
  void expiryPastThePlansHorizonIsRefusedAndProposedAgain() {
    SteppedReplica small = SteppedReplica.of(SteppedReplica.rotatingAfter(1));
    small.leads(0);
    long lease =
        ((LeaseAlive) small.run(Commands.of(1, new Command.GrantLease(TTL.toMillis())))).lease();
    ByteString late =
        small.pass(TTL.plus(MOMENT)).stream()
            .filter(ReplicaEffect.Propose.class::isInstance)
            .map(e -> ((ReplicaEffect.Propose) e).entry())
            .findFirst()
            .orElseThrow();
    small.run(Commands.put(2, "a", "1"));
    small.run(Commands.put(3, "a", "2"));

    assertThat(small.choose(late))
        .extracting(CommandOutcome::result)
        .containsExactly(new CommandResult.HorizonExceeded());
    assertThat(small.core().inspection().leases()).hasSize(1);
    Duration pause = SteppedReplica.SETTINGS.serving().housekeepingPause();
    assertThat(SteppedReplica.proposed(small.pass(pause.plus(MOMENT))))
        .containsExactly(new Command.ExpireLease(lease, 0));
  }

  @Test
  void guardedPutSetsAndClearsALease() {
    long lease = grant();
    Command.PutIf attach = new Command.PutIf(Commands.bytes("k"), Commands.bytes("v"), 0, lease);
    assertThat(run(attach)).isEqualTo(new Applied(2, 0));
    assertThat(run(new Command.PutIf(Commands.bytes("k"), Commands.bytes("w"), 2)))
        .isEqualTo(new Applied(3, 2));
    run(new Command.RevokeLease(lease));

    assertThat(leader.core().inspection().inMemory(Commands.bytes("k")))
        .isEqualTo(Optional.of(new VersionedValue(Commands.bytes("w"), 2, 3, 2, 0)));
  }
}
