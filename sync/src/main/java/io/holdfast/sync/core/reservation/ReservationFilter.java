package io.holdfast.sync.core.reservation;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Some reservations: those of which all holds that is said here.
 *
 * @param pool of this pool
 * @param host asked for from this host
 * @param within given once on this host, or in the whole mesh: what counts for it
 * @param path of this path
 * @param recursive of paths below that one too
 * @param tag with this tag, which may be the empty one
 * @param project of this project
 * @param value with this number
 * @param unusedSinceMillis last used at this time or before, milliseconds since 1970
 */
public record ReservationFilter(
    Optional<String> pool,
    Optional<String> host,
    Optional<String> within,
    Optional<String> path,
    boolean recursive,
    Optional<String> tag,
    Optional<String> project,
    OptionalLong value,
    OptionalLong unusedSinceMillis) {

  /** Every reservation. */
  public static final ReservationFilter ALL =
      new ReservationFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  public ReservationFilter {
    pool.ifPresent(ReservationText::requirePool);
    host.ifPresent(ReservationText::requireHost);
    within.ifPresent(ReservationText::requireHost);
    path.ifPresent(ReservationText::requirePath);
    tag.ifPresent(text -> ReservationText.requireWord("tag", text));
    project.ifPresent(text -> ReservationText.requireWord("project", text));
    if (recursive && path.isEmpty()) {
      throw new IllegalArgumentException("recursive: allowed only together with a path");
    }
  }

  /** What a path owns as this host sees it, whatever the tags and pools. */
  public static ReservationFilter ofPath(String within, String path, boolean recursive) {
    return new ReservationFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.of(within),
        Optional.of(path),
        recursive,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** Whether it is one of them. */
  public boolean has(Reservation one) {
    return matches(pool, one.pool())
        && matches(host, one.host())
        && (one.within().isEmpty() || matches(within, one.within()))
        && hasPath(one.path())
        && matches(tag, one.tag())
        && matches(project, one.project())
        && (value.isEmpty() || value.getAsLong() == one.value())
        && (unusedSinceMillis.isEmpty() || one.lastUsedAtMillis() <= unusedSinceMillis.getAsLong());
  }

  private boolean hasPath(String other) {
    return matches(path, other) || (recursive && isBelow(path.orElseThrow(), other));
  }

  /** Whether a path lies below another one. */
  static boolean isBelow(String above, String path) {
    return path.length() > above.length()
        && path.startsWith(above)
        && (above.equals("/") || path.charAt(above.length()) == '/');
  }

  private static boolean matches(Optional<String> wanted, String is) {
    return wanted.isEmpty() || wanted.get().equals(is);
  }
}
