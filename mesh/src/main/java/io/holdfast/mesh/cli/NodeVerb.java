package io.holdfast.mesh.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast node}. */
@Command(
    name = "node",
    description = "Run one node until it is told to stop (SIGTERM).",
    footer = {
      "",
      "Example:",
      "  holdfast node --id n1 --data-dir /var/lib/holdfast --mesh-addr 10.0.0.1:4100 \\",
      "      --http-addr 10.0.0.1:8100 --peers n1@10.0.0.1:4100,n2@10.0.0.2:4100,n3@10.0.0.3:4100"
    })
final class NodeVerb implements Verb {

  private final Console console;
  private final Optional<NodeRunner> runner;

  @Option(names = "--id", paramLabel = "NAME", description = "The node's stable name.")
  private @Nullable String id;

  @Option(names = "--http-addr", paramLabel = "HOST:PORT", description = "Where clients reach it.")
  private @Nullable String httpAddr;

  @Option(names = "--mesh-addr", paramLabel = "HOST:PORT", description = "Where peers reach it.")
  private @Nullable String meshAddr;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where its identity, log and store live; it is theirs for good.")
  private @Nullable String dataDir;

  @Option(
      names = "--peers",
      paramLabel = "NAME@HOST:PORT[,...]",
      description = "All nodes of the mesh and where their peers reach them.")
  private @Nullable String peers;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A HOCON file; the options here are stronger than what it says.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting by its full key. May be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--exit-with-parent",
      paramLabel = "PID",
      hidden = true,
      description = "End when that process ends.")
  private @Nullable Long parent;

  @Mixin private OutputOptions output = new OutputOptions();

  NodeVerb(Console console, Optional<NodeRunner> runner) {
    this.console = console;
    this.runner = runner;
  }

  @Override
  public Integer call() {
    if (runner.isEmpty()) {
      return console.fail(
          Exit.INTERNAL, "this copy cannot run nodes: its class path has no node; reinstall it");
    }
    if (config != null && !Files.isReadable(config)) {
      return console.fail(
          Exit.CONFIGURATION, "--config " + config + " cannot be read: name a readable HOCON file");
    }
    if (parent != null) {
      ParentWatch.start(parent);
    }
    int status = runner.get().run(Optional.ofNullable(config), overrides(), console);
    if (output.json() && status == Exit.DONE.status()) {
      console.json(Answers.object().put("ok", true).put("status", status));
    }
    return status;
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>(settings);
    override(overrides, "holdfast.node.id", id);
    override(overrides, "holdfast.node.data-dir", dataDir);
    override(overrides, "holdfast.http.addr", httpAddr);
    override(overrides, "holdfast.mesh.addr", meshAddr);
    override(overrides, "holdfast.mesh.peers", peers);
    return overrides;
  }

  private static void override(Map<String, String> into, String key, @Nullable String value) {
    if (value != null) {
      into.put(key, value);
    }
  }
}
