package io.holdfast.chaos.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.History;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Operation;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.core.Verdict.Counterexample;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.OutOfBudget;
import io.holdfast.chaos.history.HistoryText;
import io.holdfast.chaos.history.ParsedHistory;
import io.holdfast.chaos.history.ParsedHistory.Malformed;
import io.holdfast.chaos.history.ParsedHistory.Parsed;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.Exit;
import io.holdfast.mesh.cli.OutputOptions;
import io.holdfast.mesh.cli.Verb;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos check}. */
@Command(
    name = "check",
    description = {
      "Say whether a history of registers and transactions over them is linearizable.",
      "Reads Jepsen's EDN, Jepsen's log lines, and JSON lines with process, type, f, key, value."
    },
    footer = {
      "",
      "Example:",
      "  holdfast chaos check history.edn",
      "",
      "Transactions are {:f :txn, :value [[:r k v] [:w k v] [:cas k [old new]]]}, and as guards",
      "[:is k v] and [:present k]; in JSON \"f\":\"txn\" and lists alike.",
      "",
      "Exit status: 0 valid; 1 invalid; 2 the budget did not suffice to tell;",
      "4 not a history; 5 the file cannot be read."
    })
final class CheckVerb implements Verb {

  private final Console console;

  @Parameters(paramLabel = "FILE", description = "The history.")
  private Path file = Path.of("");

  @Option(
      names = "--budget",
      paramLabel = "STEPS",
      description = "Configurations to look at before giving up (default: ${DEFAULT-VALUE}).")
  private long budget = Budget.DEFAULT.steps();

  @Mixin private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  CheckVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (budget < 1) {
      throw new ParameterException(
          spec.commandLine(), "--budget " + budget + ": allowed is 1 or more");
    }
    long started = System.nanoTime();
    ParsedHistory parsed;
    try (Reader reader = Files.newBufferedReader(file)) {
      parsed = HistoryText.read(reader);
    } catch (NoSuchFileException e) {
      return console.fail(Exit.IO, file + " does not exist");
    } catch (AccessDeniedException e) {
      return console.fail(Exit.IO, file + " may not be read");
    } catch (MalformedInputException e) {
      return console.fail(Exit.USAGE, file + " is not UTF-8 text");
    }
    if (parsed instanceof Malformed wrong) {
      return console.fail(Exit.USAGE, file + ", line " + wrong.line() + ": " + wrong.reason());
    }
    History history = ((Parsed) parsed).history();
    Verdict verdict =
        LinearizabilityChecker.check(history, new Budget(budget, Budget.DEFAULT.cacheWords()));
    double seconds = (System.nanoTime() - started) / 1e9;
    if (output.json()) {
      console.json(json(verdict, history, seconds));
    } else {
      print(verdict, history, seconds);
    }
    return exit(verdict).status();
  }

  private static Exit exit(Verdict verdict) {
    if (verdict instanceof Invalid) {
      return Exit.REFUSED;
    }
    // What is not known is no success: the same status as an unknown outcome of a write.
    return verdict instanceof OutOfBudget ? Exit.UNREACHABLE : Exit.DONE;
  }

  private static String name(Verdict verdict) {
    if (verdict instanceof Invalid) {
      return "invalid";
    }
    return verdict instanceof OutOfBudget ? "out_of_budget" : "valid";
  }

  private static ObjectNode json(Verdict verdict, History history, double seconds) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("verdict", name(verdict))
            .put("operations", history.operations().size())
            .put("seconds", Math.round(seconds * 1000) / 1000.0);
    if (verdict instanceof Invalid invalid) {
      Counterexample found = invalid.counterexample();
      ObjectNode part = json.putObject("counterexample");
      part.put("key", found.key())
          .put("events", found.events())
          .put("shortest", found.shortest())
          .put("state", found.state());
      part.set("failing", json(found.failing()));
      list(part.putArray("placed"), found.placed());
      list(part.putArray("unplaced"), found.unplaced());
    } else {
      json.putNull("counterexample");
    }
    return json;
  }

  private static void list(ArrayNode array, List<Operation> operations) {
    operations.forEach(operation -> array.add(json(operation)));
  }

  private static ObjectNode json(Operation operation) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("process", operation.process())
            .put("action", operation.action().toString())
            .put("invoked", operation.invoked());
    operation
        .returned()
        .ifPresentOrElse(end -> json.put("returned", end), () -> json.putNull("returned"));
    return json;
  }

  private void print(Verdict verdict, History history, double seconds) {
    PrintStream out = console.out();
    int count = history.operations().size();
    out.printf(Locale.ROOT, "%s: %d operations, %.1f s%n", name(verdict), count, seconds);
    if (count == 0) {
      out.println("The history is empty.");
    }
    if (verdict instanceof OutOfBudget open) {
      out.printf(
          "Neither valid nor invalid: %d steps did not suffice%s; try a larger --budget.%n",
          budget, open.key().isEmpty() ? "" : " for key " + open.key());
    }
    if (verdict instanceof Invalid invalid) {
      print(out, invalid.counterexample());
    }
  }

  private static void print(PrintStream out, Counterexample found) {
    out.printf(
        "%sThe first %d events have no order%s.%n",
        found.key().isEmpty() ? "" : "Key " + found.key() + ". ",
        found.events(),
        found.shortest() ? "; without the last one they have" : ", and perhaps fewer have none");
    if (!found.placed().isEmpty()) {
      out.println("An order of what came before ends with:");
      found.placed().forEach(operation -> out.println("  " + text(operation)));
    }
    out.println(
        found.failing().keys().size() == 1
            ? "Then the register holds " + found.state() + ", and these have no place:"
            : "Then the registers hold " + found.state() + ", and these have no place:");
    found.unplaced().forEach(operation -> out.println("  " + text(operation)));
  }

  private static String text(Operation operation) {
    return "process "
        + operation.process()
        + " "
        + operation.action()
        + ", from event "
        + operation.invoked()
        + (operation.known() ? " to " + operation.returned().getAsInt() : ", outcome unknown");
  }
}
