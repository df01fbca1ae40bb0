package io.holdfast.sync.core.reservation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What becomes of a request, planned or done: the same code decides both. */
public sealed interface ReservationOutcome {

  /**
   * It is done.
   *
   * @param changes what comes to be and what ends, in an order in which no number is ever given
   *     twice
   * @param entries each reservation that it is about, as it is afterwards or was before its end
   */
  record Done(List<ReservationChange> changes, List<Entry> entries) implements ReservationOutcome {
    public Done {
      changes = List.copyOf(changes);
      entries = List.copyOf(entries);
    }

    /** As many entries as are told. */
    public List<Entry> firstEntries() {
      return entries.subList(0, Math.min(entries.size(), ReservationRequest.MAX_ASKS));
    }
  }

  /**
   * It has no effect.
   *
   * @param code why
   * @param ask which of its asks, from 0
   * @param pool the pool that it is about; empty where it is about none, and in short
   * @param value the number that it is about; absent where it is about none, and in short
   * @param holder who has it, or what stands in the way; absent where nothing does, and in short
   */
  record Refused(
      Code code, int ask, String pool, Optional<Long> value, Optional<Reservation> holder)
      implements ReservationOutcome {

    public Refused {
      if (ask < 0 || ask >= ReservationRequest.MAX_ASKS) {
        throw new IllegalArgumentException("ask " + ask + " of a request");
      }
      value.ifPresent(ReservationText::requireNumber);
      if (holder.isPresent() && !code.mayNameHolder()) {
        throw new IllegalArgumentException(code + " names the holder " + holder.get());
      }
    }

    /** Why, and of which ask, and nothing of what there was. */
    public Refused inShort() {
      return new Refused(code, ask, "", Optional.empty(), Optional.empty());
    }
  }

  /**
   * A reservation in a done request.
   *
   * @param kind what became of it
   * @param reservation as it is afterwards, or was before its end
   */
  record Entry(Kind kind, Reservation reservation) {}

  /** What became of a reservation. */
  enum Kind {
    /** It was given. */
    GIVEN,
    /** It was there, and was asked for again. */
    KEPT,
    /** Its owner had another number before. */
    MOVED,
    /** Another path owns it. */
    MIGRATED,
    /** It was given back. */
    RELEASED,
    /** Its time was over. */
    EXPIRED;

    /** As documents have it. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The constant of that name. */
    static Kind ofCode(String code) {
      return ReservationOutcome.ofCode(values(), Kind::code, code);
    }
  }

  /** Why a request has no effect. */
  enum Code {
    /** There is no such pool. */
    UNKNOWN_POOL,
    /** No number of the pool is free. */
    POOL_EXHAUSTED,
    /**
     * Somebody else has the number, the owner has another one, or the owner that a migration would
     * make has one already.
     */
    CONFLICT,
    /** The number lies outside the pool; force gives it all the same. */
    OUTSIDE_RANGE,
    /** The number is excluded; force gives it all the same. */
    EXCLUDED,
    /** Project or task are others already; force changes them. */
    STICKY,
    /** It belongs to another principal. */
    NOT_OWNER,
    /** There is nothing to migrate. */
    NOTHING_THERE,
    /**
     * There would be more than there may be, or one request would change, or look at, more than it
     * may.
     */
    TOO_MANY,
    /** A path would become longer than one may be. */
    PATH_TOO_LONG;

    /** As documents have it. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is ever told together with a reservation. */
    public boolean mayNameHolder() {
      return this == CONFLICT || this == STICKY || this == NOT_OWNER;
    }

    /** The constant of that name. */
    static Code ofCode(String code) {
      return ReservationOutcome.ofCode(values(), Code::code, code);
    }
  }

  private static <T> T ofCode(T[] all, Function<T, String> code, String wanted) {
    return Arrays.stream(all)
        .filter(one -> code.apply(one).equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("an outcome that is not known"));
  }
}
