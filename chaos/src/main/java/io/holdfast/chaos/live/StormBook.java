package io.holdfast.chaos.live;

import io.holdfast.chaos.core.History;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.chaos.history.TransactionCall;
import io.holdfast.chaos.history.TransactionCall.Cas;
import io.holdfast.chaos.history.TransactionCall.Is;
import io.holdfast.chaos.history.TransactionCall.Read;
import io.holdfast.chaos.history.TransactionCall.Write;
import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What the clients of a {@link TransferStorm} did and were told. Values are written once each, with
 * the transfer's number in them, so that the checker knows their order. Safe for use by several
 * threads.
 */
final class StormBook {

  /** What became of a transfer. */
  enum Fate {
    /** It took effect. */
    DONE,
    /** An account had changed since it was read: it took none. */
    REFUSED,
    /** It was settled before it was executed: it never takes effect. */
    FENCED,
    /** Nobody has said, however often it was asked. */
    OPEN
  }

  /**
   * A transfer.
   *
   * @param from what the account held when it was read, with its tag
   * @param to likewise
   */
  record Transfer(int number, String source, String from, String target, String to, int amount) {

    /** The key that only this transfer writes. */
    String marker() {
      return "transfer/" + number;
    }

    String newFrom() {
      return (balance(from) - amount) + "#" + number;
    }

    String newTo() {
      return (balance(to) + amount) + "#" + number;
    }
  }

  private final HistoryRecorder recorder;
  private final long startedNanos = System.nanoTime();
  private final Map<Integer, Fate> fates = new TreeMap<>();
  private final Map<String, Long> moved = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();
  private int transfers;
  private int ambiguous;
  private int resolved;

  StormBook(int mostOperations) {
    recorder = new HistoryRecorder(mostOperations);
  }

  /** The amount in a value. */
  static int balance(String value) {
    return Integer.parseInt(value.substring(0, value.indexOf('#')));
  }

  /** A number of its own for the next transfer. */
  synchronized int nextNumber() {
    return transfers++;
  }

  OptionalInt opens(List<String> accounts, String value) {
    List<TransactionCall.Part> parts = new ArrayList<>();
    for (String account : accounts) {
      parts.add(new Cas(account, Optional.empty(), Optional.of(value)));
    }
    return recorder.invoke("opening", at(), new TransactionCall(parts));
  }

  OptionalInt reads(String process, List<String> keys) {
    List<TransactionCall.Part> parts = new ArrayList<>();
    keys.forEach(key -> parts.add(new Read(key)));
    return recorder.invoke(process, at(), new TransactionCall(parts));
  }

  OptionalInt moves(String process, Transfer transfer) {
    return recorder.invoke(
        process,
        at(),
        new TransactionCall(
            List.of(
                new Cas(
                    transfer.source(),
                    Optional.of(transfer.from()),
                    Optional.of(transfer.newFrom())),
                new Cas(
                    transfer.target(), Optional.of(transfer.to()), Optional.of(transfer.newTo())),
                new Is(transfer.marker(), Optional.empty()),
                new Write(transfer.marker(), Optional.of("done")))));
  }

  void executed(int operation, List<Optional<String>> read) {
    boolean unused = recorder.executed(operation, at(), read);
  }

  void tried(int operation, OutcomeCode code) {
    recorder.tried(operation, code);
  }

  void lost(int operation) {
    boolean unused = recorder.lost(operation, at());
  }

  /**
   * The last word about a transfer.
   *
   * @param seen what a refused one read instead; empty where that was not said
   */
  void ends(int operation, Transfer transfer, Fate fate, Map<String, Optional<String>> seen) {
    Duration at = at();
    boolean unused =
        switch (fate) {
          case DONE -> recorder.executed(operation, at, List.of());
          case REFUSED -> recorder.refused(operation, at, seen);
          case FENCED -> recorder.answered(operation, at, OutcomeCode.FENCED);
          case OPEN -> recorder.lost(operation, at);
        };
    synchronized (this) {
      fates.put(transfer.number(), fate);
      if (fate == Fate.DONE) {
        moved.merge(transfer.source(), (long) -transfer.amount(), Long::sum);
        moved.merge(transfer.target(), (long) transfer.amount(), Long::sum);
      }
      if (fate == Fate.REFUSED
          && Optional.of(transfer.from()).equals(seen.get(transfer.source()))
          && Optional.of(transfer.to()).equals(seen.get(transfer.target()))) {
        complaints.add("refused although both accounts are as it read them: " + transfer);
      }
    }
  }

  /** A transfer of which it was not clear at first what became of it. */
  synchronized void wasAmbiguous(boolean byResolve) {
    ambiguous++;
    resolved += byResolve ? 1 : 0;
  }

  synchronized void complain(String what) {
    complaints.add(what);
  }

  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** What became of each transfer, by its number. */
  synchronized Map<Integer, Fate> fates() {
    return new TreeMap<>(fates);
  }

  /** How many transfers had each fate. */
  synchronized Map<Fate, Integer> counts() {
    Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
    fates.values().forEach(fate -> counts.merge(fate, 1, Integer::sum));
    return counts;
  }

  /** By how much an account has changed, by what clients were told. */
  synchronized long moved(String account) {
    return moved.getOrDefault(account, 0L);
  }

  synchronized int ambiguous() {
    return ambiguous;
  }

  synchronized int settledByResolve() {
    return resolved;
  }

  History history() {
    return recorder.history();
  }

  void writeTo(Appendable out) throws java.io.IOException {
    recorder.writeTo(out);
  }

  private Duration at() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }
}
