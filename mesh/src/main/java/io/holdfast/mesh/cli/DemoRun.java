package io.holdfast.mesh.cli;

import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The demo's steps, in order: each is a claim that is tried on running processes and either holds
 * or does not. A step that makes the later ones pointless ends the run.
 */
final class DemoRun implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);

  private final LocalMesh mesh;
  private final List<RecordFile.Good> records;
  private final List<DemoChapter> chapters;
  private final Consumer<DemoStep> told;
  private final List<DemoStep> steps = new ArrayList<>();
  private final List<MeshClient> clients = new ArrayList<>();
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private int leader;

  /**
   * @param mesh started; closed with this
   * @param chapters what else is told of it
   * @param told hears of each step when it is done
   */
  DemoRun(
      LocalMesh mesh,
      List<RecordFile.Good> records,
      List<DemoChapter> chapters,
      Consumer<DemoStep> told) {
    this.mesh = mesh;
    this.chapters = List.copyOf(chapters);
    this.records = List.copyOf(records);
    this.told = told;
    // One client per node, each preferring its own: so writes enter through every door.
    for (int i = 0; i < mesh.endpoints().size(); i++) {
      List<MeshEndpoint> order = new ArrayList<>(mesh.endpoints());
      Collections.rotate(order, -i);
      clients.add(MeshClient.create(ClientSettings.of(order).withDeadline(DemoCalls.DEADLINE)));
    }
  }

  /** Runs every step. */
  List<DemoStep> run() throws InterruptedException {
    if (!ready("start", "processes are up")) {
      return steps;
    }
    new DemoLoad(mesh, clients, records, acknowledgements).run(leader).forEach(this::tell);
    mesh.start(leader);
    if (!ready("rejoin", "the killed node is back")) {
      return steps;
    }
    DemoRetry retry = new DemoRetry(clients);
    tell(retry.twice());
    chapters.forEach(chapter -> chapter.play(mesh, this::tell));
    mesh.killAll();
    for (int i = 0; i < mesh.members().size(); i++) {
      mesh.start(i);
    }
    if (!ready("kill-all", "all nodes were killed at once and restarted")) {
      return steps;
    }
    DemoComparison comparison = new DemoComparison(mesh, clients, records);
    tell(comparison.readBack());
    tell(retry.again());
    tell(comparison.replicas());
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
    Optional<Integer> found = mesh.awaitReady(clients.get(0), DemoCalls.GROUP.value(), START);
    if (found.isEmpty()) {
      StringBuilder detail = new StringBuilder("no leader that all nodes agree on");
      for (int i = 0; i < mesh.members().size(); i++) {
        if (!mesh.isAlive(i)) {
          String id = mesh.members().get(i).id();
          detail.append("; ").append(id).append(" has ended: ").append(mesh.logTail(i, 1));
        }
      }
      tell(new DemoStep(name, false, detail.toString()));
      return false;
    }
    leader = found.get();
    tell(
        new DemoStep(
            name,
            true,
            String.format(
                Locale.ROOT,
                "%d %s, %s leads, after %.1f s",
                mesh.members().size(),
                what,
                mesh.members().get(leader).id(),
                (System.nanoTime() - started) / 1e9)));
    return true;
  }

  private void tell(DemoStep step) {
    steps.add(step);
    told.accept(step);
  }
}
