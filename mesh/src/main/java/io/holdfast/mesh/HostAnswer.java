package io.holdfast.mesh;

/**
 * Whether a node holds a replica of a group.
 *
 * @param hosted whether it does
 * @param code {@code hosted}, or why not: {@code settings_differ}, {@code founders_unknown}, {@code
 *     store_unusable}, {@code not_ready}
 * @param detail a sentence for operators
 */
public record HostAnswer(boolean hosted, String code, String detail) {

  /** It does. */
  public static HostAnswer hosted(String detail) {
    return new HostAnswer(true, "hosted", detail);
  }

  /** It does not. */
  public static HostAnswer refused(String code, String detail) {
    return new HostAnswer(false, code, detail);
  }
}
