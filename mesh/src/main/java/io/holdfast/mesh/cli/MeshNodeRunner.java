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
import io.holdfast.mesh.actor.NodeExtension;
import io.holdfast.mesh.log.LogFormat;
import io.holdfast.mesh.log.LogIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a {@link HoldfastNode} until it is told to stop or cannot go on. */
public final class MeshNodeRunner implements NodeRunner {

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  /** For {@link java.util.ServiceLoader}. */
  public MeshNodeRunner() {}

  @Override
  public int run(Optional<Path> config, Map<String, String> overrides, Console console) {
    SettingsResult read =
        SettingsReader.read(config, System.getProperties(), System.getenv(), overrides);
    NodeVoice voice = new NodeVoice(console, LogFormat.isJson());
    if (read instanceof SettingsResult.Invalid invalid) {
      return tell(invalid.problems(), voice);
    }
    HoldfastSettings settings = ((SettingsResult.Valid) read).settings();
    Optional<String> refusal = NodeExtension.refusalOf(settings);
    return refusal.isPresent()
        ? voice.fail(Exit.CONFIGURATION, refusal.get())
        : run(settings, voice);
  }

  /** Says what is wrong with the settings, everything at once. */
  static int tell(List<SettingProblem> problems, Console console) {
    return tell(problems, new NodeVoice(console, false));
  }

  private static int tell(List<SettingProblem> problems, NodeVoice voice) {
    problems.forEach(problem -> voice.complain(problem.text()));
    return voice.fail(Exit.CONFIGURATION, "nothing was started; correct the settings named above");
  }

  private static int run(HoldfastSettings settings, NodeVoice voice) {
    LogIdentity.is(settings);
    HoldfastNode node;
    try {
      node = HoldfastNode.start(settings);
    } catch (DataDirectoryException e) {
      Exit exit =
          switch (e.kind()) {
            case FOREIGN, REFUSED -> Exit.CONFIGURATION;
            case LOCKED, READ_ONLY, DAMAGED, IO -> Exit.IO;
          };
      return voice.fail(exit, String.valueOf(e.getMessage()));
    } catch (NodeStartException e) {
      return voice.fail(Exit.IO, String.valueOf(e.getMessage()));
    }
    voice.say(
        "node %s serves clients on %s:%d and peers on %s"
            .formatted(
                settings.node().id(),
                settings.http().addr().host(),
                node.httpPort(),
                settings.mesh().advertised()));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAndWait(node), "holdfast-close"));
    Ending ending = node.ended().toCompletableFuture().join();
    if (ending.reason() == Reason.CLOSED) {
      return Exit.DONE.status();
    }
    return voice.fail(exitOf(ending.reason()), ending.detail());
  }

  /**
   * Told to stop (SIGTERM), a node that has stopped in order exits with 0, not with the signal's
   * number: {@link Main} halts with the verb's status, for which this hook gives it time.
   */
  static void closeAndWait(HoldfastNode node) {
    node.close();
    try {
      TimeUnit.MILLISECONDS.sleep(LAST_WORDS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // then the process just ends
    }
  }

  static Exit exitOf(Reason reason) {
    return switch (reason) {
      case CLOSED -> Exit.DONE;
      case STORAGE -> Exit.IO;
      case REFUSED -> Exit.CONFIGURATION;
      case BUG -> Exit.INTERNAL;
    };
  }
}
