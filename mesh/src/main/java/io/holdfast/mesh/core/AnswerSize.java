package io.holdfast.mesh.core;

import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Keeps answers within what one message to a peer may hold: a larger one would be lost on the way,
 * however often it is asked for.
 */
final class AnswerSize {

  /** About what a record or a result takes beside its words. */
  private static final int BESIDE = 64;

  private AnswerSize() {}

  /** The same with fewer of what it lists, where that is too much: there is more, as it says. */
  static ReadAnswer within(int maxBytes, ReadAnswer answer) {
    if (answer instanceof ReadAnswer.Listed listed) {
      return within(maxBytes, listed);
    } else if (answer instanceof ReadAnswer.Reservations of) {
      ReservationAnswer cut = within(maxBytes, of.answer());
      return cut == of.answer() ? of : new ReadAnswer.Reservations(cut, of.at(), of.nowMillis());
    }
    return answer;
  }

  private static ReadAnswer.Listed within(int maxBytes, ReadAnswer.Listed listed) {
    ReadResult.Records keys = listed.keys();
    int fit = fit(maxBytes, keys.records(), AnswerSize::bytes);
    return fit == keys.records().size()
        ? listed
        : new ReadAnswer.Listed(
            new ReadResult.Records(
                keys.records().subList(0, fit),
                keys.count(),
                keys.countIsLeast(),
                true,
                keys.revision()),
            listed.at());
  }

  private static ReservationAnswer within(int maxBytes, ReservationAnswer answer) {
    if (answer instanceof ReservationAnswer.Found found) {
      int fit = fit(maxBytes, found.reservations(), AnswerSize::bytes);
      return fit == found.reservations().size()
          ? found
          : new ReservationAnswer.Found(found.reservations().subList(0, fit), true);
    } else if (answer instanceof ReservationAnswer.WouldDo would) {
      int fit = fit(maxBytes, would.entries(), entry -> bytes(entry.reservation()));
      return fit == would.entries().size()
          ? would
          : new ReservationAnswer.WouldDo(
              would.changed(), would.count(), would.entries().subList(0, fit));
    } else if (answer instanceof ReservationAnswer.Pools pools) {
      return within(maxBytes, pools);
    }
    return answer;
  }

  /** All pools, each with as many of its exclusions as there is room for. */
  private static ReservationAnswer.Pools within(int maxBytes, ReservationAnswer.Pools pools) {
    long room = maxBytes;
    for (PoolUse use : pools.pools()) {
      room -= BESIDE + (long) BESIDE * use.pool().exclusions().size();
    }
    boolean all = true;
    List<PoolUse> uses = new ArrayList<>();
    for (PoolUse use : pools.pools()) {
      int fit = 0;
      while (fit < use.exclusions().size() && bytes(use.exclusions().get(fit)) <= room) {
        room -= bytes(use.exclusions().get(fit));
        fit++;
      }
      boolean whole = fit == use.exclusions().size();
      all &= whole;
      List<Exclusion> some = use.exclusions().subList(0, fit);
      uses.add(new PoolUse(use.pool(), use.used(), some, use.more() || !whole));
    }
    return all ? pools : new ReservationAnswer.Pools(uses);
  }

  /** How many of a list fit; one does, however large it is. */
  private static <T> int fit(int maxBytes, List<T> list, ToLongFunction<T> size) {
    long bytes = 0;
    int fit = 0;
    for (T one : list) {
      bytes += size.applyAsLong(one);
      if (bytes > maxBytes && fit > 0) {
        return fit;
      }
      fit++;
    }
    return fit;
  }

  /** The same without the results of a transaction, or entries, where these are too large. */
  static WriteAnswer within(int maxBytes, WriteAnswer answer) {
    Optional<Executed> executed = answer.result();
    Optional<Detailed> tooLarge =
        executed.flatMap(Executed::result).flatMap(result -> tooLarge(maxBytes, result));
    if (executed.isEmpty() || tooLarge.isEmpty()) {
      return answer;
    }
    CommandResult without = tooLarge.get().inShort();
    return new WriteAnswer(
        answer.code(),
        answer.reason(),
        "Its results are too large to be forwarded; ask for the write at the node that leads.",
        answer.writeId(),
        Optional.of(Executed.of(executed.get().slot(), executed.get().replayed(), without)),
        answer.acks(),
        answer.retryAfter());
  }

  private static Optional<Detailed> tooLarge(int maxBytes, CommandResult result) {
    long bytes = 0;
    if (result instanceof CommandResult.TransactionDone done) {
      bytes = bytes(done.results().orElse(List.of()));
    } else if (result instanceof CommandResult.ReservationsDone done) {
      bytes =
          done.entries().orElse(List.of()).stream()
              .mapToLong(entry -> bytes(entry.reservation()))
              .sum();
    }
    return bytes > maxBytes ? Optional.of((Detailed) result) : Optional.empty();
  }

  private static long bytes(List<OperationResult> results) {
    long bytes = 0;
    for (OperationResult result : results) {
      bytes += BESIDE;
      if (result instanceof OperationResult.Read read) {
        for (KeyRecord record : read.records()) {
          bytes += bytes(record);
        }
      } else if (result instanceof OperationResult.Nested nested) {
        bytes += bytes(nested.results());
      }
    }
    return bytes;
  }

  private static long bytes(KeyRecord record) {
    return (long) record.key().size() + record.value().value().size() + BESIDE;
  }

  private static long bytes(Reservation one) {
    return (long) ReservationCodec.toProto(one).getSerializedSize() + BESIDE;
  }

  private static long bytes(Exclusion one) {
    return (long) ReservationCodec.toProto(one).getSerializedSize() + BESIDE;
  }
}
