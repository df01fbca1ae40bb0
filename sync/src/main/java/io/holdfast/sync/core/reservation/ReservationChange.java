package io.holdfast.sync.core.reservation;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A change of the table. */
public sealed interface ReservationChange {

  /** What a row takes beside its words, about: its keys stand in indexes as well. */
  int BESIDE = 256;

  /** What a span takes in memory beside its reason, about. */
  int SPAN = 64;

  /** About what it takes in memory until it is flushed, and in a flush. */
  long bytes();

  /**
   * A number is given, or what is known of it changes.
   *
   * @param reservation as it is from here
   */
  record Put(Reservation reservation) implements ReservationChange {
    @Override
    public long bytes() {
      return ofRow(reservation);
    }
  }

  /**
   * A number is free from here.
   *
   * @param reservation as it was
   */
  record End(Reservation reservation) implements ReservationChange {
    @Override
    public long bytes() {
      return ofRow(reservation);
    }
  }

  /**
   * Other numbers are excluded.
   *
   * @param place of which pool, and where
   * @param exclusions all of them from here, by their first numbers
   */
  record Exclusions(PoolPlace place, List<Exclusion> exclusions) implements ReservationChange {
    public Exclusions {
      exclusions = List.copyOf(exclusions);
    }

    @Override
    public long bytes() {
      return exclusions.stream().mapToLong(Exclusions::of).sum() + BESIDE;
    }

    private static long of(Exclusion one) {
      return (long) ReservationCodec.toProto(one).getSerializedSize() + SPAN;
    }
  }

  private static long utf8(String word) {
    return word.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The row has what identifies the owner in columns of their own, and in an index of theirs. */
  private static long ofRow(Reservation one) {
    long key = utf8(one.path()) + utf8(one.tag());
    return ReservationCodec.toProto(one).getSerializedSize() + 2 * key + BESIDE;
  }
}
