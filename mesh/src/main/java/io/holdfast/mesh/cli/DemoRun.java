package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The demo's steps, in order: each is a claim that is tried on running processes and either holds
 * or does not. A step that makes the later ones pointless ends the run.
 */
final class DemoRun implements AutoCloseable {

  /**
   * What a step showed.
   *
   * @param detail what was seen, in one line
   */
  record Step(String name, boolean ok, String detail) {}

  private static final GroupId GROUP = new GroupId(MeshOptions.DEFAULT_GROUP);
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int IN_FLIGHT = 48;
  private static final String RETRY_KEY = "demo/retried";

  private final LocalMesh mesh;
  private final List<RecordFile.Good> records;
  private final Consumer<Step> told;
  private final List<Step> steps = new ArrayList<>();
  private final List<MeshClient> clients = new ArrayList<>();
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private int leader;

  /**
   * @param mesh started; closed with this
   * @param told hears of each step when it is done
   */
  DemoRun(LocalMesh mesh, List<RecordFile.Good> records, Consumer<Step> told) {
    this.mesh = mesh;
    this.records = List.copyOf(records);
    this.told = told;
    // One client per node, each preferring its own: so writes enter through every door.
    for (int i = 0; i < mesh.endpoints().size(); i++) {
      List<MeshEndpoint> order = new ArrayList<>(mesh.endpoints());
      Collections.rotate(order, -i);
      clients.add(MeshClient.create(ClientSettings.of(order).withDeadline(DEADLINE)));
    }
  }

  /** Runs every step. */
  List<Step> run() throws InterruptedException {
    if (!ready("start", "processes are up")) {
      return steps;
    }
    load();
    mesh.start(leader);
    if (!ready("rejoin", "the killed node is back")) {
      return steps;
    }
    WriteRequest retried = retryTwice();
    mesh.killAll();
    for (int i = 0; i < mesh.members().size(); i++) {
      mesh.start(i);
    }
    if (!ready("kill-all", "all nodes were killed at once and restarted")) {
      return steps;
    }
    readBack();
    retryAgain(retried);
    compareReplicas();
    return steps;
  }

  Acknowledgements acknowledgements() {
    return acknowledgements;
  }

  @Override
  public void close() {
    clients.forEach(MeshClient::close);
    mesh.close();
  }

  private boolean ready(String name, String what) {
    long started = System.nanoTime();
    Optional<Integer> found = mesh.awaitReady(clients.get(0), GROUP.value(), START);
    if (found.isEmpty()) {
      StringBuilder detail = new StringBuilder("no leader that all nodes agree on");
      for (int i = 0; i < mesh.members().size(); i++) {
        if (!mesh.isAlive(i)) {
          String id = mesh.members().get(i).id();
          detail.append("; ").append(id).append(" has ended: ").append(mesh.logTail(i, 1));
        }
      }
      step(name, false, detail.toString());
      return false;
    }
    leader = found.get();
    step(
        name,
        true,
        String.format(
            Locale.ROOT,
            "%d %s, %s leads, after %.1f s",
            mesh.members().size(),
            what,
            mesh.members().get(leader).id(),
            (System.nanoTime() - started) / 1e9));
    return true;
  }

