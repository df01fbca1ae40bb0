package io.holdfast.config.core.control;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An owner of reservations and who acts for it.
 *
 * @param name the owner's name
 * @param principals names of 1 to {@link AccessManifest#MAX_PRINCIPALS} principals
 */
public record Owner(String name, SortedSet<String> principals) {

  public Owner {
    principals = Collections.unmodifiableSortedSet(new TreeSet<>(principals));
    NameRule.require("owner", name);
    principals.forEach(
        principal -> NameRule.require("principal of owner " + name + ":", principal));
    NameRule.requireAtMost(
        "principals of owner " + name, principals.size(), AccessManifest.MAX_PRINCIPALS);
    if (principals.isEmpty()) {
      throw new IllegalArgumentException(
          "owner " + name + " has no principals: at least one has to act for it");
    }
  }
}
