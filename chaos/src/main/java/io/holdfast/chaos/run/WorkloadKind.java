package io.holdfast.chaos.run;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What clients can be told to do. */
public enum WorkloadKind {
  /** Read, write, delete, and compare and set. */
  REGISTER("register"),
  /** Move amounts between accounts. */
  TRANSFER("transfer"),
  /** Count up. */
  COUNTER("counter"),
  /** Add elements to sets, and read whole sets. */
  SET("set"),
  /** All of these, each client one. */
  MIXED("mixed");

  private final String word;

  WorkloadKind(String word) {
    this.word = word;
  }

  /** As in {@code --workload}. */
  public String word() {
    return word;
  }

  /** The workload of that word. */
  public static Optional<WorkloadKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }

  /** All words, for a complaint. */
  public static String words() {
    return Arrays.stream(values()).map(WorkloadKind::word).collect(Collectors.joining(", "));
  }

  /** What it consists of; client i takes part in the i-th, in turn. */
  List<Workload> make(RunLog log, String prefix, int accounts) {
    return switch (this) {
      case REGISTER -> List.of(new Registers(prefix));
      case TRANSFER -> List.of(new TransferAccounts(log, prefix, accounts));
      case COUNTER -> List.of(new Counters(prefix));
      case SET -> List.of(new Sets(prefix));
      case MIXED ->
          List.of(
              new Registers(prefix),
              new TransferAccounts(log, prefix, accounts),
              new Counters(prefix),
              new Sets(prefix));
    };
  }
}
