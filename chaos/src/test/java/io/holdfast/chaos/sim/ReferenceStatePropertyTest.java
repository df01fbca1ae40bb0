package io.holdfast.chaos.sim;

import static io.holdfast.chaos.sim.Steps.bytes;
import static io.holdfast.chaos.sim.Steps.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds of any commands in any order. */
final class ReferenceStatePropertyTest {

  private static final int ACCOUNTS = 4;
  private static final long OPENING = 100;

  /** A wish to move an amount, guarded by balances of which some are out of date. */
  record Move(int from, int to, int amount, boolean stale) {}

  @Provide
  Arbitrary<List<Move>> moves() {
    Arbitrary<Integer> account = Arbitraries.integers().between(0, ACCOUNTS - 1);
    return Combinators.combine(
            account, account, Arbitraries.integers().between(1, 150), Arbitraries.of(true, false))
        .as(Move::new)
        .filter(move -> move.from() != move.to())
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 200)
  void transfersConserveTheTotalAtEveryRevision(@ForAll("moves") List<Move> moves) {
    Steps steps = new Steps();
    long[] balances = new long[ACCOUNTS];
    for (int i = 0; i < ACCOUNTS; i++) {
      balances[i] = OPENING;
    }
    steps.run(Steps.all(opening()));
    for (int i = 0; i < moves.size(); i++) {
      Move move = moves.get(i);
      long[] known = balances.clone();
      known[move.from()] += move.stale() ? 1 : 0;
      Command transfer = transfer(move, known);
      CommandResult.TransactionDone done =
          (CommandResult.TransactionDone) steps.run(id(i), transfer).result();
      assertThat(done.succeeded()).isEqualTo(!move.stale());
      assertThat(steps.run(id(i), transfer).replayed()).isTrue();
      if (done.succeeded()) {
        balances[move.from()] -= move.amount();
        balances[move.to()] += move.amount();
      }
    }
    for (long revision = 1; revision <= steps.state.revision(); revision++) {
      assertThat(total(steps.state.recordsAt(revision))).isEqualTo(ACCOUNTS * OPENING);
    }
    for (int i = 0; i < ACCOUNTS; i++) {
      assertThat(balance(steps.state.records(), i)).isEqualTo(balances[i]);
    }
  }

  private static Operation[] opening() {
    Operation[] puts = new Operation[ACCOUNTS];
    for (int i = 0; i < ACCOUNTS; i++) {
      puts[i] = Steps.put("acct" + i, Long.toString(OPENING));
    }
    return puts;
  }

  private static Command transfer(Move move, long[] known) {
    String from = "acct" + move.from();
    String to = "acct" + move.to();
    return Steps.when(
        List.of(
            Comparison.value(
                Steps.key(from), Relation.EQUAL, bytes(Long.toString(known[move.from()]))),
            Comparison.value(
                Steps.key(to), Relation.EQUAL, bytes(Long.toString(known[move.to()])))),
        List.of(
            Steps.put(from, Long.toString(known[move.from()] - move.amount())),
            Steps.put(to, Long.toString(known[move.to()] + move.amount()))),
        List.of(Steps.read(Steps.key(from))));
  }

  private static long total(NavigableMap<ByteString, VersionedValue> records) {
    return records.values().stream()
        .mapToLong(record -> Long.parseLong(record.value().toStringUtf8()))
        .sum();
  }

  private static long balance(NavigableMap<ByteString, VersionedValue> records, int account) {
    VersionedValue record = records.get(bytes("acct" + account));
    return record == null ? 0 : Long.parseLong(record.value().toStringUtf8());
  }

  // ---- Any commands

  @Provide
  Arbitrary<List<Command>> commands() {
    return command().list().ofMaxSize(60);
  }

  private static Arbitrary<Command> command() {
    Arbitrary<Long> revision = Arbitraries.longs().between(1, 20);
    Arbitrary<Command> puts = key().map(key -> new Command.Put(key, key));
    Arbitrary<Command> attached =
        Combinators.combine(key(), revision).as((key, lease) -> new Command.Put(key, key, lease));
    Arbitrary<Command> guarded =
        Combinators.combine(key(), revision).as((key, mod) -> new Command.PutIf(key, key, mod - 1));
    Arbitrary<Command> deletes = key().map(Command.Delete::new);
    Arbitrary<Command> transactions =
        Combinators.combine(range(), operations(2), operations(2))
            .as(
                (range, then, otherwise) ->
                    new Command.Transaction(
                        List.of(Comparison.presence(range, true)), then, otherwise));
    return Arbitraries.oneOf(
        puts,
        attached,
        guarded,
        deletes,
        transactions,
        Arbitraries.just(new Command.GrantLease(10)),
        revision.map(Command.KeepAlive::new),
        revision.map(Command.RevokeLease::new),
        revision.map(lease -> new Command.ExpireLease(lease, 0)),
        revision.map(Command.Compact::new));
  }

  private static Arbitrary<ByteString> key() {
    return Arbitraries.of("a", "b", "c", "d").map(Steps::bytes);
  }

