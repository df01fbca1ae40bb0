package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect;

/**
 * A write takes one revision for all that it changes, and none if it changes nothing; so a read at
 * a revision sees all of a transaction or nothing.
 */
final class OneRevisionPerWrite extends Invariant {

  private final ReferenceModel reference;

  OneRevisionPerWrite(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    if (applied.slot().isAfter(reference.executed())) {
      return;
    }
    Count count = new Count(reference.revisionAt(new Slot(applied.slot().number() - 1)));
    for (var encoded : applied.results()) {
      CommandOutcome outcome = CommandCodec.decodeOutcome(encoded);
      check(
          outcome.replayed() || count.goesOnWith(outcome.result()),
          "%s, slot %s: %s where the revision was %d to %d",
          at,
          applied.slot(),
          outcome,
          count.least,
          count.most);
    }
  }

  @Override
  public void queried(ClientOperation operation, ReadQuery query, ReadResult result, Slot slot) {
    ReadResult expected = reference.read(slot, query);
    check(
        agree(result, expected),
        "client %s reads %s at slot %s: %s; the log means %s",
        operation.process(),
        Words.of(query),
        slot,
        Words.of(result),
        Words.of(expected));
  }

  @Override
  public void answered(ClientOperation operation) {
    if (operation.read() instanceof ReadAnswer.Compacted forgotten) {
      long asked = operation.query().orElseThrow().revision().orElse(Long.MAX_VALUE);
      check(
          asked < forgotten.oldest() && forgotten.oldest() <= reference.compacted(),
          "client %s is told that revision %d is forgotten, the oldest is %d; the log means %d",
          operation.process(),
          asked,
          forgotten.oldest(),
          reference.compacted());
    }
  }

  /** A read may stop early, in records and in counting, if it says so. */
  private static boolean agree(ReadResult result, ReadResult expected) {
    if (!(result instanceof ReadResult.Records found)
        || !(expected instanceof ReadResult.Records meant)) {
      return result.equals(expected);
    }
    int shown = found.records().size();
    int all = meant.records().size();
    boolean cutShort = shown > 0 && shown < all && found.more();
    boolean counted =
        found.countIsLeast() ? found.count() <= meant.count() : found.count() == meant.count();
    return counted
        && found.revision() == meant.revision()
        && (cutShort || (shown == all && found.more() == meant.more()))
        && found.records().equals(meant.records().subList(0, shown));
  }

  /** Where the revision stands; a housekeeping command may have taken one and does not say so. */
  private static final class Count {

    private long least;
    private long most;

    Count(long revision) {
      this.least = revision;
      this.most = revision;
    }

    boolean goesOnWith(CommandResult result) {
      if (result instanceof CommandResult.Applied applied) {
        return isAt(applied.revision(), 1, 1);
      } else if (result instanceof CommandResult.Unchanged unchanged) {
        return isAt(unchanged.currentRevision(), 0, 0);
      } else if (result instanceof CommandResult.TransactionDone done) {
        int taken = done.changed() ? 1 : 0;
        return isAt(done.revision(), taken, taken);
      } else if (result instanceof CommandResult.ReservationsDone done) {
        int taken = done.changed() ? 1 : 0;
        return isAt(done.revision(), taken, taken);
      } else if (result instanceof CommandResult.LeaseAlive lease) {
        // Only a grant takes one, which is the lease's number; a renewal may follow right after it.
        return isAt(lease.revision(), 0, lease.lease() == lease.revision() ? 1 : 0);
      } else if (result instanceof CommandResult.Housekept) {
        most++;
      }
      return true;
    }

    private boolean isAt(long revision, int fewest, int atMost) {
      boolean fits = revision >= least + fewest && revision <= most + atMost;
      least = revision;
      most = revision;
      return fits;
    }
  }
}
