package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * One copy of the state in place of a mesh. Requests are lost, come late and come twice, and so
 * answers are lost; what is executed is what the reference means, unless a test tampers with it.
 */
class ModelDoors implements Doors {

  private final SimMesh mesh;
  private final SplittableRandom random;
  private final int lossPercent;
  final ReferenceState state = new ReferenceState();
  private Slot last = Slot.ZERO;

  ModelDoors(SimMesh mesh, long seed, int lossPercent) {
    this.mesh = mesh;
    this.random = new SplittableRandom(seed);
    this.lossPercent = lossPercent;
  }

  @Override
  public void ask(int node, ClientRequest request, Optional<Duration> patience, Answers answers) {
    if (lost()) {
      // It may still come, long after its client has asked again.
      if (random.nextBoolean()) {
        mesh.time.after(random.nextLong(20 * VirtualTime.SECOND), () -> answer(request));
      }
      mesh.time.after(VirtualTime.MILLI, answers::lost);
    } else if (lost()) {
      mesh.time.after(VirtualTime.MILLI, answers::unheard);
    } else {
      mesh.time.after(VirtualTime.MILLI, () -> answers.answered(answer(request)));
    }
  }

  private boolean lost() {
    return random.nextInt(100) < lossPercent;
  }

  private RouterEffect answer(ClientRequest request) {
    if (request instanceof ClientRequest.Write write) {
      CommandOutcome outcome = execute(write.write());
      return new RouterEffect.AnswerWrite(1, answer(write.writeId(), outcome));
    } else if (request instanceof ClientRequest.Read read) {
      return read((ReadQuery) read.query());
    } else if (request instanceof ClientRequest.ReadLocal read) {
      return read((ReadQuery) read.query());
    }
    // Nobody depends on look-ups, which change nothing: those are refused.
    return new RouterEffect.AnswerWrite(
        1,
        new WriteAnswer(
            OutcomeCode.NO_LEADER,
            Optional.empty(),
            "",
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private RouterEffect read(ReadQuery query) {
    return new RouterEffect.AnswerRead(1, answer(query, state.read(query)));
  }

  private ReadAnswer answer(ReadQuery query, ReadResult result) {
    if (result instanceof ReadResult.Compacted forgotten) {
      return new ReadAnswer.Compacted(forgotten.oldest());
    } else if (!(result instanceof ReadResult.Records found)) {
      return new ReadAnswer.Refused(OutcomeCode.INVALID, "not reached", Optional.empty());
    } else {
      ReadPoint at = new ReadPoint(last.number(), found.revision(), Optional.empty());
      if (!ClientRequest.isOfOneRecord(query)) {
        return new ReadAnswer.Listed(found, at);
      }
      return found.records().stream()
          .findFirst()
          .map(record -> found(record.value(), at))
          .orElseGet(() -> new ReadAnswer.Absent(at));
    }
  }

  private static ReadAnswer found(VersionedValue found, ReadPoint at) {
    return new ReadAnswer.Found(
        found.value(),
        found.createRevision(),
        found.modRevision(),
        found.version(),
        found.lease(),
        at);
  }

  /** Tells a watcher all there is, in one go. */
  @Override
  public void watch(
      int node, long from, KeyRange keys, Duration patience, Credentials shown, Watcher watcher) {
    mesh.time.after(
        patience.toNanos(),
        lost() ? watcher::lost : () -> watcher.told(changes(from, keys), end()));
  }

  private long end() {
    return Place.last(state.revision()) + 1;
  }

  /** What differs from one revision to the next was changed. */
  private List<Change> changes(long from, KeyRange keys) {
    List<Change> changes = new ArrayList<>();
    for (long revision = Place.revision(from); revision <= state.revision(); revision++) {
      var before = state.recordsAt(revision - 1);
      var after = state.recordsAt(revision);
      TreeSet<ByteString> all = new TreeSet<>(KeyRange.ORDER);
      all.addAll(before.keySet());
      all.addAll(after.keySet());
      int ordinal = 0;
      for (ByteString key : all) {
        VersionedValue left = after.get(key);
        if (Objects.equals(left, before.get(key))) {
          continue;
        }
        long place = Place.of(revision, ordinal++);
        if (place >= from && keys.contains(key)) {
          changes.add(
              left == null
                  ? new Change(place, key, null, 0, 0, 0, 0)
                  : new Change(
                      place,
                      key,
                      left.value(),
                      left.createRevision(),
                      left.version(),
                      left.lease(),
                      0));
        }
      }
    }
    return changes;
  }

  /** Executes it in a slot of its own, which everyone sees. */
  private CommandOutcome execute(WriteCommand write) {
    last = last.next();
    CommandOutcome outcome = executed(last, write);
    var batch =
        BatchFormat.encode(List.of(new BatchEntry.CommandEntry(CommandCodec.encode(write))));
    mesh.observers().forEach(observer -> observer.chosen(last, batch));
    ReplicaEffect.Applied applied =
        new ReplicaEffect.Applied(
            last, Digest.ZERO, batch.digest(), List.of(CommandCodec.encode(outcome)), List.of(), 0);
    mesh.observers().forEach(observer -> observer.applied(mesh.nodes.get(0), applied));
    return outcome;
  }

  /** For tampering. */
  CommandOutcome executed(Slot slot, WriteCommand write) {
    return state.execute(slot, write);
  }

  static WriteAnswer answer(String id, CommandOutcome outcome) {
    CommandResult result = outcome.result();
    OptionalLong revision = OptionalLong.empty();
    if (result instanceof CommandResult.Applied applied) {
      revision = OptionalLong.of(applied.revision());
    } else if (result instanceof CommandResult.TransactionDone done && done.changed()) {
      revision = OptionalLong.of(done.revision());
    } else if (result instanceof CommandResult.LeaseAlive lease) {
      revision = OptionalLong.of(lease.lease());
    }
    OutcomeCode code = code(result);
    boolean executed = code == OutcomeCode.COMMITTED || code == OutcomeCode.COMPARE_FAILED;
    return new WriteAnswer(
        code,
        Optional.empty(),
        "",
        id,
        executed
            ? Optional.of(
                new WriteAnswer.Executed(outcome.slot().number(), revision, 0, outcome.replayed()))
            : Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static OutcomeCode code(CommandResult result) {
    if (result instanceof CommandResult.CompareFailed) {
      return OutcomeCode.COMPARE_FAILED;
    } else if (result instanceof CommandResult.Fenced) {
      return OutcomeCode.FENCED;
    } else if (result instanceof CommandResult.LeaseNotFound) {
      return OutcomeCode.NOT_FOUND;
    } else if (result instanceof CommandResult.WriteIdExpired) {
      return OutcomeCode.WRITE_ID_EXPIRED;
    } else if (result instanceof CommandResult.WriteIdConflict) {
      return OutcomeCode.WRITE_ID_CONFLICT;
    } else if (result instanceof CommandResult.Executed) {
      return OutcomeCode.COMMITTED;
    }
    return OutcomeCode.INVALID;
  }
}
