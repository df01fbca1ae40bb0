package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.PolicyManifest;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.ProposedChange;
import io.holdfast.sync.core.Generations.Cached;
import io.holdfast.sync.core.reservation.ReservationChange;
import io.holdfast.sync.core.reservation.ReservationTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a state machine is made of: the index of keys, the cache, leases, reservations, write ids,
 * revision and compaction point; with what of it the store does not hold yet.
 */
final class ReplicatedState {

  // What a change costs in memory and in a flush beside its key and value; a round figure.
  private static final int WRITE_ID_BYTES = 96;
  private static final int LEASE_BYTES = 64;
  private static final int CONTROL_BYTES = 16 * 1024;

  /** Results with their details beyond this are not kept for replays. */
  private static final int MAX_KEPT_RESULT_BYTES = 64 * 1024;

  private final StateTerms terms;
  private final CacheRules rules;
  private final KeyIndex index;
  private final Generations cache;
  private final Leases leases;
  private final ReservationTable reservations;
  private final WriteIdTable writeIds;
  private final Overlay overlay;
  private final List<Change> unflushed = new ArrayList<>();
  private Optional<Membership> membership;
  private ControlState control;
  private boolean controlChanged;
  private long revision;
  private long compacted;
  private long unflushedBytes;
  private long historyBytes;
  private long rotations;

  ReplicatedState(RestoredState stored, CacheRules rules) {
    this.terms = stored.header().terms();
    this.rules = rules;
    this.index = stored.index();
    this.cache = stored.cache();
    this.leases = new Leases(stored.leases().values());
    this.reservations = stored.reservations();
    this.writeIds = stored.writeIds();
    this.membership = stored.header().membership();
    this.control = stored.control();
    this.revision = stored.header().revision();
    this.compacted = stored.header().compacted();
    this.historyBytes = stored.historyBytes();
    this.overlay = new Overlay(Place.last(revision), writeIds.next());
    for (Map.Entry<ByteString, KeyEntry> entry : index.all().entrySet()) {
      leases.attach(entry.getKey(), 0, entry.getValue().lease());
    }
  }

  KeyIndex index() {
    return index;
  }

  Generations cache() {
    return cache;
  }

  Leases leases() {
    return leases;
  }

  ReservationTable reservations() {
    return reservations;
  }

  WriteIdTable writeIds() {
    return writeIds;
  }

  Overlay overlay() {
    return overlay;
  }

  CacheRules rules() {
    return rules;
  }

  StateTerms terms() {
    return terms;
  }

  long revision() {
    return revision;
  }

  /** The oldest revision that can be read; 0 while all can. */
  long compacted() {
    return compacted;
  }

  /** Bytes of all changes since the compaction point that this began with; only grows. */
  long historyBytes() {
    return historyBytes;
  }

  long rotations() {
    return rotations;
  }

  // ---- Changing, by the log only

  /** The changes of one command take effect, as the next revision. */
  void take(List<Change> changes) {
    revision++;
    for (Change change : changes) {
      KeyEntry before = index.find(change.key());
      leases.attach(change.key(), before == null ? 0 : before.lease(), change.lease());
      index.add(change);
      cache.enter(change.key(), new Cached(change.place(), Optional.ofNullable(change.value())));
      overlay.add(change);
      unflushed.add(change);
      unflushedBytes += change.bytes();
      historyBytes += change.bytes();
    }
  }

  /** A command takes a revision and changes no key. */
  void takeRevision() {
    revision++;
  }

  void putLease(Lease lease) {
    leases.put(lease);
    unflushedBytes += LEASE_BYTES;
  }

  void endLease(long number) {
    leases.end(number);
    unflushedBytes += LEASE_BYTES;
  }

  /** The changes of one request take effect, as the next revision. */
  void takeReservations(List<ReservationChange> changes) {
    revision++;
    for (ReservationChange change : changes) {
      reservations.take(change);
      unflushedBytes += change.bytes();
    }
  }

  /** Forgets history below a revision; a lower one than before changes nothing. */
  void compact(long oldest) {
    compacted = Math.max(compacted, Math.min(oldest, revision));
    index.compact(compacted);
  }

  /** Remembers what came of a write. */
  void remember(WriteIdRecord record) {
    if (record.result() instanceof CommandResult.Detailed detailed && detailed.hasDetails()) {
      int bytes = ResultCodec.toProto(detailed).getSerializedSize();
      if (bytes <= MAX_KEPT_RESULT_BYTES) {
        overlay.add(writeIds.next(), detailed);
        unflushedBytes += bytes;
      }
    }
    writeIds.add(record);
    unflushedBytes += WRITE_ID_BYTES;
  }

