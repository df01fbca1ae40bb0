package io.holdfast.mesh.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast completion}. */
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh.",
    footer = {"", "Example:", "  source <(holdfast completion)"})
final class CompletionVerb implements Verb {

  private final Console console;

  @Mixin private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  CompletionVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash("holdfast", spec.root().commandLine());
    if (output.json()) {
      console.json(Answers.object().put("script", script));
    } else {
      console.out().print(script);
      console.out().flush();
    }
    return Exit.DONE.status();
  }
}
