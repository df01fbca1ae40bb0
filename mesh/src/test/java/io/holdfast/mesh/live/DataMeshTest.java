package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.WatchListener;
import io.holdfast.mesh.client.WatchRequest;
import io.holdfast.mesh.client.Watching;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Command.Transaction;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes: ranges, transactions, leases, settling and watches, whichever node is asked. */
class DataMeshTest {

  private static final GroupId GROUP = new GroupId(LiveMesh.GROUP);

  private static LiveMesh mesh;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh = LiveMesh.start(dir);
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static WriteAnswer write(MeshClient client, String id, Command command) throws Exception {
    CallResult<WriteAnswer> result =
        client
            .write(new WriteRequest(GROUP, Optional.of(id), command, Optional.empty()))
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    assertThat(result).isInstanceOf(CallResult.Answered.class);
    return ((CallResult.Answered<WriteAnswer>) result).answer();
  }

  private static ReadAnswer read(MeshClient client, ReadQuery query, Consistency consistency)
      throws Exception {
    CallResult<ReadAnswer> result =
        client
            .read(new ReadRequest(GROUP, query, consistency))
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    assertThat(result).isInstanceOf(CallResult.Answered.class);
    return ((CallResult.Answered<ReadAnswer>) result).answer();
  }

  private static void put(MeshClient client, String key, String value) throws Exception {
    assertThat(write(client, mesh.newWriteId(), new Command.Put(bytes(key), bytes(value))).code())
        .isEqualTo(OutcomeCode.COMMITTED);
  }

  @Test
  void transactionHasAnAnswerPerOperationAndTheSameWhenRepeatedElsewhere() throws Exception {
    LiveNode leader = mesh.awaitLeader();
    LiveNode follower = mesh.othersThan(leader).get(0);
    Transaction transaction =
        new Transaction(
            List.of(Comparison.presence(KeyRange.key(bytes("txn/a")), false)),
            List.of(
                new Operation.Put(bytes("txn/a"), bytes("1"), 0),
                new Operation.Put(bytes("txn/b"), bytes("2"), 0),
                new Operation.Read(KeyRange.prefix(bytes("txn/")), 10, ReadDetail.RECORDS),
                new Operation.Delete(KeyRange.key(bytes("txn/b")))),
            List.of());
    String id = mesh.newWriteId();
    try (MeshClient first = mesh.clientOf(follower);
        MeshClient second = mesh.clientOf(leader)) {
      WriteAnswer once = write(first, id, transaction);
      WriteAnswer twice = write(second, id, transaction);
      WriteAnswer thrice = write(first, id, transaction);

      CommandResult.TransactionDone done = once.result().orElseThrow().transaction().orElseThrow();
      assertThat(done.succeeded()).isTrue();
      List<OperationResult> results = done.results().orElseThrow();
      assertThat(results).hasSize(4).endsWith(new OperationResult.Deleted(1));
      assertThat(((OperationResult.Read) results.get(2)).records()).hasSize(2);
      for (WriteAnswer again : List.of(twice, thrice)) {
        assertThat(again.result().orElseThrow().replayed()).isTrue();
        assertThat(again.result().orElseThrow().transaction()).contains(done);
      }
    }
  }

  @Test
  void rangeIsListedThroughEveryNodeAsOfOneRevision() throws Exception {
    long revision;
    try (MeshClient client = mesh.clientOf(mesh.node(0))) {
      for (int i = 0; i < 5; i++) {
        put(client, "range/" + i, "v" + i);
      }
      KeyRange range = KeyRange.prefix(bytes("range/"));
      ReadQuery page = new ReadQuery(range, OptionalLong.empty(), 3, ReadDetail.RECORDS);
      ReadAnswer.Listed first = (ReadAnswer.Listed) read(client, page, Consistency.LINEARIZABLE);
      assertThat(first.keys().records()).hasSize(3);
      assertThat(first.keys().more()).isTrue();
      ReadQuery counting = new ReadQuery(range, OptionalLong.empty(), 1, ReadDetail.COUNT);
      // A local read says what this node has executed, which may be less than the leader has.
      await()
          .untilAsserted(
              () ->
                  assertThat(read(client, counting, Consistency.LOCAL))
                      .isInstanceOfSatisfying(
                          ReadAnswer.Listed.class,
                          all -> assertThat(all.keys().count()).isEqualTo(5)));
      revision = first.keys().revision();
      put(client, "range/9", "later");
      for (LiveNode node : mesh.nodes()) {
        try (MeshClient reader = mesh.clientOf(node)) {
          ReadQuery past = new ReadQuery(range, OptionalLong.of(revision), 10, ReadDetail.RECORDS);
          ReadAnswer.Listed then = (ReadAnswer.Listed) read(reader, past, Consistency.LINEARIZABLE);
          assertThat(then.keys().records()).as("through %s", node).hasSize(5);
        }
      }
    }
  }

