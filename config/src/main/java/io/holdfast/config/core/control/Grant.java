package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What somebody may do with all keys that begin alike.
 *
 * @param prefix how the keys begin, at most {@link #MAX_PREFIX_BYTES}; empty for every key
 * @param verbs at least one; {@link Verb#ADMIN} only for every key
 */
public record Grant(ByteString prefix, SortedSet<Verb> verbs) {

  /** No key is longer, so no longer prefix has one. */
  public static final int MAX_PREFIX_BYTES = 4096;

  public Grant {
    verbs = Collections.unmodifiableSortedSet(new TreeSet<>(verbs));
    if (prefix.size() > MAX_PREFIX_BYTES) {
      throw new IllegalArgumentException(
          "prefix of " + prefix.size() + " bytes: allowed are at most " + MAX_PREFIX_BYTES);
    }
    if (verbs.isEmpty()) {
      throw new IllegalArgumentException("verbs: none: allowed are one or more of " + Verb.ALLOWED);
    }
    if (verbs.contains(Verb.ADMIN) && !prefix.isEmpty()) {
      throw new IllegalArgumentException(
          "admin for prefix " + Quoted.prefix(prefix) + ": allowed only with the empty prefix");
    }
  }

  /** The keys that it is about. */
  KeySpan span() {
    return KeySpan.prefix(prefix);
  }

  @Override
  public String toString() {
    return verbs.stream().map(Verb::code).collect(Collectors.joining(", "))
        + " "
        + Quoted.prefix(prefix);
  }
}
