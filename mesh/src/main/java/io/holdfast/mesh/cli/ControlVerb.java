package io.holdfast.mesh.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast control}. */
@Command(
    name = "control",
    synopsisSubcommandLabel = "plan|activate|show|history|rollback|approve|readiness|token",
    description = {
      "What is active in a group: who may do what (access), how large things may be "
          + "(limits), how writes are acknowledged (policy), what may be reserved (pools).",
      "Each change makes an epoch."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast control show",
      "  holdfast control plan access.yaml",
      "  holdfast control activate --expect-epoch 0 access.yaml --reason 'first access list'",
      "  holdfast control rollback 0 --expect-epoch 1"
    })
final class ControlVerb implements Verb {

  private final Console console;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli fills it and acts on --help
  private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  ControlVerb(Console console) {
    this.console = console;
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(
        new ControlPlanVerb(console),
        new ControlActivateVerb(console),
        new ControlShowVerb(console),
        new ControlHistoryVerb(console),
        new ControlRollbackVerb(console),
        new ControlApproveVerb(console),
        new ControlReadinessVerb(console),
        new ControlTokenVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "plan, activate, show, history, rollback, approve, readiness or token?");
  }
}
