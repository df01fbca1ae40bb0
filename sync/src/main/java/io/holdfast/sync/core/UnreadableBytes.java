package io.holdfast.sync.core;

/** Bytes from the log, a peer or the store are not what {@link CommandCodec} and its kin write. */
public final class UnreadableBytes extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean newerVersion;

  UnreadableBytes(String what, String reason) {
    this(what, reason, false);
  }

  /** Of what a later version of this software wrote. */
  static UnreadableBytes newer(String what, String reason) {
    return new UnreadableBytes(what, reason, true);
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

  static void checkVersion(String what, int version, int oldest, int newest) {
    if (version < oldest || version > newest) {
      String known = oldest == newest ? "is " + newest : "are " + oldest + " to " + newest;
      throw new UnreadableBytes(
          what,
          "version " + Integer.toUnsignedString(version) + ", known " + known,
          Integer.compareUnsigned(version, newest) > 0);
    }
  }
}
