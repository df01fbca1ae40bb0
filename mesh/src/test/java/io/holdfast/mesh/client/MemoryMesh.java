package io.holdfast.mesh.client;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Access;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.ChangeForm;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ChangesRequest;
import io.holdfast.mesh.ControlSample;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.Directory;
import io.holdfast.mesh.GroupMembers;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.HostAnswer;
import io.holdfast.mesh.MembersStatus;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Pictures;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReservationsRequest;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.http.HttpFrontDoor;
import io.holdfast.mesh.http.HttpLimits;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A mesh in the memory of a test: one group, no log, as plain as can be. */
public final class MemoryMesh implements Mesh {

  private final TreeMap<ByteString, VersionedValue> keys = new TreeMap<>(KeyRange.ORDER);
  private final List<Change> history = new ArrayList<>();
  private final Map<String, WriteAnswer> outcomes = new HashMap<>();
  private final Map<Long, Long> leases = new HashMap<>();
  private final List<Runnable> followers = new ArrayList<>();
  private final Deque<OutcomeCode> controlRefusals = new ArrayDeque<>();
  private ControlState control = ControlState.seed();
  private long revision;
  private long oldest = 1;
  private int ordinal;
  private long followedFrom;

  /** A front door before this mesh, on a free port. */
  public HttpFrontDoor serve(Vertx vertx) {
    return HttpFrontDoor.start(
            vertx,
            this,
            new HttpLimits("127.0.0.1", 0, 2 << 20, 4096, 1 << 20, Duration.ofSeconds(5), 100))
        .toCompletableFuture()
        .join();
  }

  @Override
  public synchronized CompletionStage<WriteAnswer> write(WriteRequest request) {
    String id = request.writeId().orElseThrow();
    WriteAnswer recorded = outcomes.get(id);
    if (recorded == null) {
      recorded =
          request.command() instanceof Command.OnControl command
              ? execute(id, command, request.caller())
              : request.command() instanceof Command.OnReservations on
                  ? reservations.execute(id, on.request())
                  : execute(id, request.command());
      if (recorded.result().isPresent() || recorded.code() == OutcomeCode.FENCED) {
        outcomes.put(id, replay(recorded));
      }
      List<Runnable> told = List.copyOf(followers);
      followers.clear();
      told.forEach(Runnable::run);
    }
    return CompletableFuture.completedFuture(recorded);
  }

  private static WriteAnswer replay(WriteAnswer first) {
    return new WriteAnswer(
        first.code(),
        first.reason(),
        first.detail(),
        first.writeId(),
        first
            .result()
            .map(
                done ->
                    new Executed(
                        done.slot(),
                        done.modRevision(),
                        done.previousModRevision(),
                        true,
                        done.result())),
        Optional.empty(),
        Optional.empty());
  }

