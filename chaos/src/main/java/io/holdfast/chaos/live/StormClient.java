package io.holdfast.chaos.live;

import io.holdfast.chaos.live.StormBook.Fate;
import io.holdfast.chaos.live.StormBook.Transfer;
import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One client of a {@link TransferStorm}: reads two accounts, moves an amount between them, and does
 * not let go of a transfer before it knows what became of it.
 */
final class StormClient {

  /** Attempts under one id before a client that resolves does so. */
  private static final int ATTEMPTS = 1;

  private static final int MOST_MOVED = 10;

  private final List<? extends FrontDoor> doors;
  private final Supplier<String> ids;
  private final StormBook book;
  private final String name;
  private final List<String> accounts;
  private final Duration pause;
  private final SplittableRandom random;
  private int node;

  /**
   * @param doors of all nodes; one that does not answer is left for the next
   * @param ids fresh write ids
   * @param pause before it asks the next node, when one did not answer
   */
  StormClient(
      List<? extends FrontDoor> doors,
      Supplier<String> ids,
      StormBook book,
      int number,
      List<String> accounts,
      Duration pause,
      long seed) {
    this.doors = doors;
    this.ids = ids;
    this.book = book;
    this.accounts = accounts;
    this.pause = pause;
    name = "client " + number;
    random = new SplittableRandom(seed * 1_000_003 + number);
    node = number % doors.size();
  }

  /** Reads and moves once; false when the book is full. */
  boolean turn(Duration patience) {
    int from = random.nextInt(accounts.size());
    int to = (from + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
    List<String> pair = List.of(accounts.get(from), accounts.get(to));
    OptionalInt reading = book.reads(name, pair);
    if (reading.isEmpty()) {
      return false;
    }
    String body = new TransactionForm().get(pair.get(0)).get(pair.get(1)).json();
    Answer read = here().post("txn", body, "Idempotency-Key", ids.get());
    List<Optional<String>> found = TransactionForm.found(read);
    boolean whole = found.size() == 2 && TransactionForm.succeeded(read).isPresent();
    if (!whole) {
      book.lost(reading.getAsInt()); // a reading changes nothing: the next one will do
      elsewhere();
      return true;
    }
    book.executed(reading.getAsInt(), found);
    if (found.get(0).isEmpty() || found.get(1).isEmpty()) {
      book.complain("an account is gone: " + pair + " " + read);
      return true;
    }
    return move(
        new Transfer(
            book.nextNumber(),
            pair.get(0),
            found.get(0).get(),
            pair.get(1),
            found.get(1).get(),
            1 + random.nextInt(MOST_MOVED)),
        patience);
  }

  private boolean move(Transfer transfer, Duration patience) {
    OptionalInt recorded = book.moves(name, transfer);
    if (recorded.isEmpty()) {
      return false;
    }
    int operation = recorded.getAsInt();
    String id = ids.get();
    String body =
        new TransactionForm()
            .ifHolds(transfer.source(), Optional.of(transfer.from()))
            .ifHolds(transfer.target(), Optional.of(transfer.to()))
            .ifHolds(transfer.marker(), Optional.empty())
            .put(transfer.source(), transfer.newFrom())
            .put(transfer.target(), transfer.newTo())
            .put(transfer.marker(), "done")
            .elseGet(transfer.source())
            .elseGet(transfer.target())
            .json();
    boolean resolves = random.nextBoolean();
    boolean resolving = false;
    boolean ambiguous = false;
    long started = System.nanoTime();
    for (int attempt = 0; System.nanoTime() - started < patience.toNanos(); attempt++) {
      resolving = ambiguous && resolves && attempt >= ATTEMPTS;
      Answer answer =
          resolving
              ? here().post("writes/" + id + "/resolve", "")
              : here().post("txn", body, "Idempotency-Key", id);
      Optional<Fate> fate = fate(answer);
      if (fate.isPresent()) {
        if (ambiguous) {
          book.wasAmbiguous(resolving);
        }
        List<String> keys = Arrays.asList(transfer.source(), transfer.target());
        Map<String, Optional<String>> seen =
            fate.get() == Fate.REFUSED ? TransactionForm.found(answer, keys) : Map.of();
        book.ends(operation, transfer, fate.get(), seen);
        return true;
      }
      OutcomeCode code = code(answer);
      ambiguous |= code.effect() != OutcomeCode.Effect.NO;
      book.tried(operation, code);
      if (code.effect() == OutcomeCode.Effect.NO && !code.retryable()) {
        book.complain("neither done nor to be tried again: " + answer + " to " + body);
        break;
      }
      elsewhere();
    }
    book.ends(operation, transfer, Fate.OPEN, Map.of());
    return true;
  }

  private static Optional<Fate> fate(Answer answer) {
    if (answer.code().equals(OutcomeCode.FENCED.code())) {
      return Optional.of(Fate.FENCED);
    }
    return TransactionForm.succeeded(answer).map(held -> held ? Fate.DONE : Fate.REFUSED);
  }

  /** Silence and whatever is no outcome leave all open. */
  private static OutcomeCode code(Answer answer) {
    return Arrays.stream(OutcomeCode.values())
        .filter(code -> code.code().equals(answer.code()) && code != OutcomeCode.COMMITTED)
        .findFirst()
        .orElse(OutcomeCode.OUTCOME_UNKNOWN);
  }

  private FrontDoor here() {
    return doors.get(node);
  }

  private void elsewhere() {
    node = (node + 1) % doors.size();
    Waiting.pause(pause);
  }
}
