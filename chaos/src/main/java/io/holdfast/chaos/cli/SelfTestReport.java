package io.holdfast.chaos.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.sim.SelfTest;
import io.holdfast.mesh.cli.Console;
import java.util.List;

/** How {@code holdfast simulate --self-test} tells what came of the faults. */
final class SelfTestReport {

  private final Console console;
  private final boolean json;

  SelfTestReport(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  void print(List<SelfTest.Caught> results) {
    long caught = results.stream().filter(SelfTest.Caught::isCaught).count();
    if (json) {
      console.json(object(results, caught));
      return;
    }
    for (SelfTest.Caught result : results) {
      console
          .out()
          .printf(
              "%-28s %s%n",
              result.fault().name(),
              result
                  .caughtBy()
                  .map(by -> "caught by " + by + " after " + seeds(result.seedsNeeded()))
                  .orElse("NOT CAUGHT in " + seeds(result.seedsNeeded()) + "; " + result.facts()));
    }
    console.out().println(caught + "/" + results.size());
    results.stream()
        .filter(result -> !result.isCaught())
        .forEach(
            result -> console.out().println("look at: ./holdfast simulate " + result.options()));
  }

  private static String seeds(long count) {
    return count == 1 ? "1 seed" : count + " seeds";
  }

  private static ObjectNode object(List<SelfTest.Caught> results, long caught) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("ok", caught == results.size())
            .put("caught", caught)
            .put("total", results.size());
    ArrayNode faults = json.putArray("faults");
    for (SelfTest.Caught result : results) {
      ObjectNode fault = faults.addObject().put("name", result.fault().name());
      result
          .caughtBy()
          .ifPresentOrElse(by -> fault.put("caughtBy", by), () -> fault.putNull("caughtBy"));
      fault
          .put("seedsNeeded", result.seedsNeeded())
          .put("facts", result.facts())
          .put("replay", "./holdfast simulate " + result.options());
    }
    return json;
  }
}
