package io.holdfast.quorum.core;

/** The bytes of a batch are not what {@link BatchFormat} writes. */
public final class UnreadableBatch extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean newerVersion;

  UnreadableBatch(String reason, boolean newerVersion) {
    super("batch: " + reason);
    this.newerVersion = newerVersion;
  }

  /**
   * Whether a later version of this software wrote the batch. Such a batch has a meaning that is
   * not known here, so a replica must stop rather than skip it; any other unreadable batch is
   * unreadable to every replica alike.
   */
  public boolean newerVersion() {
    return newerVersion;
  }
}