  private WriteAnswer execute(String id, Command command) {
    ordinal = 0;
    if (command instanceof Command.Resolve) {
      return answer(OutcomeCode.FENCED, id, Optional.empty());
    } else if (command instanceof Command.Put put) {
      if (put.lease() > 0 && !leases.containsKey(put.lease())) {
        return answer(
            OutcomeCode.NOT_FOUND, id, executed(new CommandResult.LeaseNotFound(put.lease())));
      }
      long before = put(put.key(), put.value(), put.lease());
      revision++;
      return answer(
          OutcomeCode.COMMITTED,
          id,
          Optional.of(new Executed(revision + 1, OptionalLong.of(revision), before, false)));
    } else if (command instanceof Command.Delete delete) {
      long before = record(delete.key());
      delete(KeyRange.key(delete.key()));
      OptionalLong took = before == 0 ? OptionalLong.empty() : OptionalLong.of(++revision);
      return answer(
          OutcomeCode.COMMITTED, id, Optional.of(new Executed(revision + 1, took, before, false)));
    } else if (command instanceof Command.Transaction transaction) {
      boolean held = transaction.conditions().stream().allMatch(this::holds);
      List<OperationResult> results = run(held ? transaction.then() : transaction.otherwise());
      boolean changed = ordinal > 0;
      revision += changed ? 1 : 0;
      return answer(
          OutcomeCode.COMMITTED,
          id,
          executed(
              new CommandResult.TransactionDone(held, revision, changed, Optional.of(results))));
    } else if (command instanceof Command.GrantLease grant) {
      leases.put(++revision, grant.ttlMillis());
      return answer(
          OutcomeCode.COMMITTED,
          id,
          executed(new CommandResult.LeaseAlive(revision, grant.ttlMillis(), revision)));
    } else if (command instanceof Command.KeepAlive keep) {
      return leases.containsKey(keep.lease())
          ? answer(
              OutcomeCode.COMMITTED,
              id,
              executed(
                  new CommandResult.LeaseAlive(keep.lease(), leases.get(keep.lease()), revision)))
          : answer(
              OutcomeCode.NOT_FOUND, id, executed(new CommandResult.LeaseNotFound(keep.lease())));
    } else if (command instanceof Command.RevokeLease revoke) {
      leases.remove(revoke.lease());
      revision++;
      return answer(
          OutcomeCode.COMMITTED,
          id,
          Optional.of(new Executed(revision + 1, OptionalLong.of(revision), 0, false)));
    } else if (command instanceof Command.Compact compact) {
      oldest = compact.revision();
      return answer(
          OutcomeCode.COMMITTED, id, executed(new CommandResult.Compacted(compact.revision())));
    }
    throw new IllegalArgumentException("not in this mesh: " + command);
  }

  // ---- What is active

  private WriteAnswer execute(String id, Command.OnControl command, Caller caller) {
    if (!controlRefusals.isEmpty()) {
      return answer(controlRefusals.pop(), id, Optional.empty());
    }
    Access access = Access.of(control.set(), caller.credentials(), List.of());
    if (!(access instanceof Access.Granted granted)) {
      return answer(OutcomeCode.UNAUTHENTICATED, id, Optional.empty());
    }
    ActivationOutcome outcome =
        command instanceof Command.Activate activate
            ? control.decide(activate.activation(), granted.principal(), ControlSample.MILLIS)
            : control.approve(
                ((Command.Approve) command).expected(),
                ((Command.Approve) command).resulting(),
                granted.principal(),
                ControlSample.MILLIS);
    if (outcome instanceof ActivationOutcome.Stale) {
      return answer(OutcomeCode.STALE_CONTROL_EPOCH, id, Optional.empty());
    } else if (outcome instanceof ActivationOutcome.Refused refused) {
      return new WriteAnswer(
          OutcomeCode.INVALID,
          Optional.empty(),
          refused.code().code() + ": " + refused.reason() + ".",
          id,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
    control = ((ActivationOutcome.Done) outcome).after();
    return answer(
        OutcomeCode.COMMITTED,
        id,
        executed(
            command instanceof Command.Activate
                ? new CommandResult.Activated(control.epoch())
                : new CommandResult.Approved(control.approvals().size())));
  }

  /** What the next commands about what is active are refused with. */
  public synchronized void refuseControl(OutcomeCode code) {
    controlRefusals.add(code);
  }

  /** What is active from now on. */
  public synchronized void control(ControlState active) {
    control = active;
  }

  /** What is active. */
  public synchronized ControlState control() {
    return control;
  }

  @Override
  public synchronized CompletionStage<Optional<ControlStatus>> control(GroupId group) {
    return CompletableFuture.completedFuture(Optional.of(ControlSample.status(control)));
  }

  private Optional<Executed> executed(CommandResult result) {
    return Optional.of(Executed.of(revision + 1, false, result));
  }

  private static WriteAnswer answer(OutcomeCode code, String id, Optional<Executed> result) {
    return new WriteAnswer(
        code, Optional.empty(), "", id, result, Optional.empty(), Optional.empty());
  }

  private long record(ByteString key) {
    VersionedValue value = keys.get(key);
    return value == null ? 0 : value.modRevision();
  }

  private long put(ByteString key, ByteString value, long lease) {
    VersionedValue before = keys.get(key);
    long created = before == null ? revision + 1 : before.createRevision();
    long version = before == null ? 1 : before.version() + 1;
    keys.put(key, new VersionedValue(value, created, revision + 1, version, lease));
    history.add(
        new Change(Place.of(revision + 1, ordinal++), key, value, created, version, lease, 0));
    return before == null ? 0 : before.modRevision();
  }

  private long delete(KeyRange range) {
    List<ByteString> found = keys.keySet().stream().filter(range::contains).toList();
    for (ByteString key : found) {
      keys.remove(key);
      history.add(Change.delete(Place.of(revision + 1, ordinal++), key, 0));
    }
    return found.size();
  }

  private boolean holds(Comparison condition) {
    if (condition.field() == Comparison.Field.PRESENCE) {
      boolean present = keys.keySet().stream().anyMatch(condition.keys()::contains);
      return present == (condition.number() == 1);
    }
    VersionedValue value = keys.get(condition.keys().from());
    return value != null && value.value().equals(condition.value());
  }

  private List<OperationResult> run(List<Operation> operations) {
    List<OperationResult> results = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation instanceof Operation.Put put) {
        results.add(new OperationResult.Put(put(put.key(), put.value(), put.lease())));
      } else if (operation instanceof Operation.Delete delete) {
        results.add(new OperationResult.Deleted(delete(delete.keys())));
      } else if (operation instanceof Operation.Read read) {
        List<KeyRecord> found = in(keys, read.keys());
        results.add(new OperationResult.Read(found, found.size(), false));
      } else if (operation instanceof Operation.Nested nested) {
        boolean held = nested.transaction().conditions().stream().allMatch(this::holds);
        results.add(
            new OperationResult.Nested(
                held, run(held ? nested.transaction().then() : nested.transaction().otherwise())));
      }
    }
    return results;
  }

