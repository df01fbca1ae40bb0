package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.sync.core.CommandResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast control approve}. */
@Command(
    name = "approve",
    description =
        "Agree to an activation, as one of those whom the policy names: it counts for "
            + "24 hours, and for exactly this set in the place of exactly this epoch.",
    footer = {
      "",
      "Example:",
      "  holdfast control approve --expect-epoch 3 --set-hash HASH   as 'control plan' tells it"
    })
final class ControlApproveVerb implements Verb {

  private final Console console;

  @Option(
      names = "--set-hash",
      paramLabel = "HASH",
      required = true,
      description = "The set that would be active, as 'control plan' tells it.")
  private String setHash = "";

  @Mixin private ExpectOptions expect = new ExpectOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ControlApproveVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    long expected = expect.number(mesh);
    SetHash resulting;
    try {
      resulting = SetHash.parse(setHash);
    } catch (IllegalArgumentException e) {
      throw mesh.wrong("--set-hash: " + e.getMessage());
    }
    try (ControlWork work = new ControlWork(console, mesh, "control approve")) {
      ControlActivation activation = new ControlActivation(console, mesh, work);
      // The number names the epoch; the node that is asked knows the hash of its set.
      ControlActivation.Asked asked =
          activation.write(
              new io.holdfast.sync.core.Command.Approve(
                  new Activation.Expected(expected, SetHash.NONE), resulting));
      return asked.committed().map(this::tell).orElseGet(() -> activation.refused(asked));
    }
  }

  private int tell(CallResult.Answered<WriteAnswer> answered) {
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", true);
      json.setAll(Answers.json(answered.answer(), answered.trail()));
      console.json(json);
      return Exit.DONE.status();
    }
    int given =
        answered
            .answer()
            .result()
            .flatMap(WriteAnswer.Executed::result)
            .filter(CommandResult.Approved.class::isInstance)
            .map(result -> ((CommandResult.Approved) result).given())
            .orElse(0);
    console.out().println("approved; approvals that are there: " + given);
    return Exit.DONE.status();
  }
}
