package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DataDirectoryException.Kind;
import io.holdfast.mesh.store.FounderRestore;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import io.holdfast.sync.store.SnapshotRefused;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast snapshot restore}. */
@Command(
    name = "restore",
    description = {
      "Make the data directory of one founder of a new mesh from a snapshot.",
      "Do the same, with the same file, for each of its founders, then start them "
          + "with that mesh id. The directory must be empty or not there; the mesh id must "
          + "be a new one, so that the old nodes cannot join."
    },
    footer = {
      "",
      "Example, on each of three machines with its own name:",
      "  holdfast snapshot restore monday.snapshot --mesh-id second --node n1 \\",
      "      --data-dir /var/lib/holdfast",
      "  holdfast node --config node.conf --set holdfast.mesh.id=second"
    })
final class SnapshotRestoreVerb implements Verb {

  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "What 'snapshot save' has written; one file for each group.")
  private List<Path> files = List.of();

  @Option(
      names = "--mesh-id",
      paramLabel = "NAME",
      description = "The new mesh; overrides " + MeshSettings.ID + ".")
  private @Nullable String meshId;

  @Option(
      names = {"--node", "--id"},
      paramLabel = "NAME",
      description = "The founder; overrides " + NodeSettings.ID + ".")
  private @Nullable String node;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Its directory; overrides " + NodeSettings.DATA_DIR + ".")
  private @Nullable String dataDir;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The settings that the node will be started with.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting by its full key. May be repeated.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Mixin private OutputOptions output = new OutputOptions();

  SnapshotRestoreVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> overrides = new LinkedHashMap<>(set);
    override(overrides, MeshSettings.ID, meshId);
    override(overrides, NodeSettings.ID, node);
    override(overrides, NodeSettings.DATA_DIR, dataDir);
    SettingsResult read =
        SettingsReader.read(
            Optional.ofNullable(config), System.getProperties(), console.environment(), overrides);
    if (read instanceof SettingsResult.Invalid invalid) {
      invalid.problems().forEach(problem -> console.complain(problem.text()));
      return console.fail(
          Exit.CONFIGURATION, "nothing was restored; correct the settings named above");
    }
    return restore(((SettingsResult.Valid) read).settings());
  }

  private static void override(Map<String, String> into, String key, @Nullable String value) {
    if (value != null) {
      into.put(key, value);
    }
  }

  private int restore(HoldfastSettings settings) throws IOException {
    FounderRestore.Outcome outcome;
    try {
      outcome = FounderRestore.into(settings, files);
    } catch (DataDirectoryException e) {
      Exit exit = e.kind() == Kind.FOREIGN ? Exit.REFUSED : Exit.IO;
      return console.fail(exit, String.valueOf(e.getMessage()));
    } catch (SnapshotRefused e) {
      return console.fail(Exit.REFUSED, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      return console.fail(Exit.IO, e.getMessage() + ": there is no such file");
    }
    if (outcome instanceof FounderRestore.Refused refused) {
      return console.fail(Exit.REFUSED, refused.reason() + "; nothing was restored");
    }
    tell(settings, ((FounderRestore.Restored) outcome).groups().values());
    return Exit.DONE.status();
  }

  private void tell(HoldfastSettings settings, Iterable<Inspection> groups) {
    if (output.json()) {
      ObjectNode json =
          Answers.object()
              .put("ok", true)
              .put("dataDir", settings.node().dataDir().toString())
              .put("meshId", settings.mesh().id())
              .put("node", settings.node().id().value());
      ArrayNode restored = json.putArray("groups");
      for (Inspection group : groups) {
        restored
            .addObject()
            .put("group", group.header().group().value())
            .put("slot", group.state().applied().number())
            .put("revision", group.state().revision())
            .put("chainHash", group.state().chainHash().toString())
            .put("keys", group.state().keyCount());
      }
      console.json(json);
      return;
    }
    for (Inspection group : groups) {
      console
          .out()
          .printf(
              "group %s: %d keys at revision %d, slot %s, of mesh %s%n",
              group.header().group(),
              group.state().keyCount(),
              group.state().revision(),
              group.state().applied(),
              group.header().meshId());
    }
    console
        .out()
        .printf(
            "%s is the directory of founder %s of mesh %s%n",
            settings.node().dataDir(), settings.node().id(), settings.mesh().id());
    console
        .out()
        .println(
            "next: restore the same for each other founder, then start all with "
                + MeshSettings.ID
                + " = "
                + settings.mesh().id());
  }
}
