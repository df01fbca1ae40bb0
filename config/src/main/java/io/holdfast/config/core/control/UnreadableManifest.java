package io.holdfast.config.core.control;

/** A document that is no manifest. The message says where, what is there, and what is allowed. */
public final class UnreadableManifest extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /** A place that has a secret, or was meant to: what is there is never shown. */
  private static final String SECRET = "token";

  private final String path;
  private final boolean newer;

  private UnreadableManifest(String path, int line, String words, boolean newer) {
    super(
        (path.isEmpty() ? "the document" : path)
            + ": "
            + words
            + (line > 0 ? " (line " + line + ")" : ""));
    this.path = path;
    this.newer = newer;
  }

  /**
   * In words.
   *
   * @param line where it is, from 1; 0 where that is not known
   */
  static UnreadableManifest at(String path, int line, String words) {
    return new UnreadableManifest(path, line, words, false);
  }

  /** What was found at a place where something else is allowed. */
  static UnreadableManifest found(String path, int line, String found, String allowed) {
    String shown = path.contains(SECRET) ? "what is there (not shown)" : Quoted.shortened(found);
    return at(path, line, shown + ": allowed is " + allowed);
  }

  /** Something of a version that is not known here. */
  static UnreadableManifest newer(String path, int line, long version) {
    return new UnreadableManifest(
        path,
        line,
        version + ": written by a later version: allowed is " + ManifestReader.VERSION,
        true);
  }

  /** Where it is, such as {@code principals[3].tokens[0]}; empty for the whole document. */
  public String path() {
    return path;
  }

  /** Whether a later version of this software may well read it. */
  public boolean newer() {
    return newer;
  }
}