  /** Writes every record, a third through each node, and kills the leader on the way. */
  private void load() throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    long started = System.nanoTime();
    int killAt = records.size() * 2 / 5;
    for (int i = 0; i < records.size(); i++) {
      RecordFile.Good record = records.get(i);
      MeshClient client = clients.get(i % clients.size());
      room.acquire();
      client
          .write(put(client.newWriteId(), record.key(), record.value()))
          .whenComplete(
              (result, bug) -> {
                if (result != null) {
                  acknowledgements.add(result);
                }
                if (!committed(result)) {
                  failures.add(record.key().toStringUtf8() + ": " + (bug == null ? result : bug));
                }
                room.release();
              });
      if (i == killAt) {
        mesh.kill(leader);
      }
    }
    boolean done = room.tryAcquire(IN_FLIGHT, DEADLINE.toSeconds() + 5, TimeUnit.SECONDS);
    double seconds = (System.nanoTime() - started) / 1e9;
    boolean all = done && acknowledgements.committed() == records.size();
    step(
        "load",
        all,
        String.format(
            Locale.ROOT,
            "%,d of %,d records acknowledged in %.1f s, through %d nodes; %s%s",
            acknowledgements.committed(),
            records.size(),
            seconds,
            clients.size(),
            acknowledgements,
            failures.isEmpty() ? "" : "; first failure: " + failures.peek()));
    step(
        "leader-killed",
        all && !mesh.isAlive(leader),
        String.format(
            Locale.ROOT,
            "%s got SIGKILL in mid-load; the longest wait between two acknowledgements was %,d ms",
            mesh.members().get(leader).id(),
            acknowledgements.longestGap().toMillis()));
  }

  private WriteRequest retryTwice() {
    MeshClient first = clients.get(0);
    MeshClient second = clients.get(clients.size() - 1);
    WriteRequest write =
        put(
            first.newWriteId(),
            ByteString.copyFromUtf8(RETRY_KEY),
            ByteString.copyFromUtf8("written once"));
    CallResult<WriteAnswer> once = Answers.await(first.write(write));
    CallResult<WriteAnswer> twice = Answers.await(second.write(write));
    step("retry", replays(once, twice) && version(RETRY_KEY) == 1, replayText(twice));
    return write;
  }

  private void retryAgain(WriteRequest write) {
    CallResult<WriteAnswer> again = Answers.await(clients.get(0).write(write));
    boolean replayed =
        executed(again).map(WriteAnswer.Executed::replayed).orElse(false) && committed(again);
    step("retry-after-crash", replayed && version(RETRY_KEY) == 1, replayText(again));
  }

  private static boolean replays(CallResult<WriteAnswer> once, CallResult<WriteAnswer> twice) {
    Optional<WriteAnswer.Executed> first = executed(once);
    Optional<WriteAnswer.Executed> second = executed(twice);
    return committed(once)
        && committed(twice)
        && first.isPresent()
        && second.isPresent()
        && second.get().replayed()
        && first.get().modRevision().equals(second.get().modRevision());
  }

  private String replayText(CallResult<WriteAnswer> result) {
    String answer =
        executed(result)
            .map(e -> "replayed=" + e.replayed() + " revision " + e.modRevision().orElse(0))
            .orElseGet(result::toString);
    return "the same write id again, at another node: "
        + answer
        + ", the key's version is "
        + version(RETRY_KEY);
  }

  private void readBack() throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    TreeSet<String> wrong = new TreeSet<>();
    long started = System.nanoTime();
    for (int i = 0; i < records.size(); i++) {
      RecordFile.Good record = records.get(i);
      room.acquire();
      clients
          .get((i + 1) % clients.size())
          .read(new ReadRequest(GROUP, record.key(), ReadRequest.Consistency.LINEARIZABLE))
          .whenComplete(
              (result, bug) -> {
                boolean same =
                    result instanceof CallResult.Answered<ReadAnswer> answered
                        && answered.answer() instanceof ReadAnswer.Found found
                        && found.value().equals(record.value());
                if (!same) {
                  synchronized (wrong) {
                    wrong.add(record.key().toStringUtf8());
                  }
                }
                room.release();
              });
    }
    boolean done = room.tryAcquire(IN_FLIGHT, DEADLINE.toSeconds() + 5, TimeUnit.SECONDS);
    synchronized (wrong) {
      step(
          "read-back",
          done && wrong.isEmpty(),
          String.format(
              Locale.ROOT,
              "%,d of %,d records found as acknowledged, by linearizable reads, in %.1f s%s",
              records.size() - wrong.size(),
              records.size(),
              (System.nanoTime() - started) / 1e9,
              wrong.isEmpty() ? "" : "; first one wrong: " + wrong.first()));
    }
  }

  /** Without writes, every replica comes to the same slot; there they must have the same hash. */
  private void compareReplicas() throws InterruptedException {
    long started = System.nanoTime();
    List<GroupView> views = new ArrayList<>();
    boolean level = false;
    while (!level && System.nanoTime() - started < SETTLE.toNanos()) {
      views.clear();
      for (LocalMesh.Member member : mesh.members()) {
        Answers.await(
                clients.get(0).groupStatus(member.http(), GROUP.value(), Duration.ofSeconds(1)))
            .ifPresent(views::add);
      }
      level =
          views.size() == mesh.members().size()
              && views.stream().map(GroupView::applied).distinct().count() == 1;
      if (!level) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    boolean same =
        level
            && views.stream().map(GroupView::chainHash).distinct().count() == 1
            && !views.get(0).chainHash().isEmpty();
    String detail =
        same
            ? "all at slot "
                + views.get(0).applied()
                + " with chain hash "
                + views.get(0).chainHash()
            : "they differ: "
                + views.stream().map(view -> view.applied() + "/" + view.chainHash()).toList();
    step("replicas", same, detail);
  }

  private long version(String key) {
    CallResult<ReadAnswer> result =
        Answers.await(
            clients
                .get(0)
                .read(
                    new ReadRequest(
                        GROUP,
                        ByteString.copyFromUtf8(key),
                        ReadRequest.Consistency.LINEARIZABLE)));
    return result instanceof CallResult.Answered<ReadAnswer> answered
            && answered.answer() instanceof ReadAnswer.Found found
        ? found.version()
        : -1;
  }

  private static WriteRequest put(String writeId, ByteString key, ByteString value) {
    return new WriteRequest(
        GROUP,
        Optional.of(writeId),
        WriteRequest.Operation.PUT,
        key,
        value,
        OptionalLong.empty(),
        Optional.empty());
  }

  private static boolean committed(@Nullable CallResult<WriteAnswer> result) {
    return result instanceof CallResult.Answered<WriteAnswer> answered
        && answered.answer().code() == OutcomeCode.COMMITTED;
  }

  private static Optional<WriteAnswer.Executed> executed(CallResult<WriteAnswer> result) {
    return result instanceof CallResult.Answered<WriteAnswer> answered
        ? answered.answer().result()
        : Optional.empty();
  }

  private void step(String name, boolean ok, String detail) {
    Step step = new Step(name, ok, detail);
    steps.add(step);
    told.accept(step);
  }
}
