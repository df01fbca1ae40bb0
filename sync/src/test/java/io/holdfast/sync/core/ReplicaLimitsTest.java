package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.CommandResult.LeaseAlive;
import io.holdfast.sync.core.CommandResult.TooManyChanges;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a replica gives, looks at and keeps is bounded, and what is at a bound is not lost. */
class ReplicaLimitsTest {

  private static final int KILO = 1024;

  private final SteppedReplica replica = SteppedReplica.of(StateTerms.DEFAULTS);
  private long lastId;

  private CommandResult put(String key, int bytes) {
    return replica.run(
        Commands.of(
            ++lastId, new Command.Put(Commands.bytes(key), ByteString.copyFrom(new byte[bytes]))));
  }

  private WriteCommand reading(Operation... operations) {
    return Commands.transaction(++lastId, List.of(), List.of(operations), List.of());
  }

  private void fill(int keys) {
    for (int at = 0; at < keys; at += 1000) {
      List<Operation> puts = new ArrayList<>();
      for (int n = at; n < Math.min(keys, at + 1000); n++) {
        puts.add(Commands.set("key-%05d".formatted(n), "v"));
      }
      replica.run(Commands.transaction(++lastId, List.of(), puts, List.of()));
    }
  }

  // ---- Watching

  /** A store stops before the change that would be too much, however little it has given. */
  @Test
  void watchLosesNothingWhereAPartEndsBeforeALargeChange() {
    put("a", 600 * KILO);
    put("b", 600 * KILO);
    put("c", 600 * KILO);
    replica.flush();
    List<String> seen = new ArrayList<>();
    long from = Place.first(1);
    for (int asked = 1; asked <= 3; asked++) {
      ReplicaEffect.ChangesAnswer answer = changesFrom(from, asked);
      answer.changes().forEach(change -> seen.add(change.key().toStringUtf8()));
      from = answer.nextPlace();
    }
    assertThat(seen).containsExactly("a", "b", "c");
  }

  private ReplicaEffect.ChangesAnswer changesFrom(long place, long token) {
    return replica
        .on(new ReplicaInput.NextChanges(token, place, KeyRange.ALL, Duration.ofSeconds(5)))
        .stream()
        .filter(ReplicaEffect.ChangesAnswer.class::isInstance)
        .map(ReplicaEffect.ChangesAnswer.class::cast)
        .findAny()
        .orElseThrow();
  }

  @Test
  void watchThatMissedNothingIsNotToldThatItsPlaceIsCompacted() {
    put("a", 1);
    put("b", 1);
    replica.on(
        new ReplicaInput.NextChanges(
            9, Place.first(3), Commands.key("quiet"), Duration.ofSeconds(5)));
    put("a", 1);
    put("a", 1);
    replica.run(Commands.of(++lastId, new Command.Compact(4)));
    WriteCommand awaited = Commands.put(++lastId, "quiet", "v");
    ByteString entry = replica.admit(awaited);
    replica.log().add(SteppedReplica.batchOf(entry));

    assertThat(replica.catchUpEffects())
        .filteredOn(ReplicaEffect.ChangesAnswer.class::isInstance)
        .extracting(e -> ((ReplicaEffect.ChangesAnswer) e).changes().size())
        .containsExactly(1);
  }

  // ---- What a command may look at and give

  @Test
  void commandsOfASlotGiveNoMoreThanTheSlotMay() {
    put("large", 900 * KILO);
    List<ByteString> entries = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      entries.add(replica.admit(reading(Commands.get("large"))));
    }
    List<CommandOutcome> outcomes = replica.choose(entries.toArray(new ByteString[0]));

