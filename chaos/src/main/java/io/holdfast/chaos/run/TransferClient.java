package io.holdfast.chaos.run;

import io.holdfast.chaos.live.Answer;
import io.holdfast.chaos.run.TransferBook.Transfer;
import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Reads two accounts, moves an amount between them, and does not let go of a transfer before it
 * knows what became of it.
 */
final class TransferClient {

  private static final int MOST_MOVED = 10;

  private final Seat seat;
  private final TransferBook book;
  private final List<String> accounts;
  private final Duration patience;

  /**
   * @param patience with one transfer, until what became of it is known
   */
  TransferClient(Seat seat, TransferBook book, List<String> accounts, Duration patience) {
    this.seat = seat;
    this.book = book;
    this.accounts = accounts;
    this.patience = patience;
  }

  /** Reads and moves once. */
  void turn() {
    SplittableRandom random = seat.random();
    int from = random.nextInt(accounts.size());
    int to = (from + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
    List<String> pair = List.of(accounts.get(from), accounts.get(to));
    OptionalInt reading = book.reads(seat.process(), pair);
    if (reading.isEmpty()) {
      seat.log().full();
      return;
    }
    String body = new TransactionForm().get(pair.get(0)).get(pair.get(1)).json();
    Answer read = seat.here().post("txn", body, "Idempotency-Key", seat.ids().get());
    List<Optional<String>> found = TransactionForm.found(read);
    boolean whole = found.size() == 2 && TransactionForm.succeeded(read).isPresent();
    if (!whole) {
      book.lost(reading.getAsInt()); // a reading changes nothing: the next one will do
      seat.elsewhere();
      return;
    }
    book.executed(reading.getAsInt(), found);
    if (found.get(0).isEmpty() || found.get(1).isEmpty()) {
      seat.log().complain("an account is gone: " + pair + " " + read);
      return;
    }
    int number = book.nextNumber();
    move(
        new Transfer(
            number,
            book.markers() + number,
            pair.get(0),
            found.get(0).get(),
            pair.get(1),
            found.get(1).get(),
            1 + random.nextInt(MOST_MOVED)));
  }

  private void move(Transfer transfer) {
    OptionalInt recorded = book.moves(seat.process(), transfer);
    if (recorded.isEmpty()) {
      seat.log().full();
      return;
    }
    int operation = recorded.getAsInt();
    String id = seat.ids().get();
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
    boolean resolves = seat.random().nextBoolean();
    boolean ambiguous = false;
    long started = System.nanoTime();
    while (System.nanoTime() - started < patience.toNanos()) {
      Answer answer =
          ambiguous && resolves
              ? seat.here().post("writes/" + id + "/resolve", "")
              : seat.here().post("txn", body, "Idempotency-Key", id);
      Optional<WriteFate> fate = WriteFate.of(answer);
      if (fate.isPresent()) {
        ends(operation, transfer, fate.get(), answer);
        if (fate.get() == WriteFate.DONE) {
          seat.log().acknowledged(id);
        }
        if (ambiguous) {
          seat.log().settled();
        }
        return;
      }
      OutcomeCode code = WriteFate.code(answer);
      if (code.effect() != OutcomeCode.Effect.NO && !ambiguous) {
        ambiguous = true;
        seat.log().unknown();
      }
      book.tried(operation, code);
      if (code.effect() == OutcomeCode.Effect.NO && !code.retryable()) {
        seat.log().complain("neither done nor to be tried again: " + answer + " to " + body);
        break;
      }
      seat.elsewhere();
    }
    book.ends(operation, transfer, WriteFate.OPEN, Map.of());
  }

  private void ends(int operation, Transfer transfer, WriteFate fate, Answer answer) {
    List<String> keys = List.of(transfer.source(), transfer.target());
    book.ends(
        operation,
        transfer,
        fate,
        fate == WriteFate.REFUSED ? TransactionForm.found(answer, keys) : Map.of());
  }
}
