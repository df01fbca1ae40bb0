package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.MemberId;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What stands in a snapshot's file, for people and for programs. */
final class SnapshotText {

  private SnapshotText() {}

  static ObjectNode json(Path file, long bytes, Inspection found) {
    StateHeader state = found.state();
    ObjectNode json =
        Answers.object()
            .put("ok", true)
            .put("file", file.toString())
            .put("bytes", bytes)
            .put("meshId", found.header().meshId())
            .put("group", found.header().group().value())
            .put("savedAt", found.header().createdAt().toString())
            .put("slot", state.applied().number())
            .put("revision", state.revision())
            .put("chainHash", state.chainHash().toString())
            .put("keys", state.keyCount())
            .put("changes", found.changes())
            .put("compacted", state.compacted())
            .put("writeIds", state.nextWriteOrdinal() - state.firstWriteOrdinal())
            .put("leases", state.leaseCount())
            .put("chunks", found.chunks());
    ArrayNode members = json.putArray("members");
    members(state).forEach(members::add);
    return json;
  }

  static void print(Path file, long bytes, Inspection found, Console console) {
    StateHeader state = found.state();
    Table table = Table.of("snapshot", "");
    table.row("file", file);
    table.row("mesh", found.header().meshId());
    table.row("group", found.header().group());
    table.row("saved at", found.header().createdAt());
    table.row("slot", state.applied());
    table.row("revision", state.revision());
    table.row("chain hash", state.chainHash());
    table.row("keys", count(state.keyCount()));
    table.row("changes", count(found.changes()));
    table.row("compacted to", state.compacted());
    table.row("write ids", count(state.nextWriteOrdinal() - state.firstWriteOrdinal()));
    table.row("leases", count(state.leaseCount()));
    table.row("members", members(state).stream().collect(Collectors.joining(" ")));
    table.row("bytes", count(bytes));
    table.row("chunks", count(found.chunks()));
    table.print(console.out());
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /**
   * Those that took part at its slot; none where the group was restored and changed nothing yet.
   */
  private static List<String> members(StateHeader state) {
    return state
        .membership()
        .map(
            membership ->
                membership.newest().everyone().stream()
                    .map(MemberId::node)
                    .map(Object::toString)
                    .toList())
        .orElse(List.of());
  }
}