    assertThat(outcomes)
        .filteredOn(outcome -> outcome.result() instanceof TransactionDone)
        .hasSize(CommandLimits.MAX_SLOT_RESULT_BYTES / (900 * KILO));
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.result() instanceof TooManyChanges)
        .hasSize(20 - CommandLimits.MAX_SLOT_RESULT_BYTES / (900 * KILO));
  }

  @Test
  void readWithinATransactionSaysThatThereAreMoreThanItCounts() {
    fill(CommandStep.MAX_COUNTED + 1);
    Operation count = new Operation.Read(KeyRange.ALL, 1, ReadDetail.COUNT);
    TransactionDone done = (TransactionDone) replica.run(reading(count));

    assertThat(done.results().orElseThrow())
        .containsExactly(new OperationResult.Read(List.of(), CommandStep.MAX_COUNTED, true));
  }

  @Test
  void commandThatWouldLookAtTooManyKeysIsRefused() {
    fill(2000);
    List<Operation> counts = new ArrayList<>();
    for (int n = 0; n < 1 + CommandLimits.MAX_LOOKED_AT / 2000; n++) {
      counts.add(new Operation.Read(KeyRange.ALL, 1, ReadDetail.COUNT));
    }
    assertThat(replica.run(reading(counts.toArray(new Operation[0]))))
        .isEqualTo(new TooManyChanges());
    assertThat(replica.run(reading(counts.subList(1, counts.size()).toArray(new Operation[0]))))
        .isInstanceOf(TransactionDone.class);
  }

  // ---- What a plan may bring

  @Test
  void commandWhosePlanWouldNotFitAMessageIsRefusedAtAdmission() {
    for (String key : List.of("a", "b", "c")) {
      put(key, 600 * KILO);
    }
    for (int n = 0; n < 125; n++) {
      put("other", 600 * KILO);
    }
    List<Comparison> conditions =
        List.of(Commands.has("a", "x"), Commands.has("b", "x"), Commands.has("c", "x"));
    WriteCommand large = Commands.transaction(++lastId, conditions, List.of(), List.of());

    Optional<ReplicaEffect> answer = replica.admission(large);
    assertThat(answer)
        .get()
        .isInstanceOfSatisfying(
            ReplicaEffect.AdmissionRefused.class,
            refused -> assertThat(refused.code()).isEqualTo(OutcomeCode.TOO_LARGE));
  }

  // ---- What is kept

  @Test
  void keyThatIsPutAndDeletedForEverTakesNoMoreMemory() {
    KeyIndex index = new KeyIndex();
    long previous = 0;
    for (long revision = 1; revision <= 20_000; revision++) {
      long place = Place.first(revision);
      index.add(
          revision % 2 == 0
              ? Change.delete(place, Commands.bytes("lock"), previous)
              : new Change(
                  place, Commands.bytes("lock"), Commands.bytes("v"), revision, 1, 0, previous));
      previous = place;
    }
    assertThat(index.rememberedDeletions()).isLessThan(1100);
    index.compact(20_000);
    assertThat(index.size()).isZero();
  }

  @Test
  void renewalsOfALeaseTakeNoMoreMemory() {
    Leases leases = new Leases(List.of());
    LeaseClock clock = new LeaseClock(leases);
    clock.leads(new Now(0, 0));
    Lease lease = new Lease(1, 3_600_000, 0);
    for (int n = 0; n < 10_000; n++) {
      leases.put(lease);
      clock.renewed(lease, new Now(n, 0));
      lease = lease.renewed();
    }
    assertThat(clock.waiting()).isLessThan(1100);
  }

  @Test
  void leasesThatEndTogetherAreProposedAFewAtATime() {
    List<ByteString> grants = new ArrayList<>();
    for (int n = 0; n < 1000; n++) {
      grants.add(replica.admit(Commands.of(++lastId, new Command.GrantLease(1000))));
    }
    List<CommandOutcome> granted = replica.choose(grants.toArray(new ByteString[0]));
    assertThat(granted).allMatch(outcome -> outcome.result() instanceof LeaseAlive);
    replica.leads(1);
    replica.pass(Duration.ofMillis(500));

    List<Command> first = SteppedReplica.proposed(replica.pass(Duration.ofMillis(501)));
    assertThat(first).hasSizeBetween(1, 300);
    List<Command> all = new ArrayList<>(first);
    for (int tick = 0; tick < 10; tick++) {
      all.addAll(SteppedReplica.proposed(replica.pass(Duration.ofMillis(25))));
    }
    assertThat(all).filteredOn(Command.ExpireLease.class::isInstance).hasSize(1000);
  }
}
