package io.holdfast.chaos.sim;

import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The routers of a mesh's nodes, a short way off. */
final class MeshDoors implements Doors {

  private static final long WAY = 300 * VirtualTime.MICRO;

  private final SimMesh mesh;

  MeshDoors(SimMesh mesh) {
    this.mesh = mesh;
  }

  @Override
  public void ask(int node, ClientRequest request, Optional<Duration> patience, Answers answers) {
    SimBoot boot = mesh.nodes.get(node).boot();
    if (boot == null || boot.serving().isEmpty()) {
      mesh.time.after(WAY, answers::unheard);
      return;
    }
    mesh.time.after(
        WAY,
        () -> {
          if (boot.alive()) {
            boot.run(() -> arrive(boot, request, patience, answers));
          } else {
            answers.lost();
          }
        });
  }

  @Override
  public void watch(
      int node,
      long fromPlace,
      KeyRange keys,
      Duration patience,
      Credentials shown,
      Watcher watcher) {
    Watcher away = new Away(watcher);
    SimBoot boot = mesh.nodes.get(node).boot();
    if (boot == null || boot.serving().isEmpty()) {
      away.lost();
      return;
    }
    mesh.time.after(
        WAY,
        () ->
            boot.run(
                () ->
                    boot.serving()
                        .ifPresentOrElse(
                            group -> group.watch(fromPlace, keys, patience, shown, away),
                            away::lost)));
  }

  /** A watcher, a short way off. */
  private final class Away implements Watcher {

    private final Watcher watcher;

    Away(Watcher watcher) {
      this.watcher = watcher;
    }

    @Override
    public void told(List<Change> changes, long next) {
      mesh.time.after(WAY, () -> watcher.told(changes, next));
    }

    @Override
    public void compacted(long oldest) {
      mesh.time.after(WAY, () -> watcher.compacted(oldest));
    }

    @Override
    public void refused() {
      mesh.time.after(WAY, watcher::refused);
    }

    @Override
    public void lost() {
      mesh.time.after(WAY, watcher::lost);
    }
  }

  private void arrive(
      SimBoot boot, ClientRequest request, Optional<Duration> patience, Answers answers) {
    Optional<SimGroup> serving = boot.serving();
    if (serving.isEmpty()) {
      mesh.time.after(WAY, answers::unheard);
      return;
    }
    SimGroup group = serving.get();
    group.ask(
        new RouterInput.Asked(group.token(), request, patience),
        new SimRouter.Caller() {
          @Override
          public void answered(RouterEffect answer) {
            mesh.time.after(WAY, () -> answers.answered(answer));
          }

          @Override
          public void lost() {
            mesh.time.after(WAY, answers::lost);
          }
        });
  }
}
