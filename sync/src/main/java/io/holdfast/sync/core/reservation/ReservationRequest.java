package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What somebody wants done with reservations. Each is done as a whole, or not at all. */
public sealed interface ReservationRequest {

  /** The most numbers that are asked for, and filters that are released by, at once. */
  int MAX_ASKS = 64;

  /** The most numbers that one ask prefers, and spans that it avoids. */
  int MAX_CANDIDATES = 256;

  /**
   * Has numbers given to owners. Whoever has one already keeps it.
   *
   * @param host from where it is asked
   * @param asks what is asked for, 1 to {@link #MAX_ASKS}, for different owners; each finds what
   *     those before it were given
   * @param force also where a number lies outside its pool or is excluded, project or task would
   *     change, or the owner has another number than the exact one
   */
  record Reserve(String host, List<Ask> asks, boolean force) implements ReservationRequest {
    public Reserve {
      asks = List.copyOf(asks);
      ReservationText.requireHost(host);
      ReservationText.requireAtMost("asks", asks.size(), MAX_ASKS);
      if (asks.isEmpty()) {
        throw new IllegalArgumentException("asks: none: allowed are 1 to " + MAX_ASKS);
      }
      Set<OwnerKey> owners = new HashSet<>();
      for (Ask ask : asks) {
        if (!owners.add(new OwnerKey(ask.pool(), "", ask.path(), ask.tag()))) {
          throw new IllegalArgumentException(
              "asks: two for pool %s, path %s and tag '%s': allowed is one"
                  .formatted(ask.pool(), ask.path(), ask.tag()));
        }
      }
    }
  }

  /**
   * A number for one owner.
   *
   * @param pool of which pool
   * @param path the owner's path
   * @param tag which of the owner's numbers; may be empty
   * @param project what it is for; absent: as it is
   * @param task what it is for, closer; absent: as it is
   * @param choice which number
   */
  record Ask(
      String pool,
      String path,
      String tag,
      Optional<String> project,
      Optional<String> task,
      Choice choice) {
    public Ask {
      ReservationText.requirePool(pool);
      ReservationText.requirePath(path);
      ReservationText.requireWord("tag", tag);
      project.ifPresent(text -> ReservationText.requireWord("project", text));
      task.ifPresent(text -> ReservationText.requireWord("task", text));
    }
  }

  /** Which number. */
  sealed interface Choice {}

  /**
   * This one and no other.
   *
   * @param value the number
   */
  record Exact(long value) implements Choice {
    public Exact {
      ReservationText.requireNumber(value);
    }
  }

  /**
   * The first of these that is free, else the smallest of the pool that is.
   *
   * @param preferred candidates in this order, at most {@link #MAX_CANDIDATES}; those outside the
   *     pool are passed over
   * @param avoided what is not to be given, at most {@link #MAX_CANDIDATES} spans
   * @param insteadOf gives another number to an owner that has an avoided one, but only if nobody
   *     has asked for that since this revision; absent: whoever has one keeps it
   */
  record Any(List<Long> preferred, List<Pool.Span> avoided, OptionalLong insteadOf)
      implements Choice {

    /** The smallest that is free. */
    public static final Any FREE = new Any(List.of(), List.of(), OptionalLong.empty());

    public Any {
      preferred = List.copyOf(preferred);
      avoided = List.copyOf(avoided);
      preferred.forEach(ReservationText::requireNumber);
      ReservationText.requireAtMost("preferred numbers", preferred.size(), MAX_CANDIDATES);
      ReservationText.requireAtMost("avoided spans", avoided.size(), MAX_CANDIDATES);
      if (insteadOf.isPresent() && insteadOf.getAsLong() < 1) {
        throw new IllegalArgumentException(
            "instead of revision " + insteadOf.getAsLong() + ": must be 1 or more");
      }
    }
  }

  /**
   * Gives numbers back. Where there is nothing to give back, nothing changes.
   *
   * @param filters which, 1 to {@link #MAX_ASKS}: what any of them has. Each names a path or a
   *     number
   */
  record Release(List<ReservationFilter> filters) implements ReservationRequest {
    public Release {
      filters = List.copyOf(filters);
      ReservationText.requireAtMost("filters", filters.size(), MAX_ASKS);
      if (filters.isEmpty()) {
        throw new IllegalArgumentException("filters: none: allowed are 1 to " + MAX_ASKS);
      }
      for (ReservationFilter filter : filters) {
        if (filter.path().isEmpty() && filter.value().isEmpty()) {
          throw new IllegalArgumentException("filter: names neither a path nor a number");
        }
      }
    }
  }

  /**
   * Has another path own what a path owns, and what those below it own the paths at the same place
   * below the other one.
   *
   * @param host on which host
   * @param from the path that owns them
   * @param to the path that is to
   * @param force gives back what stands in the way at the other path
   */
  record Migrate(String host, String from, String to, boolean force) implements ReservationRequest {
    public Migrate {
      ReservationText.requireHost(host);
      ReservationText.requirePath(from);
      ReservationText.requirePath(to);
      if (from.equals(to)
          || ReservationFilter.isBelow(from, to)
          || ReservationFilter.isBelow(to, from)) {
        throw new IllegalArgumentException(
            "migrate from %s to %s: neither may be, or lie below, the other".formatted(from, to));
      }
    }
  }

  /**
   * Ends what nobody has asked for as long as its pool's expiry, or longer.
   *
   * @param pool of this pool; absent: of every pool
   */
  record Expire(Optional<String> pool) implements ReservationRequest {
    public Expire {
      pool.ifPresent(ReservationText::requirePool);
    }
  }

  /**
   * Has numbers not given away any more. Who has one keeps it.
   *
   * @param host from where it is asked; of a pool of the whole mesh it makes no difference
   * @param pool of which pool
   * @param exclusion which, and why
   */
  record Exclude(String host, String pool, Exclusion exclusion) implements ReservationRequest {
    public Exclude {
      ReservationText.requireHost(host);
      ReservationText.requirePool(pool);
    }
  }

  /**
   * Has excluded numbers given away again; not those that the manifest excludes.
   *
   * @param host from where it is asked; of a pool of the whole mesh it makes no difference
   * @param pool of which pool
   * @param span which
   */
  record Include(String host, String pool, Pool.Span span) implements ReservationRequest {
    public Include {
      ReservationText.requireHost(host);
      ReservationText.requirePool(pool);
    }
  }

  /**
   * Writes exclusions as few: neighbours with the same reason become one, and what the pool does
   * not have, or its manifest excludes, is left out.
   *
   * @param host from where it is asked; of a pool of the whole mesh it makes no difference
   * @param pool of which pool
   */
  record CompactExclusions(String host, String pool) implements ReservationRequest {
    public CompactExclusions {
      ReservationText.requireHost(host);
      ReservationText.requirePool(pool);
    }
  }
}
