package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.Executed;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.Plan;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.reservation.Reservation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the chosen log means, executed as simply as can be: nothing is cached, flushed or restored.
 * A wrong value on which all replicas agree passes every hash, but not this.
 *
 * <p>A slot is executed once it is chosen and a first replica has executed it, since what caches
 * and plans refuse is taken from there, as far as it can be right at all. So it stands before the
 * invariants among the observers.
 */
final class ReferenceModel implements Observer {

  /** Is told of what happens in the log beside outcomes. */
  interface Listener {

    /**
     * A lease was ended by its expiry.
     *
     * @param lease the lease as it was
     * @param lastRenewal the write that granted or last renewed it
     */
    void expired(Slot slot, Lease lease, WriteId lastRenewal);
  }

  /** What a replica says came of a slot, and its cache's generation when it executed it. */
  private record Seen(List<CommandOutcome> outcomes, OptionalLong generation) {}

  /** Revisions right after a slot. */
  private record Mark(long newest, long oldest) {}

  private final int window;
  private final ReferenceState state;
  private final List<Listener> listeners = new ArrayList<>();
  private final Map<Slot, Batch> chosen = new HashMap<>();
  private final Map<Slot, Seen> seen = new HashMap<>();
  private final List<List<WriteCommand>> commands = new ArrayList<>();
  private final List<List<CommandOutcome>> outcomes = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final List<List<Reservation>> reservations = new ArrayList<>();
  private final Map<WriteId, CommandOutcome> executions = new HashMap<>();
  private final Map<WriteId, Long> taken = new HashMap<>();
  private final List<List<ReferenceControl.State>> under = new ArrayList<>();
  private final List<ReferenceControl.State> controls = new ArrayList<>();
  private final List<List<Changed>> byPolicy = new ArrayList<>();
  private final List<List<ChangeOutcome>> changes = new ArrayList<>();
  private final Map<WriteId, ReferenceControl.State> executedUnder = new HashMap<>();
  private boolean sealed;

  /**
   * @param window twice as many write ids are remembered at most
   */
  ReferenceModel(int window) {
    this(window, Optional.empty());
  }

  /**
   * @param window twice as many write ids are remembered at most
   * @param founded who takes part at first, where that matters
   */
  ReferenceModel(int window, Optional<Membership> founded) {
    this.window = window;
    this.state = new ReferenceState(founded);
    under.add(List.of());
    controls.add(state.control.state());
    byPolicy.add(List.of());
    changes.add(List.of());
    commands.add(List.of());
    outcomes.add(List.of());
    marks.add(new Mark(0, 0));
    reservations.add(List.of());
  }

  void listen(Listener listener) {
    listeners.add(listener);
  }

  /** The batch of a slot is known. */
  @Override
  public void chosen(Slot slot, Batch batch) {
    chosen.put(slot, batch);
    advance();
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    executed(
        applied.slot(),
        applied.results().stream().map(CommandCodec::decodeOutcome).toList(),
        OptionalLong.of(applied.generation()));
  }

  /**
   * A replica has executed a slot. The first one's word counts: the others are compared with what
   * the model makes of it.
   *
   * @param generation its cache's generation when it executed the slot; empty: it has no cache, and
   *     nothing can be refused because of one
   */
  void executed(Slot slot, List<CommandOutcome> results, OptionalLong generation) {
    if (slot.isAfter(executed()) && seen.putIfAbsent(slot, new Seen(results, generation)) == null) {
      advance();
    }
  }

  private void advance() {
    for (Slot next = executed().next();
        chosen.containsKey(next) && seen.containsKey(next);
        next = executed().next()) {
      execute(next, chosen.get(next), seen.remove(next));
      chosen.remove(next);
    }
  }

  private void execute(Slot slot, Batch batch, Seen told) {
    List<WriteCommand> writes = new ArrayList<>();
    List<CommandOutcome> results = new ArrayList<>();
    List<ReferenceControl.State> before = new ArrayList<>();
    List<ChangeOutcome> changed = new ArrayList<>();
    for (BatchEntry entry : BatchFormat.decode(batch)) {
      if (entry instanceof BatchEntry.CommandEntry command) {
        WriteCommand write = CommandCodec.decode(command.bytes());
        Optional<CommandResult> refusal =
            results.size() < told.outcomes().size()
                ? Optional.of(told.outcomes().get(results.size()).result())
                    .filter(result -> mayBeRefused(write, result, told.generation()))
                : Optional.empty();
        writes.add(write);
        before.add(state.control.state());
        results.add(
            sealed
                ? new CommandOutcome(new CommandResult.GroupSealed(), false, slot)
                : execute(slot, write, refusal));
      } else {
        state
            .control
            .change(slot, MembershipCodec.decodeChange(entry.bytes()))
            .ifPresent(changed::add);
        sealed |= isSeal(entry);
      }
    }
    under.add(before);
    controls.add(state.control.state());
    byPolicy.add(state.control.takeByPolicy());
    changes.add(changed);
    commands.add(writes);
    outcomes.add(results);
    marks.add(new Mark(state.revision(), state.compacted()));
    reservations.add(state.reservations.all());
  }

  /** A seal is never refused. */
  private static boolean isSeal(BatchEntry entry) {
    return MembershipCodec.decodeChange(entry.bytes()).change() instanceof MembershipChange.Seal;
  }

