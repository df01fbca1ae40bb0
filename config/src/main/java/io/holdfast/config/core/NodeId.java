package io.holdfast.config.core;

import java.util.regex.Pattern;

/**
 * The stable name of a node: 1 to 63 characters, a lower-case letter first, then lower-case
 * letters, digits and hyphens. A node keeps its name across restarts and address changes.
 *
 * @param value the name
 */
public record NodeId(String value) implements Comparable<NodeId> {

  /** What a valid node id looks like, for error messages. */
  public static final String ALLOWED =
      "1 to 63 characters: a lower-case letter, then lower-case letters, digits or '-'";

  private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  public NodeId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("node id '" + value + "': allowed are " + ALLOWED);
    }
  }

  /** Whether {@code candidate} may be used as a node id. */
  public static boolean isValid(String candidate) {
    return VALID.matcher(candidate).matches();
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