  private static List<KeyRecord> in(Map<ByteString, VersionedValue> keys, KeyRange range) {
    return keys.entrySet().stream()
        .filter(entry -> range.contains(entry.getKey()))
        .map(entry -> new KeyRecord(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public synchronized CompletionStage<ReadAnswer> read(ReadRequest request) {
    ReadQuery query = request.query();
    long at = query.revision().orElse(revision);
    if (at < oldest && query.revision().isPresent()) {
      return CompletableFuture.completedFuture(new ReadAnswer.Compacted(oldest));
    }
    TreeMap<ByteString, VersionedValue> then = new TreeMap<>(KeyRange.ORDER);
    for (Change change : history) {
      if (change.modRevision() <= at) {
        change
            .record()
            .ifPresentOrElse(
                value -> then.put(change.key(), value), () -> then.remove(change.key()));
      }
    }
    List<KeyRecord> found = in(then, query.keys());
    List<KeyRecord> page =
        query.detail() == ReadDetail.COUNT
            ? List.of()
            : found.subList(0, Math.min(found.size(), query.limit()));
    ReadAnswer.ReadPoint point = new ReadAnswer.ReadPoint(revision + 1, at, Optional.empty());
    if (!query.keys().isSingle() || query.detail() != ReadDetail.RECORDS) {
      return CompletableFuture.completedFuture(
          new ReadAnswer.Listed(
              new ReadResult.Records(page, found.size(), false, page.size() < found.size(), at),
              point));
    }
    if (found.isEmpty()) {
      return CompletableFuture.completedFuture(new ReadAnswer.Absent(point));
    }
    VersionedValue value = found.get(0).value();
    return CompletableFuture.completedFuture(
        new ReadAnswer.Found(
            value.value(),
            value.createRevision(),
            value.modRevision(),
            value.version(),
            value.lease(),
            point));
  }

  /** The revision from which changes were asked for last: those before it have been told. */
  public synchronized long followedFrom() {
    return followedFrom;
  }

  @Override
  public synchronized CompletionStage<ChangesAnswer> changes(ChangesRequest request) {
    followedFrom = Place.revision(request.fromPlace());
    if (Place.revision(request.fromPlace()) < oldest) {
      return CompletableFuture.completedFuture(new ChangesAnswer.Compacted(oldest));
    }
    ChangesAnswer.Next now = next(request);
    if (!now.changes().isEmpty() || request.patience().isZero()) {
      return CompletableFuture.completedFuture(now);
    }
    CompletableFuture<ChangesAnswer> later = new CompletableFuture<>();
    followers.add(() -> later.complete(next(request)));
    return later.completeOnTimeout(now, request.patience().toMillis(), TimeUnit.MILLISECONDS);
  }

  private ChangesAnswer.Next next(ChangesRequest request) {
    return new ChangesAnswer.Next(
        history.stream()
            .filter(change -> change.place() >= request.fromPlace())
            .filter(change -> request.keys().contains(change.key()))
            .toList(),
        Math.max(request.fromPlace(), Place.first(revision + 1)),
        revision);
  }

  private final MemoryReservations reservations = new MemoryReservations();

  /** The reservations of this mesh. */
  public MemoryReservations reservations() {
    return reservations;
  }

  @Override
  public synchronized CompletionStage<ReadAnswer> reservations(ReservationsRequest request) {
    return CompletableFuture.completedFuture(reservations.answer(request.query()));
  }

  @Override
  public synchronized CompletionStage<WriteAnswer> findWrite(
      String writeId, Optional<GroupId> group, Caller caller) {
    WriteAnswer recorded = outcomes.get(writeId);
    return CompletableFuture.completedFuture(
        recorded == null ? answer(OutcomeCode.NOT_FOUND, writeId, Optional.empty()) : recorded);
  }

  @Override
  public CompletionStage<StoryAnswer> story(GroupId group, String writeId, Caller caller) {
    return CompletableFuture.completedFuture(
        new StoryAnswer.Refused(OutcomeCode.NOT_READY, "A mesh in memory remembers no story."));
  }

  @Override
  public CompletionStage<StoriesAnswer> stories(GroupId group, String writeId, Caller caller) {
    return CompletableFuture.completedFuture(
        new StoriesAnswer.Refused(OutcomeCode.NOT_READY, "A mesh in memory remembers no story."));
  }

  @Override
  public CompletionStage<SnapshotAnswer> snapshot(GroupId group) {
    return CompletableFuture.completedFuture(
        new SnapshotAnswer.Refused(
            OutcomeCode.NOT_READY, "A mesh in memory has no store.", Optional.empty()));
  }

  @Override
  public List<GroupId> groups() {
    return List.of(new GroupId("main"));
  }

  @Override
  public GroupMembers members() {
    return NOBODY;
  }

  @Override
  public Directory directory() {
    throw new UnsupportedOperationException("a mesh in memory has no directory");
  }

  /** A mesh in memory has no members. */
  private static final GroupMembers NOBODY =
      new GroupMembers() {
        @Override
        public CompletionStage<Optional<MembersStatus>> members(GroupId group) {
          return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletionStage<ChangeAnswer> change(GroupId group, ChangeForm change) {
          return CompletableFuture.completedFuture(
              new ChangeAnswer.Undecided(OutcomeCode.NOT_READY, "no members", Optional.empty()));
        }

        @Override
        public CompletionStage<HostAnswer> host(GroupId group, Optional<String> settings) {
          return CompletableFuture.completedFuture(HostAnswer.refused("not_ready", "no members"));
        }
      };

  @Override
  public CompletionStage<Optional<GroupStatus>> group(GroupId group) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletionStage<Optional<ChainPoint>> chain(GroupId group, long slot) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletionStage<Health> health() {
    return CompletableFuture.completedFuture(Health.UNKNOWN);
  }

  @Override
  public Pictures pictures() {
    throw new UnsupportedOperationException("nobody looks at this mesh");
  }

  @Override
  public CompletionStage<NodeStatus> status() {
    return CompletableFuture.failedFuture(new IllegalStateException("it has none"));
  }
}
