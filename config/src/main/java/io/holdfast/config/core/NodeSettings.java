package io.holdfast.config.core;

import java.nio.file.Path;

/**
 * This node.
 *
 * @param id its stable name ({@code holdfast.node.id})
 * @param dataDir where its identity, journal and store live ({@code holdfast.node.data-dir})
 */
public record NodeSettings(NodeId id, Path dataDir) {

  /** Key of {@link #id}. */
  public static final String ID = "holdfast.node.id";

  /** Key of {@link #dataDir}. */
  public static final String DATA_DIR = "holdfast.node.data-dir";
}
