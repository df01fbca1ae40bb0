package io.holdfast.config.core;

import java.util.regex.Pattern;

/**
 * The name of a group, the unit of atomicity: 1 to 63 characters, a lower-case letter first, then
 * lower-case letters, digits and hyphens. A group replicates one log and one keyspace.
 *
 * @param value the name
 */
public record GroupId(String value) implements Comparable<GroupId> {

  /** What a valid group id looks like, for error messages. */
  public static final String ALLOWED =
      "1 to 63 characters: a lower-case letter, then lower-case letters, digits or '-'";

  private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  public GroupId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("group id '" + value + "': allowed are " + ALLOWED);
    }
  }

  /** Whether {@code candidate} may be used as a group id. */
  public static boolean isValid(String candidate) {
    return VALID.matcher(candidate).matches();
  }

  @Override
  public int compareTo(GroupId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
