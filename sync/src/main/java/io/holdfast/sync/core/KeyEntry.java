package io.holdfast.sync.core;

/**
 * What the index holds of a key beside the key itself: everything but its value.
 *
 * @param place its newest version; the revision of that is the key's modRevision
 * @param createRevision the revision that created it, 0 where it is deleted
 * @param version how often it was put since, 0 where it is deleted
 * @param lease the lease that it is attached to, 0 for none
 * @param valueBytes how large its value is
 */
record KeyEntry(long place, long createRevision, long version, long lease, int valueBytes) {

  static KeyEntry of(Change change) {
    return new KeyEntry(
        change.place(),
        change.createRevision(),
        change.version(),
        change.lease(),
        change.value() == null ? 0 : change.value().size());
  }

  /** Whether the key is there; otherwise its newest version is its deletion. */
  boolean isAlive() {
    return version > 0;
  }

  long modRevision() {
    return Place.revision(place);
  }
}
