package io.holdfast.config.store;

import io.holdfast.config.core.GroupId;
import java.util.Optional;

/** How the databases in a data directory are called, without the suffix of their files. */
public final class DatabaseNames {

  /** The journal of all groups. */
  public static final String JOURNAL = "journal";

  private static final String STORE = "store-";

  private DatabaseNames() {}

  /** The store of a group's replica. */
  public static String store(GroupId group) {
    return STORE + group;
  }

  /** Whose store has this name; empty where it is no store's that is in use. */
  public static Optional<GroupId> groupOf(String database) {
    return Optional.of(database)
        .filter(name -> name.startsWith(STORE))
        .map(name -> name.substring(STORE.length()))
        .filter(GroupId::isValid)
        .map(GroupId::new);
  }
}
