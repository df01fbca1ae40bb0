package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.quorum.core.QuorumPlanner;
import io.holdfast.quorum.core.QuorumPlanner.Plan;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast quorum-plan}. */
@Command(
    name = "quorum-plan",
    description = "Show for every w which failures leave writes, reads and election alive.",
    footer = {"", "Example:", "  holdfast quorum-plan -n 5"})
final class QuorumPlanVerb implements Verb {

  private final Console console;

  @Option(
      names = {"-n", "--nodes"},
      required = true,
      paramLabel = "N",
      description = "Members of the group, 1 to " + QuorumPlanner.MAX_MEMBERS + ".")
  private int n;

  @Mixin private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  QuorumPlanVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (n < 1 || n > QuorumPlanner.MAX_MEMBERS) {
      throw new ParameterException(
          spec.commandLine(), "-n " + n + ": allowed are 1 to " + QuorumPlanner.MAX_MEMBERS);
    }
    List<Plan> plans = QuorumPlanner.plans(n);
    if (output.json()) {
      console.json(json(plans));
    } else {
      print(plans);
    }
    return Exit.DONE.status();
  }

  private ObjectNode json(List<Plan> plans) {
    ObjectNode json = Answers.object().put("n", n);
    ArrayNode array = json.putArray("plans");
    for (Plan plan : plans) {
      array
          .addObject()
          .put("w", plan.w())
          .put("prepareQuorum", plan.prepareQuorum())
          .put("writesSurvive", plan.writesSurvive())
          .put("electionSurvives", plan.electionSurvives())
          .put("leaderFailureSurvives", plan.leaderFailureSurvives())
          .put("default", plan.isDefault());
    }
    return json;
  }

  private void print(List<Plan> plans) {
    Table table =
        Table.of("w", "prepare quorum", "writes, reads survive", "election survives", "in words");
    for (Plan plan : plans) {
      table.row(
          plan.w(),
          plan.prepareQuorum(),
          plan.writesSurvive(),
          plan.electionSurvives(),
          words(plan));
    }
    table.print(console.out());
    console.out().println();
    console
        .out()
        .println(
            "Writes and linearizable reads need w members, the leader among them; a new leader");
    console
        .out()
        .println(
            "needs the prepare quorum. Every w is linearizable; it decides what keeps running.");
  }

  private static String words(Plan plan) {
    String steady =
        plan.writesSurvive() == 0
            ? "every member must be up to write"
            : "writes go on with " + plan.writesSurvive() + " down beside the leader";
    String leader =
        plan.leaderFailureSurvives() > 0
            ? "a lost leader is replaced with up to "
                + plan.leaderFailureSurvives()
                + " down, it included"
            : "the leader's loss stops writes until it is back";
    String copies =
        plan.w() == 1 && plan.n() > 1
            ? "; one-way push: a write is acknowledged from the leader's disk alone"
            : "";
    return steady + "; " + leader + copies + (plan.isDefault() ? " (default)" : "");
  }
}
