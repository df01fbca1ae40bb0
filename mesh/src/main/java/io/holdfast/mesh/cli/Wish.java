package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Numbers of a pool that a folder wants: all or none.
 *
 * @param project what they are for; absent: as it is
 * @param task what they are for, closer; absent: as it is
 * @param wants of different tags, 1 or more
 * @param force also what is refused otherwise
 */
record Wish(
    String pool,
    String host,
    String path,
    Optional<String> project,
    Optional<String> task,
    List<Want> wants,
    boolean force) {

  Wish {
    wants = List.copyOf(wants);
  }

  /**
   * A number that is wanted.
   *
   * @param number which; absent: any
   * @param exact whether this one or none
   */
  record Want(String tag, OptionalLong number, boolean exact) {

    /** Which one is liked, and is no condition. */
    Optional<Long> preferred() {
      return exact || number.isEmpty() ? Optional.empty() : Optional.of(number.getAsLong());
    }
  }

  /** What the folder has of the pool, whatever the tags. */
  ReservationFilter folder() {
    return Filters.folder(pool, host, path);
  }

  /** The one command that asks for some of it. */
  ReservationRequest.Reserve request(List<Want> some, Function<Want, Choice> choice) {
    return ReservationWork.made(
        () -> {
          List<Ask> asks = new ArrayList<>();
          for (Want want : some) {
            asks.add(new Ask(pool, path, want.tag(), project, task, choice.apply(want)));
          }
          return new ReservationRequest.Reserve(host, asks, force);
        });
  }
}
