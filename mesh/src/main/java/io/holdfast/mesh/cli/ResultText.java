package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What came of a command, for a person. */
final class ResultText {

  private ResultText() {}

  /** What follows "committed". */
  static String of(CommandResult result) {
    if (result instanceof CommandResult.TransactionDone done) {
      return " revision "
          + done.revision()
          + (done.changed() ? "" : ", nothing changed")
          + (done.succeeded() ? ", conditions held" : ", conditions did not hold");
    } else if (result instanceof CommandResult.LeaseAlive alive) {
      return " lease "
          + alive.lease()
          + " lives "
          + alive.ttlMillis()
          + " ms from now, revision "
          + alive.revision();
    } else if (result instanceof CommandResult.Compacted compacted) {
      return " history below revision " + compacted.revision() + " forgotten";
    }
    return "";
  }

  /** One line for each operation that was done, and one for each record that it found. */
  static List<String> lines(CommandResult.TransactionDone done) {
    List<String> lines = new ArrayList<>();
    done.results().ifPresent(results -> add(lines, "", results));
    return lines;
  }

  private static void add(List<String> lines, String indent, List<OperationResult> results) {
    for (OperationResult result : results) {
      if (result instanceof OperationResult.Put put) {
        lines.add(
            indent
                + (put.previousModRevision() == 0
                    ? "put, the key is new"
                    : "put, over revision " + put.previousModRevision()));
      } else if (result instanceof OperationResult.Deleted deleted) {
        lines.add(indent + "deleted " + deleted.count());
      } else if (result instanceof OperationResult.Read read) {
        lines.add(indent + "found " + read.count() + (read.more() ? ", more than shown" : ""));
        for (KeyRecord record : read.records()) {
          lines.add(indent + "  " + plain(record.key()) + "\t" + plain(record.value().value()));
        }
      } else if (result instanceof OperationResult.Nested nested) {
        lines.add(indent + (nested.succeeded() ? "then:" : "else:"));
        add(lines, indent + "  ", nested.results());
      }
    }
  }

  /** Text of somebody else, in one line. */
  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  /** Text that keeps to its line; other bytes in base64, which says so. */
  static String plain(ByteString bytes) {
    if (bytes.isValidUtf8()) {
      String text = bytes.toStringUtf8();
      if (text.chars().noneMatch(Character::isISOControl)) {
        return text;
      }
    }
    return "base64:" + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
