package io.holdfast.mesh;

/** What this software says of itself. */
public final class Software {

  private Software() {}

  /** The version in the jar's manifest; {@code (development)} in a tree of classes. */
  public static String version() {
    String version = Software.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }
}
