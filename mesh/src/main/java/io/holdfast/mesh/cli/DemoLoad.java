package io.holdfast.mesh.cli;

import static io.holdfast.mesh.cli.DemoCalls.DEADLINE;
import static io.holdfast.mesh.cli.DemoCalls.IN_FLIGHT;

import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The demo's load: every record is acknowledged though the leader is killed on the way. */
final class DemoLoad {

  private final LocalMesh mesh;
  private final List<MeshClient> clients;
  private final List<RecordFile.Good> records;
  private final Acknowledgements acknowledgements;

  DemoLoad(
      LocalMesh mesh,
      List<MeshClient> clients,
      List<RecordFile.Good> records,
      Acknowledgements acknowledgements) {
    this.mesh = mesh;
    this.clients = clients;
    this.records = records;
    this.acknowledgements = acknowledgements;
  }

  /** Writes every record, a third through each node, and kills the leader on the way. */
  List<DemoStep> run(int leader) throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    long started = System.nanoTime();
    int killAt = records.size() * 2 / 5;
    for (int i = 0; i < records.size(); i++) {
      RecordFile.Good record = records.get(i);
      MeshClient client = clients.get(i % clients.size());
      room.acquire();
      client
          .write(DemoCalls.put(client.newWriteId(), record.key(), record.value()))
          .whenComplete(
              (result, bug) -> {
                if (result != null) {
                  acknowledgements.add(result);
                }
                if (!DemoCalls.committed(result)) {
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
    DemoStep loaded =
        new DemoStep(
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
    DemoStep killed =
        new DemoStep(
            "leader-killed",
            all && !mesh.isAlive(leader),
            String.format(
                Locale.ROOT,
                "%s got SIGKILL in mid-load; the longest wait between two acknowledgements was %,d ms",
                mesh.members().get(leader).id(),
                acknowledgements.longestGap().toMillis()));
    return List.of(loaded, killed);
  }
}
