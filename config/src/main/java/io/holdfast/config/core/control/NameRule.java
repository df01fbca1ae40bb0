package io.holdfast.config.core.control;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** How principals, owners and pools may be called. */
final class NameRule {

  /** As a regular expression, which other languages know too. */
  static final String PATTERN = "[a-z0-9][a-z0-9._-]{0,62}";

  /** In words. */
  static final String ALLOWED =
      "1 to 63 characters: a lower-case letter or digit, then those, '.', '_' or '-'";

  private static final Pattern VALID = Pattern.compile(PATTERN);

  private NameRule() {}

  static boolean allows(String name) {
    return VALID.matcher(name).matches();
  }

  /** Refuses another name, saying whose it is. */
  static void require(String whose, String name) {
    if (!allows(name)) {
      throw new IllegalArgumentException(
          whose + " '" + Quoted.shortened(name) + "': allowed are " + ALLOWED);
    }
  }

  /** Refuses the first name that is there twice. */
  static void requireUnique(String whose, Collection<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            whose + " '" + Quoted.shortened(name) + "' is there twice");
      }
    }
  }

  /** Refuses more than so many. */
  static void requireAtMost(String what, int count, int most) {
    if (count > most) {
      throw new IllegalArgumentException(count + " " + what + ": allowed are at most " + most);
    }
  }
}
