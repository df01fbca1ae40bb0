package io.holdfast.sync.store;

/**
 * A store does not hold what was written to it. The replica must not serve from it; its content can
 * be had again from the log or from a peer.
 */
public final class DamagedStore extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DamagedStore(String what) {
    super("damaged store: " + what);
  }

  DamagedStore(String what, Throwable cause) {
    super("damaged store: " + what, cause);
  }
}
