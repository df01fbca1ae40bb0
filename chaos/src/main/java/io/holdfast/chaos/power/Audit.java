package io.holdfast.chaos.power;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.NodeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Compares what a machine holds after a boot with what it had acknowledged before. */
final class Audit {

  private static final int READ_BYTES = 256 << 10;

  private final MachineBoot boot;
  private final Acknowledged acknowledged;
  private final ReferenceReplica reference;
  private final List<Finding> findings = new ArrayList<>();

  private Audit(MachineBoot boot, Acknowledged acknowledged, ReferenceReplica reference) {
    this.boot = boot;
    this.acknowledged = acknowledged;
    this.reference = reference;
  }

  /**
   * Looks at a boot that has started, before anything is asked of it.
   *
   * @param before what was acknowledged before it
   * @return what is wrong; nothing if all is as it must be
   */
  static List<Finding> of(MachineBoot boot, Acknowledged before, ReferenceReplica reference)
      throws PowerCut, NodeStopped, InterruptedException {
    Audit audit = new Audit(boot, before, reference);
    audit.directory();
    audit.promise();
    audit.log();
    audit.store();
    return List.copyOf(audit.findings);
  }

  @FormatMethod
  private void lost(@FormatString String what, Object... facts) {
    findings.add(Finding.lost(String.format(what, facts)));
  }

  @FormatMethod
  private void damaged(@FormatString String what, Object... facts) {
    findings.add(Finding.damaged(String.format(what, facts)));
  }

  // ---- The directory

  private void directory() {
    NodeIdentity identity = boot.directory().identity();
    long incarnation = acknowledged.incarnation();
    if (incarnation != 0 && identity.incarnation() != incarnation) {
      lost("the directory's incarnation %x; it is %x now", incarnation, identity.incarnation());
    }
    if (identity.bootCount() <= acknowledged.boots()) {
      lost("boot %d was counted, and this is boot %d", acknowledged.boots(), identity.bootCount());
    }
    if (!boot.directory().ledger().remembers(acknowledged.ledger())) {
      lost("the ledger %s; it is %s now", acknowledged.ledger(), boot.directory().ledger());
    }
    acknowledged.booted(identity.incarnation(), identity.bootCount());
  }

  // ---- The journal

  private void promise() {
    Ballot promised = boot.promises().promised();
    if (promised.isBelow(acknowledged.promised())) {
      lost("the promise of %s; the acceptor promises %s", acknowledged.promised(), promised);
    }
    if (!promised.equals(Ballot.BOTTOM) && !acknowledged.wasAsked(promised)) {
      damaged("a promise of %s, which nobody asked for", promised);
    }
  }

  private void log() throws PowerCut, NodeStopped, InterruptedException {
    AcceptorView view = boot.promises();
    long trimmed = view.trimmedTo().number();
    if (trimmed > Math.min(acknowledged.trimAsked(), boot.stored().number())) {
      lost(
          "the log up to slot %d, with the store at slot %s and trimming asked for up to %d",
          trimmed, boot.stored(), acknowledged.trimAsked());
    }
    NavigableMap<Long, Ballot> expected = acknowledged.accepted().tailMap(trimmed, false);
    Map<Long, AcceptedPair> held = held(trimmed + 1, expected);
    held.values().forEach(this::isAsAsked);
    expected.forEach((slot, ballot) -> isHeld(slot, ballot, Optional.ofNullable(held.get(slot))));
  }

  /** Reads the log, around holes too. */
  private Map<Long, AcceptedPair> held(long first, NavigableMap<Long, Ballot> expected)
      throws PowerCut, NodeStopped, InterruptedException {
    Map<Long, AcceptedPair> held = new TreeMap<>();
    @Nullable Long next = first;
    while (next != null) {
      CompletableFuture<List<AcceptedPair>> read = new CompletableFuture<>();
      boot.tellAcceptor(new AcceptorActor.ReadLog(new Slot(next), READ_BYTES, read::complete));
      List<AcceptedPair> pairs = boot.await(read, "reading the log from slot " + next);
      pairs.forEach(pair -> held.put(pair.slot().number(), pair));
      next =
          pairs.isEmpty()
              ? expected.higherKey(next)
              : Long.valueOf(pairs.get(pairs.size() - 1).slot().number() + 1);
    }
    return held;
  }

  private void isAsAsked(AcceptedPair pair) {
    Optional<Batch> asked = acknowledged.asked(pair.slot().number(), pair.ballot());
    if (asked.isEmpty() || !asked.get().equals(pair.batch())) {
      damaged(
          "slot %s holds %s under %s, where %s was asked for",
          pair.slot(), pair.batch(), pair.ballot(), asked);
    }
  }

  private void isHeld(long slot, Ballot ballot, Optional<AcceptedPair> pair) {
    if (pair.isEmpty()) {
      lost("slot %d, acknowledged under %s, is not in the log", slot, ballot);
    } else if (pair.get().ballot().isBelow(ballot)) {
      lost("slot %d under %s; the log has it under %s", slot, ballot, pair.get().ballot());
    } else if (!acknowledged.chosen(slot).equals(Optional.of(pair.get().batch()))) {
      damaged("slot %d holds another batch than was chosen: %s", slot, pair.get().batch());
    }
  }

  // ---- The store

  private void store() {
    Slot stored = boot.stored();
    if (stored.number() < acknowledged.flushed()) {
      lost("what was flushed up to slot %d; the store is at %s", acknowledged.flushed(), stored);
      return;
    }
    if (reference.applied().isAfter(stored)) {
      lost("the store was at slot %s, and is at %s now", reference.applied(), stored);
      return;
    }
    Optional<Long> missing = reference.advanceTo(stored, acknowledged::chosen);
    if (missing.isPresent()) {
      damaged("the store is at slot %s, but nothing was chosen in slot %d", stored, missing.get());
      return;
    }
    acknowledged
        .chainHash(stored.number())
        .filter(told -> !told.equals(reference.chainHash()))
        .ifPresent(told -> damaged("slot %s was told with the chain hash %s", stored, told));
    for (String difference : reference.differences(boot.recovered(), boot.store())) {
      damaged("the store at slot %s: %s", stored, difference);
    }
  }
}
