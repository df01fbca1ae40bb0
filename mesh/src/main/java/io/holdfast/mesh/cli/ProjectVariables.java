package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.ProjectFile;
import io.holdfast.config.core.control.ProjectFile.Output;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reserves what a {@code holdfast.yaml} says, all or nothing, and tells it as variables. */
final class ProjectVariables {

  private ProjectVariables() {}

  /** The wish that a file is. */
  static Wish wish(ProjectFile file, String pool, String host, String path, boolean force) {
    List<Wish.Want> wants =
        file.reservations().stream()
            .map(entry -> new Wish.Want(entry.tag(), entry.number(), entry.exact()))
            .toList();
    return new Wish(
        file.pool().orElse(pool), host, path, file.project(), file.task(), wants, force);
  }

  /** The variables of a file with what was given for them, in its order. */
  static Map<String, Long> variables(ProjectFile file, List<Entry> entries) {
    Map<String, Long> byTag = new LinkedHashMap<>();
    entries.forEach(entry -> byTag.put(entry.reservation().tag(), entry.reservation().value()));
    Map<String, Long> variables = new LinkedHashMap<>();
    for (ProjectFile.Entry entry : file.reservations()) {
      Long value = byTag.get(entry.tag());
      if (value != null) {
        variables.put(entry.env(), value);
      }
    }
    return variables;
  }

  /** Variables as a shell, a program or a {@code .env} file takes them. */
  static String text(Output output, Map<String, Long> variables) {
    if (output == Output.JSON) {
      return Console.compact(object(variables));
    }
    String before = output == Output.EXPORTS ? "export " : "";
    StringBuilder lines = new StringBuilder();
    // Names are letters, digits and '_', values whole numbers: nothing of it needs quotes.
    variables.forEach(
        (name, value) ->
            lines
                .append(lines.length() == 0 ? "" : System.lineSeparator())
                .append(before)
                .append(name)
                .append('=')
                .append(value));
    return lines.toString();
  }

  static ObjectNode object(Map<String, Long> variables) {
    ObjectNode json = Answers.object();
    variables.forEach(json::put);
    return json;
  }
}
