package io.holdfast.chaos.history;

import io.holdfast.chaos.core.Step;
import io.holdfast.chaos.core.Step.Cas;
import io.holdfast.chaos.core.Step.Is;
import io.holdfast.chaos.core.Step.Present;
import io.holdfast.chaos.core.Step.Read;
import io.holdfast.chaos.core.Step.Write;
import java.util.List;

/**
 * The steps of a transaction in the forms of this package: {@code [:r k v]}, {@code [:w k v]},
 * {@code [:cas k [old new]]} as Jepsen has them, and two guards of our own, {@code [:is k v]},
 * where nil asks for nothing, and {@code [:present k]}.
 */
final class TransactionSteps {

  private TransactionSteps() {}

  /**
   * One step.
   *
   * @param name what it does
   * @param values what follows the key; a cas has two
   */
  static Step step(String name, String key, List<String> values, int line) throws MalformedLine {
    int expected =
        switch (name) {
          case "r", "w", "is" -> 1;
          case "cas" -> 2;
          case "present" -> 0;
          default ->
              throw new MalformedLine(line, "step '" + name + "' is not r, w, cas, is or present");
        };
    if (values.size() != expected) {
      throw new MalformedLine(line, "step " + name + " of " + key + " has values " + values);
    }
    return switch (name) {
      case "r" -> new Read(key, values.get(0));
      case "w" -> new Write(key, values.get(0));
      case "is" -> new Is(key, values.get(0));
      case "cas" -> new Cas(key, values.get(0), values.get(1));
      default -> new Present(key);
    };
  }

  /**
   * What an {@code ok} tells: the steps that were invoked, with what they read; or, where there was
   * a guard, reads alone: the guards did not hold, nothing was written, and this was read instead.
   */
  static Event observed(Event invoked, Event ok) throws MalformedLine {
    boolean same = invoked.steps().size() == ok.steps().size();
    for (int i = 0; same && i < invoked.steps().size(); i++) {
      Step asked = invoked.steps().get(i);
      Step told = ok.steps().get(i);
      same =
          (asked instanceof Read && told instanceof Read)
              ? asked.key().equals(told.key())
              : asked.equals(told);
    }
    boolean guarded =
        invoked.steps().stream()
            .anyMatch(step -> step instanceof Is || step instanceof Cas || step instanceof Present);
    boolean refused = guarded && ok.steps().stream().allMatch(Read.class::isInstance);
    if (!same && !refused) {
      throw new MalformedLine(
          ok.line(),
          "ok of "
              + ok.steps()
              + ", but "
              + invoked.steps()
              + " was invoked in line "
              + invoked.line());
    }
    return ok;
  }
}
