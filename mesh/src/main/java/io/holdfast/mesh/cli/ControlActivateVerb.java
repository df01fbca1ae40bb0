package io.holdfast.mesh.cli;

import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestType;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast control activate}. */
@Command(
    name = "activate",
    description = {
      "Make manifests active, in the place of the epoch that you have looked at.",
      "No write takes effect that was let in under another one."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast control activate --expect-epoch 0 access.yaml --reason 'first access list'",
      "  holdfast control activate --expect-epoch 1 --remove limits"
    })
final class ControlActivateVerb implements Verb {

  private final Console console;

  @Mixin private ManifestFiles files = new ManifestFiles();
  @Mixin private ExpectOptions expect = new ExpectOptions();
  @Mixin private ReasonOptions why = new ReasonOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ControlActivateVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    long expected = expect.number(mesh);
    String reason = why.reason(mesh);
    Map<ManifestType, Optional<ManifestDocument>> changes;
    try {
      changes = files.changes();
    } catch (ManifestFiles.Unusable unusable) {
      return unusable.tell(console);
    }
    try (ControlWork work = new ControlWork(console, mesh, "control activate")) {
      return new ControlActivation(console, mesh, work).activate(expected, changes, reason);
    }
  }
}
