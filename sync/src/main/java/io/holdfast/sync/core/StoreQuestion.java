package io.holdfast.sync.core;

import java.util.List;

/** What a replica wants to know of its store, to be answered off the path of applying. */
public sealed interface StoreQuestion {

  /**
   * The newest version of each key at or before a revision.
   *
   * @param heads the place of a flushed version of each key, at or after the wanted one
   * @param revision the revision
   */
  record Versions(List<Long> heads, long revision) implements StoreQuestion {
    public Versions {
      heads = List.copyOf(heads);
    }
  }

  /**
   * Changes in the order of their places.
   *
   * @param from the first place
   * @param to the last place
   * @param maxChanges how many at most
   * @param maxBytes about how many bytes at most
   */
  record Changes(long from, long to, int maxChanges, long maxBytes) implements StoreQuestion {}

  /**
   * The result of a remembered write, with its details.
   *
   * @param ordinal its ordinal among remembered writes
   */
  record Results(long ordinal) implements StoreQuestion {}
}
