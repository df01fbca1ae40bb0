package io.holdfast.mesh.actor;

/** What a failure comes down to, in words for one line. */
public final class RootCause {

  private RootCause() {}

  /** The innermost message; where there is none, the name of what was thrown says more. */
  public static String of(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    String kind = root.getClass().getSimpleName();
    return message == null || message.isBlank() || message.equals("null")
        ? kind
        : message.lines().findFirst().orElse(kind);
  }
}
