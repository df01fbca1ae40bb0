package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReadDetail;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a verb that reads a range of keys. */
final class RangeOptions {

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "Every key that begins like this.")
  private @Nullable String prefix;

  @Option(names = "--from", paramLabel = "KEY", description = "Every key from this one on.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "KEY", description = "Every key before this one.")
  private @Nullable String to;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Of a range, at most so many. Default: ${DEFAULT-VALUE}.")
  private int limit = 1000;

  @Option(names = "--keys-only", description = "Of a range, leave the values out.")
  private boolean keysOnly;

  @Option(names = "--count", description = "Of a range, tell only how many keys there are.")
  private boolean count;

  int limit() {
    return limit;
  }

  ReadDetail detail() {
    return count ? ReadDetail.COUNT : keysOnly ? ReadDetail.KEYS : ReadDetail.RECORDS;
  }

  /** The range that is named; a wrong one is a usage error. */
  KeyRange keys(MeshOptions mesh) {
    if (prefix == null && from == null && to == null) {
      throw mesh.wrong("a KEY, --prefix, --from or --to is needed");
    }
    if (prefix != null && (from != null || to != null)) {
      throw mesh.wrong("--prefix does not go together with --from and --to");
    }
    if (keysOnly && count) {
      throw mesh.wrong("--keys-only and --count exclude each other");
    }
    if (limit < 1) {
      throw mesh.wrong("--limit must be 1 or more");
    }
    if (prefix != null) {
      return KeyRange.prefix(ByteString.copyFromUtf8(prefix));
    }
    ByteString first = ByteString.copyFromUtf8(from == null ? "" : from);
    ByteString end = ByteString.copyFromUtf8(to == null ? "" : to);
    if (!end.isEmpty() && KeyRange.ORDER.compare(first, end) >= 0) {
      throw mesh.wrong("--from must lie before --to");
    }
    return new KeyRange(first, end);
  }

  /** Refuses all of this beside a single key. */
  void refuseBeside(MeshOptions mesh) {
    if (prefix != null || from != null || to != null || keysOnly || count) {
      throw mesh.wrong("a KEY does not go together with the options of a range");
    }
  }
}
