package io.holdfast.config.core;

import java.nio.file.Path;
import java.util.Optional;

/**
 * This node.
 *
 * @param id its stable name ({@code holdfast.node.id})
 * @param dataDir where its identity and, unless they are in PostgreSQL, journal and stores live
 *     ({@code holdfast.node.data-dir})
 * @param postgresql where journal and stores live with {@code holdfast.store = postgresql}; empty
 *     with {@code h2}
 */
public record NodeSettings(NodeId id, Path dataDir, Optional<PostgresqlSettings> postgresql) {

  /** Key of {@link #id}. */
  public static final String ID = "holdfast.node.id";

  /** Key of {@link #dataDir}. */
  public static final String DATA_DIR = "holdfast.node.data-dir";

  /** Key of the {@link StoreKind}. */
  public static final String STORE = "holdfast.store";

  /** A node that keeps everything in its directory. */
  public NodeSettings(NodeId id, Path dataDir) {
    this(id, dataDir, Optional.empty());
  }

  /** What keeps its journal and stores. */
  public StoreKind store() {
    return postgresql.isPresent() ? StoreKind.POSTGRESQL : StoreKind.H2;
  }
}
