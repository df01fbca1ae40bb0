package io.holdfast.sync.store;

/**
 * A store is sound but not for this node: of another schema version, or of another group setting.
 */
public final class UnsupportedStore extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnsupportedStore(String reason) {
    super("unsupported store: " + reason);
  }
}