  /**
   * Decides a change of membership, and makes it unless it is refused.
   *
   * @throws InvariantViolation ConfigurationBySlot when nobody is known to take part: others would
   *     decide otherwise
   */
  ChangeOutcome change(Slot slot, ProposedChange proposed) {
    Membership current =
        membership.orElseThrow(
            () ->
                new InvariantViolation(
                    "ConfigurationBySlot", "slot " + slot + " changes members that are not known"));
    OptionalInt w = control.set().policy().map(PolicyManifest::w).orElse(OptionalInt.empty());
    ChangeOutcome outcome =
        PolicyQuorums.decide(current, w, slot, proposed, rules.changesOneAtATime());
    if (outcome instanceof ChangeOutcome.Changed changed) {
      membership = Optional.of(current.after(changed));
    } else if (outcome instanceof ChangeOutcome.Sealed) {
      membership = Optional.of(current.asSealed());
    }
    return outcome;
  }

  /** What is active, and was. */
  ControlState control() {
    return control;
  }

  /** Something else is active from here on, or something was given for it. */
  void take(ControlState next) {
    control = next;
    controlChanged = true;
    unflushedBytes += CONTROL_BYTES;
  }

  /** Who takes part, if that is known. */
  Optional<Membership> membership() {
    return membership;
  }

  /** A command has changed who takes part, or w. */
  void take(Membership next) {
    membership = Optional.of(next);
  }

  /** Whether nothing more in the log has an effect. */
  boolean isSealed() {
    return membership.map(Membership::sealed).orElse(false);
  }

  /** A slot is done. */
  void endSlot() {
    if (cache.rotateIfDue(rules)) {
      rotations++;
    }
  }

  // ---- Seen from outside

  /** What is known about a write id, with the details of its result if they are in memory. */
  WriteLookup lookup(WriteId id) {
    if (writeIds.isExpired(id)) {
      return new WriteLookup.Expired();
    }
    long ordinal = writeIds.find(id);
    if (ordinal < 0) {
      return new WriteLookup.Unknown();
    }
    WriteIdRecord known = writeIds.record(ordinal);
    CommandResult result = known.result();
    if (result instanceof CommandResult.Detailed) {
      result = overlay.answer(ordinal).map(CommandResult.class::cast).orElse(result);
    }
    return new WriteLookup.Recorded(new CommandOutcome(result, true, known.slot()));
  }

  /** The value at a place, if it is in memory. */
  Optional<ByteString> valueInMemory(ByteString key, long place) {
    return cache
        .find(key)
        .filter(cached -> cached.place() == place)
        .flatMap(Cached::value)
        .or(() -> overlay.find(place).flatMap(change -> Optional.ofNullable(change.value())));
  }

  Optional<VersionedValue> cached(ByteString key) {
    return index
        .alive(key)
        .flatMap(
            entry ->
                valueInMemory(key, entry.place())
                    .map(
                        value ->
                            new VersionedValue(
                                value,
                                entry.createRevision(),
                                entry.modRevision(),
                                entry.version(),
                                entry.lease())));
  }

  StateHeader header(Slot applied, Digest chainHash) {
    return new StateHeader(
        terms,
        applied,
        chainHash,
        revision,
        compacted,
        index.alive(),
        leases.size(),
        writeIds.first(),
        writeIds.next(),
        writeIds.horizonMillis(),
        cache.generation(),
        cache.commands(),
        cache.bytes(),
        control.epoch(),
        membership,
        reservations.size(),
        reservations.exclusions().size());
  }

  // ---- Flushing

  long unflushedBytes() {
    return unflushedBytes;
  }

  ReplicaDelta takeDelta(Slot before, StateHeader after, long takenWriteOrdinal) {
    long firstAdded = Math.max(takenWriteOrdinal, writeIds.first());
    List<WriteIdRecord> added = new ArrayList<>();
    for (long ordinal = firstAdded; ordinal < writeIds.next(); ordinal++) {
      added.add(withResults(writeIds.record(ordinal), ordinal));
    }
    List<Lease> leasesPut = leases.changedLeases();
    ReplicaDelta delta =
        new ReplicaDelta(
            before,
            after,
            unflushed,
            cache.takeEntered(),
            firstAdded,
            added,
            leasesPut,
            leases.takeEnded(),
            controlChanged ? Optional.of(control) : Optional.empty(),
            reservations.takeDelta());
    controlChanged = false;
    unflushed.clear();
    unflushedBytes = 0;
    return delta;
  }

  private WriteIdRecord withResults(WriteIdRecord record, long ordinal) {
    return overlay
        .answer(ordinal)
        .map(done -> new WriteIdRecord(record.id(), record.requestDigest(), record.slot(), done))
        .orElse(record);
  }
}
