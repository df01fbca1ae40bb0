package io.holdfast.mesh.cli;

import io.holdfast.config.SettingProblem;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.HoldfastNode.Ending;
import io.holdfast.mesh.HoldfastNode.Reason;
import io.holdfast.mesh.NodeStartException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Runs a {@link HoldfastNode} until it is told to stop or cannot go on. */
public final class MeshNodeRunner implements NodeRunner {

  /** For {@link java.util.ServiceLoader}. */
  public MeshNodeRunner() {}

  @Override
  public int run(
      Optional<Path> config, Map<String, String> overrides, PrintStream out, PrintStream err) {
    SettingsResult read =
        SettingsReader.read(config, System.getProperties(), System.getenv(), overrides);
    if (read instanceof SettingsResult.Invalid invalid) {
      for (SettingProblem problem : invalid.problems()) {
        err.println(problem.text());
      }
      err.println("nothing was started; correct the settings above");
      return Exit.CONFIGURATION.status();
    }
    return run(((SettingsResult.Valid) read).settings(), out, err);
  }

  private static int run(HoldfastSettings settings, PrintStream out, PrintStream err) {
    HoldfastNode node;
    try {
      node = HoldfastNode.start(settings);
    } catch (DataDirectoryException e) {
      err.println(e.getMessage());
      return switch (e.kind()) {
        case FOREIGN, REFUSED -> Exit.CONFIGURATION.status();
        case LOCKED, READ_ONLY, DAMAGED, IO -> Exit.IO.status();
      };
    } catch (NodeStartException e) {
      err.println(e.getMessage());
      return Exit.IO.status();
    }
    out.println(
        "node %s serves clients on %s:%d and peers on %s"
            .formatted(
                settings.node().id(),
                settings.http().addr().host(),
                node.httpPort(),
                settings.mesh().advertised()));
    out.flush();
    Thread closer = new Thread(node::close, "holdfast-close");
    Runtime.getRuntime().addShutdownHook(closer);
    Ending ending = node.ended().toCompletableFuture().join();
    if (ending.reason() == Reason.CLOSED) {
      return Exit.DONE.status();
    }
    err.println(ending.detail());
    err.flush();
    // Nothing of this process is to run on after its disk failed, or with a state that is not to be
    // trusted.
    Runtime.getRuntime().halt(statusOf(ending.reason()));
    return Exit.INTERNAL.status();
  }

  private static int statusOf(Reason reason) {
    return switch (reason) {
      case CLOSED -> Exit.DONE.status();
      case STORAGE -> Exit.IO.status();
      case REFUSED -> Exit.CONFIGURATION.status();
      case BUG -> Exit.INTERNAL.status();
    };
  }
}
