package io.holdfast.chaos.history;

import io.holdfast.chaos.core.Step;
import java.util.List;
import java.util.Optional;

/**
 * One line of a history: a client starts an operation, or learns what became of it.
 *
 * @param line where it is written, from 1
 * @param process the client
 * @param type start or end
 * @param function what the operation does
 * @param key the register; empty in a history of a single one
 * @param values what was written or read, or the two values of a cas; empty when the event ends an
 *     operation without telling
 * @param steps of a transaction; empty for all else, and without telling
 */
record Event(
    int line,
    String process,
    Type type,
    Function function,
    Optional<String> key,
    List<String> values,
    List<Step> steps) {

  Event(
      int line,
      String process,
      Type type,
      Function function,
      Optional<String> key,
      List<String> values) {
    this(line, process, type, function, key, values, List.of());
  }

  enum Type {
    INVOKE,
    OK,
    FAIL,
    INFO;

    static Type named(String name, int line) throws MalformedLine {
      return switch (name) {
        case "invoke" -> INVOKE;
        case "ok" -> OK;
        case "fail" -> FAIL;
        case "info" -> INFO;
        default ->
            throw new MalformedLine(line, "type '" + name + "' is not invoke, ok, fail or info");
      };
    }

    /** Whether what the event says of values counts. */
    boolean tells() {
      return this == INVOKE || this == OK;
    }
  }

  enum Function {
    READ,
    WRITE,
    CAS,
    TXN;

    static Function named(String name, int line) throws MalformedLine {
      return switch (name) {
        case "read" -> READ;
        case "write" -> WRITE;
        case "cas" -> CAS;
        case "txn" -> TXN;
        default -> throw new MalformedLine(line, "f '" + name + "' is not read, write, cas or txn");
      };
    }
  }
}
