package io.holdfast.mesh.cli;

import static io.holdfast.mesh.cli.DemoCalls.DEADLINE;
import static io.holdfast.mesh.cli.DemoCalls.GROUP;
import static io.holdfast.mesh.cli.DemoCalls.IN_FLIGHT;

import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The demo's last look: what was acknowledged is there, and the same on every node. */
final class DemoComparison {

  private static final Duration SETTLE = Duration.ofSeconds(10);

  private final LocalMesh mesh;
  private final List<MeshClient> clients;
  private final List<RecordFile.Good> records;

  DemoComparison(LocalMesh mesh, List<MeshClient> clients, List<RecordFile.Good> records) {
    this.mesh = mesh;
    this.clients = clients;
    this.records = records;
  }

  /** Every record is read through another node than it was written through. */
  DemoStep readBack() throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    TreeSet<String> wrong = new TreeSet<>();
    long started = System.nanoTime();
    for (int i = 0; i < records.size(); i++) {
      RecordFile.Good record = records.get(i);
      room.acquire();
      clients
          .get((i + 1) % clients.size())
          .read(DemoCalls.read(record.key()))
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
      return new DemoStep(
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
  DemoStep replicas() throws InterruptedException {
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
    return new DemoStep("replicas", same, detail);
  }
}
