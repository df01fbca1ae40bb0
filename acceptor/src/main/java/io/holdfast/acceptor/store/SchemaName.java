package io.holdfast.acceptor.store;

import io.holdfast.config.core.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The name of a schema of PostgreSQL: {@code PREFIX_NODE_DATABASE}, and behind a tilde what else
 * belongs to that database. Neither nodes nor databases have an underscore or a tilde in their
 * names, so no two places share a schema; a name that is too long ends in a digest of the whole.
 *
 * @param text the name, without quotes
 */
record SchemaName(String text) {

  /** PostgreSQL cuts longer identifiers. */
  private static final int MOST_BYTES = 63;

  /** Room for what comes behind a tilde. */
  private static final int MOST_SUFFIX = 20;

  private static final int DIGEST_CHARACTERS = 12;
  private static final String BESIDE = "~";

  /** That of a database of a node. */
  static SchemaName of(String prefix, NodeId node, String database) {
    String whole = prefix + "_" + node + "_" + database;
    int most = MOST_BYTES - MOST_SUFFIX;
    return new SchemaName(
        whole.length() <= most
            ? whole
            : whole.substring(0, most - DIGEST_CHARACTERS - 1) + "." + digest(whole));
  }

  /**
   * A pattern for LIKE of all schemas of a node; empty where such names are cut within the node.
   * Others may match it too: see {@link #isOf}.
   */
  static Optional<String> patternOf(String prefix, NodeId node) {
    String common = common(prefix, node);
    return common.length() < MOST_BYTES - MOST_SUFFIX - DIGEST_CHARACTERS
        ? Optional.of(escaped(common) + "%")
        : Optional.empty();
  }

  /**
   * Whether it is one of a node's, where {@link #patternOf} matches it: a prefix may have
   * underscores, so that of another mesh may begin with this prefix and this node's name.
   */
  boolean isOf(String prefix, NodeId node) {
    String common = common(prefix, node);
    return text.startsWith(common) && text.indexOf('_', common.length()) < 0;
  }

  private static String common(String prefix, NodeId node) {
    return prefix + "_" + node + "_";
  }

  private static String digest(String whole) {
    return HexFormat.of().formatHex(sha256(whole)).substring(0, DIGEST_CHARACTERS);
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** That of another database which belongs to this one. */
  SchemaName beside(String suffix) {
    if (suffix.length() >= MOST_SUFFIX) {
      throw new IllegalArgumentException("suffix '" + suffix + "' is too long for a schema");
    }
    return new SchemaName(text + BESIDE + suffix);
  }

  /** A pattern for LIKE of all that stand beside it. */
  String besidePattern() {
    return escaped(text) + BESIDE + "%";
  }

  private static String escaped(String name) {
    return name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
  }

  /** As SQL has it. */
  String quoted() {
    return "\"" + text.replace("\"", "\"\"") + "\"";
  }

  @Override
  public String toString() {
    return text;
  }
}
