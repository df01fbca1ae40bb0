package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.time.Duration;
import java.util.Optional;

/**
 * A number that is given to an owner.
 *
 * @param pool of which pool
 * @param within the host on which it is given once; empty: it is in the whole mesh
 * @param value the number, at most {@link Pool#MAX_NUMBER} away from 0
 * @param host from where it was asked for
 * @param path the owner's path on that host
 * @param tag which of the owner's numbers; may be empty
 * @param project what it is for; may be empty
 * @param task what it is for, closer; may be empty
 * @param principal who asked for it; empty where nobody said
 * @param createdAtMillis when it was given, milliseconds since 1970 by a leader's clock
 * @param lastUsedAtMillis when it was last asked for, the same; not before it was given
 * @param revision the revision at which it was given or last asked for
 */
public record Reservation(
    String pool,
    String within,
    long value,
    String host,
    String path,
    String tag,
    String project,
    String task,
    String principal,
    long createdAtMillis,
    long lastUsedAtMillis,
    long revision) {

  public Reservation {
    ReservationText.requirePool(pool);
    ReservationText.requireHost(host);
    ReservationText.requirePath(path);
    ReservationText.requireWord("tag", tag);
    ReservationText.requireWord("project", project);
    ReservationText.requireWord("task", task);
    ReservationText.requireNumber(value);
    if ((!within.isEmpty() && !within.equals(host))
        || createdAtMillis < 0
        || lastUsedAtMillis < createdAtMillis
        || revision < 1) {
      throw new IllegalArgumentException(
          "reservation of %d on %s, within '%s', given at %d ms, last used at %d ms, revision %d"
              .formatted(value, host, within, createdAtMillis, lastUsedAtMillis, revision));
    }
  }

  /** Of which pool it is, and where. */
  public PoolPlace place() {
    return new PoolPlace(pool, within);
  }

  /** What nobody else has. */
  public ValueKey valueKey() {
    return new ValueKey(pool, within, value);
  }

  /** What has no other number. */
  public OwnerKey ownerKey() {
    return new OwnerKey(pool, within, path, tag);
  }

  /** Whether its time is over. */
  boolean isOver(Optional<Duration> expiry, long nowMillis) {
    return expiry.filter(each -> nowMillis - lastUsedAtMillis >= each.toMillis()).isPresent();
  }

  Reservation usedAt(long millis, long atRevision) {
    return new Reservation(
        pool,
        within,
        value,
        host,
        path,
        tag,
        project,
        task,
        principal,
        createdAtMillis,
        Math.max(lastUsedAtMillis, millis),
        atRevision);
  }

  Reservation of(String newProject, String newTask) {
    return new Reservation(
        pool,
        within,
        value,
        host,
        path,
        tag,
        newProject,
        newTask,
        principal,
        createdAtMillis,
        lastUsedAtMillis,
        revision);
  }

  Reservation at(String newPath, long atRevision) {
    return new Reservation(
        pool,
        within,
        value,
        host,
        newPath,
        tag,
        project,
        task,
        principal,
        createdAtMillis,
        lastUsedAtMillis,
        atRevision);
  }
}
