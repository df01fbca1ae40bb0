package io.holdfast.chaos.run;

import io.holdfast.chaos.history.TransactionCall;
import io.holdfast.chaos.history.TransactionCall.Cas;
import io.holdfast.chaos.history.TransactionCall.Is;
import io.holdfast.chaos.history.TransactionCall.Read;
import io.holdfast.chaos.history.TransactionCall.Write;
import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What the clients of a transfer workload did and were told. Values are written once each, with the
 * transfer's number in them, so that the checker knows their order. Safe for use by several
 * threads.
 */
final class TransferBook {

  /**
   * A transfer.
   *
   * @param marker the key that only this transfer writes
   * @param from what the account held when it was read, with its tag
   * @param to likewise
   */
  record Transfer(
      int number, String marker, String source, String from, String target, String to, int amount) {

    String newFrom() {
      return (balance(from) - amount) + "#" + number;
    }

    String newTo() {
      return (balance(to) + amount) + "#" + number;
    }
  }

  private final RunLog log;
  private final String prefix;
  private final Map<Integer, WriteFate> fates = new TreeMap<>();
  private final Map<String, Long> moved = new HashMap<>();
  private int transfers;

  /**
   * @param prefix of all keys
   */
  TransferBook(RunLog log, String prefix) {
    this.log = log;
    this.prefix = prefix;
  }

  /** What each transfer's own key begins with. */
  String markers() {
    return prefix + "transfer/";
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
    return log.recorder().invoke("opening", log.at(), new TransactionCall(parts));
  }

  OptionalInt reads(String process, List<String> keys) {
    List<TransactionCall.Part> parts = new ArrayList<>();
    keys.forEach(key -> parts.add(new Read(key)));
    return log.recorder().invoke(process, log.at(), new TransactionCall(parts));
  }

  OptionalInt moves(String process, Transfer transfer) {
    return log.recorder()
        .invoke(
            process,
            log.at(),
            new TransactionCall(
                List.of(
                    new Cas(
                        transfer.source(),
                        Optional.of(transfer.from()),
                        Optional.of(transfer.newFrom())),
                    new Cas(
                        transfer.target(),
                        Optional.of(transfer.to()),
                        Optional.of(transfer.newTo())),
                    new Is(transfer.marker(), Optional.empty()),
                    new Write(transfer.marker(), Optional.of("done")))));
  }

  void executed(int operation, List<Optional<String>> read) {
    boolean unused = log.recorder().executed(operation, log.at(), read);
  }

  void tried(int operation, OutcomeCode code) {
    log.recorder().tried(operation, code);
  }

  void lost(int operation) {
    boolean unused = log.recorder().lost(operation, log.at());
  }

  /**
   * The last word about a transfer.
   *
   * @param seen what a refused one read instead; empty where that was not said
   */
  void ends(int operation, Transfer transfer, WriteFate fate, Map<String, Optional<String>> seen) {
    Duration at = log.at();
    boolean unused =
        switch (fate) {
          case DONE -> log.recorder().executed(operation, at, List.of());
          case REFUSED -> log.recorder().refused(operation, at, seen);
          case NEVER -> log.recorder().answered(operation, at, OutcomeCode.FENCED);
          case OPEN -> log.recorder().lost(operation, at);
        };
    synchronized (this) {
      fates.put(transfer.number(), fate);
      if (fate == WriteFate.DONE) {
        moved.merge(transfer.source(), (long) -transfer.amount(), Long::sum);
        moved.merge(transfer.target(), (long) transfer.amount(), Long::sum);
      }
      if (fate == WriteFate.REFUSED
          && Optional.of(transfer.from()).equals(seen.get(transfer.source()))
          && Optional.of(transfer.to()).equals(seen.get(transfer.target()))) {
        log.complain("refused although both accounts are as it read them: " + transfer);
      }
    }
  }

  /** What became of each transfer, by its number. */
  synchronized Map<Integer, WriteFate> fates() {
    return new TreeMap<>(fates);
  }

  /** By how much an account has changed, by what clients were told. */
  synchronized long moved(String account) {
    return moved.getOrDefault(account, 0L);
  }
}
