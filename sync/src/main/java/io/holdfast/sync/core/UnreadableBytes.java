package io.holdfast.sync.core;

/** Bytes from the log, a peer or the store are not what {@link CommandCodec} and its kin write. */
public final class UnreadableBytes extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean newerVersion;

  UnreadableBytes(String what, String reason) {
    this(what, reason, false);
  }

  private UnreadableBytes(String what, String reason, boolean newerVersion) {
    super(what + ": " + reason);
    this.newerVersion = newerVersion;
  }

  /**
   * Whether a later version of this software wrote them. They have a meaning that is not known
   * here, so a replica must stop rather than skip them.
   */
  public boolean newerVersion() {
    return newerVersion;
  }

  static void checkVersion(String what, int version, int known) {
    checkVersion(what, version, known, known);
  }

  /** Refuses a version outside of what is known, from the oldest to the newest. */
  static void checkVersion(String what, int version, int oldest, int known) {
    if (Integer.compareUnsigned(version, oldest) < 0
        || Integer.compareUnsigned(version, known) > 0) {
      throw new UnreadableBytes(
          what,
          "version " + Integer.toUnsignedString(version) + ", known is " + known,
          Integer.compareUnsigned(version, known) > 0);
    }
  }
}
