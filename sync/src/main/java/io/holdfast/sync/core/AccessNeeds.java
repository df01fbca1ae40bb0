package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.Access.Need;
import io.holdfast.config.core.control.KeySpan;
import io.holdfast.config.core.control.Verb;
import io.holdfast.sync.core.reservation.ReservationPools;
import io.holdfast.sync.core.reservation.ReservationQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** What whoever asks for something must be allowed to do. */
final class AccessNeeds {

  /** Of looking up what came of a write, without what it has read. */
  static final List<Need> LOOK_UP = List.of(Need.anywhere(Verb.READ));

  /** Of reading whatever there is. */
  static final List<Need> EVERYTHING = List.of(Need.of(Verb.READ, KeySpan.everything()));

  /** Where the rights to reservations stand among those to keys: below this, by their pools. */
  private static final String RESERVATIONS = ".holdfast/reservations/";

  private AccessNeeds() {}

  /**
   * Of a command: to write what it may change, whichever branch runs, and to read what it may tell.
   * A guard that names a revision tells that of a key, and no more than the answer to a write does.
   * Whoever may reserve numbers of a pool is told who holds those that are not to be had.
   */
  static List<Need> of(Command command, ReplicatedState state) {
    if (command instanceof Command.OnKey onKey) {
      return List.of(Need.of(Verb.WRITE, KeySpan.single(onKey.key())));
    } else if (command instanceof Command.Transaction transaction) {
      List<Need> needs = new ArrayList<>();
      add(needs, transaction);
      return needs;
    } else if (command instanceof Command.RevokeLease revoke) {
      List<Need> needs = new ArrayList<>();
      needs.add(Need.anywhere(Verb.WRITE));
      for (ByteString key : state.leases().keysOf(revoke.lease())) {
        needs.add(Need.of(Verb.WRITE, KeySpan.single(key)));
      }
      return needs;
    } else if (command instanceof Command.Activate || command instanceof Command.Compact) {
      return List.of(Need.of(Verb.ADMIN, KeySpan.everything()));
    } else if (command instanceof Command.OnReservations onReservations) {
      return of(Verb.WRITE, ReservationPools.of(onReservations.request()));
    } else if (command instanceof Command.Approve) {
      // The policy says who may; anybody whom it names is known.
      return List.of();
    }
    // Leases without keys, and writes that are settled by their ids.
    return List.of(Need.anywhere(Verb.WRITE));
  }

  /** Of reading a range, as it is or as it changes. */
  static List<Need> read(KeyRange keys) {
    return List.of(Need.of(Verb.READ, spanOf(keys)));
  }

  /** Of a question about reservations. */
  static List<Need> read(ReservationQuery query) {
    return of(Verb.READ, ReservationPools.of(query));
  }

  private static List<Need> of(Verb verb, Optional<SortedSet<String>> pools) {
    if (pools.isEmpty()) {
      return List.of(Need.of(verb, KeySpan.prefix(ByteString.copyFromUtf8(RESERVATIONS))));
    }
    return pools.get().stream()
        .map(pool -> KeySpan.single(ByteString.copyFromUtf8(RESERVATIONS + pool)))
        .map(key -> Need.of(verb, key))
        .toList();
  }

  private static void add(List<Need> needs, Command.Transaction transaction) {
    transaction.conditions().forEach(c -> needs.add(Need.of(Verb.READ, spanOf(c.keys()))));
    transaction.then().forEach(operation -> add(needs, operation));
    transaction.otherwise().forEach(operation -> add(needs, operation));
  }

  private static void add(List<Need> needs, Operation operation) {
    if (operation instanceof Operation.Put put) {
      needs.add(Need.of(Verb.WRITE, KeySpan.single(put.key())));
    } else if (operation instanceof Operation.Read read) {
      needs.add(Need.of(Verb.READ, spanOf(read.keys())));
    } else if (operation instanceof Operation.Delete delete) {
      needs.add(Need.of(Verb.WRITE, spanOf(delete.keys())));
    } else if (operation instanceof Operation.Nested nested) {
      add(needs, nested.transaction());
    }
  }

  private static KeySpan spanOf(KeyRange keys) {
    if (keys.isSingle()) {
      return KeySpan.single(keys.from());
    }
    return new KeySpan(
        keys.from(), keys.to().isEmpty() ? Optional.empty() : Optional.of(keys.to()));
  }
}