  @Test
  void keysOfALeaseGoWhenItIsNotKeptAliveAndOnlyThen() throws Exception {
    try (MeshClient client = mesh.clientOf(mesh.node(1))) {
      // Longer than what comes before its end takes, should another node come to lead meanwhile.
      WriteAnswer granted = write(client, mesh.newWriteId(), new Command.GrantLease(10_000));
      long lease =
          ((CommandResult.LeaseAlive) granted.result().orElseThrow().result().orElseThrow())
              .lease();
      assertThat(
              write(client, mesh.newWriteId(), new Command.Put(bytes("leased"), bytes("v"), lease))
                  .code())
          .isEqualTo(OutcomeCode.COMMITTED);
      assertThat(write(client, mesh.newWriteId(), new Command.KeepAlive(lease)).code())
          .isEqualTo(OutcomeCode.COMMITTED);
      ReadQuery query = ReadQuery.of(bytes("leased"));
      assertThat(read(client, query, Consistency.LINEARIZABLE))
          .isInstanceOfSatisfying(
              ReadAnswer.Found.class, found -> assertThat(found.lease()).isEqualTo(lease));
      await()
          .atMost(LiveMesh.PATIENCE)
          .until(() -> read(client, query, Consistency.LINEARIZABLE) instanceof ReadAnswer.Absent);
      assertThat(write(client, mesh.newWriteId(), new Command.KeepAlive(lease)).code())
          .isEqualTo(OutcomeCode.NOT_FOUND);
    }
  }

  @Test
  void settledWriteNeverTakesEffectThroughWhateverNodeItComes() throws Exception {
    String id = mesh.newWriteId();
    try (MeshClient client = mesh.clientOf(mesh.node(2))) {
      assertThat(write(client, id, new Command.Resolve()).code()).isEqualTo(OutcomeCode.FENCED);
    }
    for (LiveNode node : mesh.nodes()) {
      try (MeshClient client = mesh.clientOf(node)) {
        assertThat(write(client, id, new Command.Put(bytes("fenced"), bytes("late"))).code())
            .isEqualTo(OutcomeCode.FENCED);
      }
    }
    assertThat(mesh.node(0).read("fenced").status()).isEqualTo(404);
  }

  @Test
  void watchTellsEveryChangeOnceThoughItsNodeIsKilled() throws Exception {
    LiveNode leader = mesh.awaitLeader();
    LiveNode other = mesh.othersThan(leader).get(0);
    List<String> told = new CopyOnWriteArrayList<>();
    List<String> interruptions = new CopyOnWriteArrayList<>();
    WatchListener listener =
        new WatchListener() {
          @Override
          public void changes(long revision, List<Changed> changes, String position, boolean last) {
            changes.forEach(change -> told.add(change.key().toStringUtf8()));
          }

          @Override
          public void interrupted(MeshEndpoint endpoint, String what) {
            interruptions.add(endpoint + ": " + what);
          }

          @Override
          public void ended(Optional<OutcomeCode> code, String detail, long oldestRevision) {
            interruptions.add("ended: " + detail);
          }
        };
    List<String> written = new ArrayList<>();
    try (MeshClient watcher = mesh.clientOf(leader);
        MeshClient writer = mesh.clientOf(other)) {
      Watching watching =
          watcher.watch(
              new WatchRequest(
                  GROUP, Optional.of("1"), Optional.empty(), Optional.of(bytes("watched/"))),
              listener);
      for (int i = 0; i < 40; i++) {
        if (i == 20) {
          await().atMost(LiveMesh.PATIENCE).until(() -> told.size() >= 10);
          leader.kill();
        }
        put(writer, "watched/" + i, "v");
        written.add("watched/" + i);
      }
      await().atMost(LiveMesh.PATIENCE).until(() -> told.size() >= written.size());
      watching.close();
    } finally {
      mesh.restore();
    }

    assertThat(told).isEqualTo(written);
    assertThat(interruptions).isNotEmpty().noneMatch(text -> text.startsWith("ended"));
  }
}