  private static Arbitrary<KeyRange> range() {
    return Arbitraries.of(
        Steps.key("a"),
        Steps.between("a", "c"),
        Steps.between("b", "d"),
        KeyRange.ALL,
        Steps.key("d"));
  }

  private static Arbitrary<List<Operation>> operations(int depth) {
    Arbitrary<Operation> put = key().map(key -> new Operation.Put(key, key, 0));
    Arbitrary<Operation> delete = range().map(Operation.Delete::new);
    Arbitrary<Operation> read = range().map(Steps::read);
    Arbitrary<Operation> any =
        depth == 0
            ? Arbitraries.oneOf(put, delete, read)
            : Arbitraries.oneOf(
                put,
                delete,
                read,
                Combinators.combine(range(), operations(depth - 1))
                    .as(
                        (range, then) ->
                            new Operation.Nested(
                                new Command.Transaction(
                                    List.of(Comparison.presence(range, false)), then, List.of()))));
    return any.list().ofMaxSize(4);
  }

  @Property(tries = 500)
  void revisionMovesByOneExactlyWhereSomethingWasDone(@ForAll("commands") List<Command> commands) {
    Steps steps = new Steps();
    for (Command command : commands) {
      long before = steps.state.revision();
      String content = steps.content();
      int leases = steps.state.leaseCount();
      CommandResult result = steps.run(command);

      assertThat(steps.state.revision()).isBetween(before, before + 1);
      if (steps.state.revision() == before) {
        assertThat(steps.content()).isEqualTo(content);
        assertThat(steps.state.leaseCount()).isEqualTo(leases);
      }
      if (result instanceof CommandResult.TransactionDone done) {
        assertThat(done.changed()).isEqualTo(steps.state.revision() > before);
        assertThat(done.revision()).isEqualTo(steps.state.revision());
      } else if (result instanceof CommandResult.Applied applied) {
        assertThat(applied.revision()).isEqualTo(before + 1);
      }
    }
  }

  @Property(tries = 500)
  void recordsTellTheirHistory(@ForAll("commands") List<Command> commands) {
    Steps steps = new Steps();
    commands.forEach(steps::run);
    for (long revision = 1; revision <= steps.state.revision(); revision++) {
      NavigableMap<ByteString, VersionedValue> before = steps.state.recordsAt(revision - 1);
      for (Map.Entry<ByteString, VersionedValue> entry :
          steps.state.recordsAt(revision).entrySet()) {
        VersionedValue now = entry.getValue();
        VersionedValue old = before.getOrDefault(entry.getKey(), now);
        if (now.modRevision() < revision) {
          assertThat(before).containsEntry(entry.getKey(), now);
        } else if (now.createRevision() < revision) {
          assertThat(before).containsKey(entry.getKey());
          assertThat(now.createRevision()).isEqualTo(old.createRevision());
          assertThat(now.version()).isGreaterThan(old.version());
        }
      }
    }
  }

  @Property(tries = 300)
  void aReadOfThePastIsWhatWasReadThen(@ForAll("commands") List<Command> commands) {
    Steps steps = new Steps();
    List<String> then = new ArrayList<>(List.of(""));
    for (Command command : commands) {
      steps.run(command);
      if (steps.state.revision() == then.size()) {
        then.add(steps.content());
      }
    }
    for (long revision = 1; revision < then.size(); revision++) {
      ReadResult result =
          steps.state.read(
              new ReadQuery(KeyRange.ALL, OptionalLong.of(revision), 100, ReadDetail.COUNT));
      assertThat(steps.contentAt(revision)).isEqualTo(then.get((int) revision));
      assertThat(result instanceof ReadResult.Compacted)
          .isEqualTo(revision < steps.state.compacted());
    }
  }

  @Property(tries = 300)
  void everyKeyIsAttachedToALeaseThatIsThere(@ForAll("commands") List<Command> commands) {
    Steps steps = new Steps();
    for (Command command : commands) {
      steps.run(command);
      assertThat(steps.state.records().values())
          .allMatch(record -> record.lease() == 0 || steps.state.lease(record.lease()).isPresent());
    }
  }

  @Property(tries = 200)
  void repeatingEveryWriteChangesNothing(
      @ForAll("commands") List<Command> commands,
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 59) Integer> again) {
    Steps steps = new Steps();
    List<CommandOutcome> firsts = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      firsts.add(steps.run(id(i), commands.get(i)));
    }
    String content = steps.content();
    long revision = steps.state.revision();
    for (int i : again) {
      if (i < commands.size() && !(commands.get(i) instanceof Command.Housekeeping)) {
        CommandOutcome replay = steps.run(id(i), commands.get(i));
        assertThat(replay.replayed()).isTrue();
        assertThat(replay.slot()).isEqualTo(firsts.get(i).slot());
        CommandOutcome resolved = steps.run(id(i), new Command.Resolve());
        assertThat(resolved).isEqualTo(replay);
      }
    }
    assertThat(steps.content()).isEqualTo(content);
    assertThat(steps.state.revision()).isEqualTo(revision);
  }
}