  /** Whether nothing more of the log has an effect, by now. */
  boolean isSealed() {
    return sealed;
  }

  /**
   * Whether the data allows this refusal. One that is not allowed is ignored, and the replica's
   * result then differs from the model's (DeterministicApply).
   */
  private boolean mayBeRefused(WriteCommand write, CommandResult result, OptionalLong generation) {
    if (result instanceof CommandResult.HorizonExceeded) {
      // AtMostOneRotation: what was planned one generation back is still executed.
      long planned = write.plan().map(Plan::generation).orElse(Long.MAX_VALUE);
      return generation.isPresent() && planned <= generation.getAsLong() - 2;
    }
    if (result instanceof CommandResult.WriteIdsExhausted) {
      // Records below the horizon are dropped late, so fewer may count here.
      return executions.size() >= 2 * window;
    }
    return ReferenceState.isRefusal(result);
  }

  private CommandOutcome execute(Slot slot, WriteCommand write, Optional<CommandResult> refusal) {
    Optional<Lease> expiring =
        write.command() instanceof Command.ExpireLease expire
            ? state.lease(expire.lease())
            : Optional.empty();
    long before = state.revision();
    ReferenceControl.State active = state.control.state();
    CommandOutcome outcome = state.execute(slot, write, refusal);
    // Ids of housekeeping commands name nothing.
    if (state.revision() > before && outcome.result() instanceof Executed) {
      taken.put(write.id(), state.revision());
    }
    InvariantViolation.check(
        state.remembered() <= 2 * window,
        "DeterministicApply",
        "slot %s: %d write ids are remembered with a window of %d",
        slot,
        state.remembered(),
        window);
    expiring
        .filter(lease -> state.lease(lease.number()).isEmpty())
        .ifPresent(lease -> expired(slot, lease));
    if (!outcome.replayed() && outcome.result() instanceof Executed) {
      executedUnder.put(write.id(), active);
      InvariantViolation.check(
          executions.put(write.id(), outcome) == null,
          "ExactlyOnce",
          "the log executes %s again in slot %s",
          write.id(),
          slot);
    }
    return outcome;
  }

  private void expired(Slot slot, Lease lease) {
    WriteId renewal = state.lastRenewal(lease.number()).orElseThrow();
    listeners.forEach(listener -> listener.expired(slot, lease, renewal));
  }

  // ---- What it came to

  /** What was active before each command of a slot. */
  List<ReferenceControl.State> under(Slot slot) {
    return under.get((int) slot.number());
  }

  /** What is active right after a slot. */
  ReferenceControl.State controlAt(Slot slot) {
    return controls.get((int) slot.number());
  }

  /** What activations in a slot made of w. */
  List<Changed> byPolicy(Slot slot) {
    return byPolicy.get((int) slot.number());
  }

  /** What changes of membership in a slot came to. */
  List<ChangeOutcome> changes(Slot slot) {
    return changes.get((int) slot.number());
  }

  /** What was active where a write was executed; empty where it was not. */
  Optional<ReferenceControl.State> executedUnder(WriteId id) {
    return Optional.ofNullable(executedUnder.get(id));
  }

  /** The last executed slot. */
  Slot executed() {
    return new Slot(outcomes.size() - 1);
  }

  /** The commands of a slot. */
  List<WriteCommand> commands(Slot slot) {
    return commands.get((int) slot.number());
  }

  /** What became of each command of a slot. */
  List<CommandOutcome> outcomes(Slot slot) {
    return outcomes.get((int) slot.number());
  }

  /** The reservations right after a slot, in no order. */
  List<Reservation> reservationsAt(Slot slot) {
    return reservations.get((int) slot.number());
  }

  /** What a key held right after a slot. */
  Optional<VersionedValue> at(Slot slot, ByteString key) {
    return Optional.ofNullable(state.recordsAt(revisionAt(slot)).get(key));
  }

  /** What a read is answered right after a slot. */
  ReadResult read(Slot slot, ReadQuery query) {
    Mark mark = marks.get((int) slot.number());
    return state.read(query, mark.newest(), mark.oldest());
  }

  /** The group's revision right after a slot. */
  long revisionAt(Slot slot) {
    return marks.get((int) slot.number()).newest();
  }

  /** All records at a revision, compacted or not. */
  NavigableMap<ByteString, VersionedValue> recordsAt(long revision) {
    return state.recordsAt(revision);
  }

  /** The execution of a write, its fencing included; empty when there was none. */
  Optional<CommandOutcome> executionOf(WriteId id) {
    return Optional.ofNullable(executions.get(id));
  }

  /** Whether an id that is not remembered is too old to tell, by now. */
  boolean isExpired(WriteId id) {
    return id.timeMillis() < state.horizonMillis();
  }

  /** The revision that a write took; empty if it took none, or was not executed. */
  OptionalLong revisionTakenBy(WriteId id) {
    Long revision = taken.get(id);
    return revision == null ? OptionalLong.empty() : OptionalLong.of(revision);
  }

  /** The oldest revision that can be read, by now; 0 while all can. */
  long compacted() {
    return state.compacted();
  }

  /** What the log leaves in the end. */
  NavigableMap<ByteString, VersionedValue> records() {
    return state.records();
  }
}
