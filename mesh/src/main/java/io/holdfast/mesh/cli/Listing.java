package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.Trail;
import io.holdfast.mesh.http.ResultJson;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads a range page by page, all of it as of one revision, and prints it. */
final class Listing {

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private final Console console;
  private final MeshOptions mesh;
  private final MeshClient client;
  private final RangeOptions range;
  private final ReadRequest.Consistency consistency;

  Listing(
      Console console,
      MeshOptions mesh,
      MeshClient client,
      RangeOptions range,
      ReadRequest.Consistency consistency) {
    this.console = console;
    this.mesh = mesh;
    this.client = client;
    this.range = range;
    this.consistency = consistency;
  }

  int tell(KeyRange keys, OptionalLong revision) {
    List<KeyRecord> records = new ArrayList<>();
    KeyRange rest = keys;
    OptionalLong at = revision;
    while (true) {
      int limit = Math.min(ReadQuery.MAX_LIMIT, range.limit() - records.size());
      CallResult<ReadAnswer> result =
          Answers.await(
              client.read(
                  new ReadRequest(
                      mesh.group(), new ReadQuery(rest, at, limit, range.detail()), consistency)));
      if (!(result instanceof CallResult.Answered<ReadAnswer> answered)) {
        return mesh.unreachable(console, ((CallResult.Unheard<ReadAnswer>) result).detail());
      }
      if (!(answered.answer() instanceof ReadAnswer.Listed page)) {
        return GetVerb.refuse(console, mesh, answered);
      }
      at = OptionalLong.of(page.keys().revision());
      records.addAll(page.keys().records());
      boolean more = page.keys().more() && range.detail() != ReadDetail.COUNT;
      if (!more || page.keys().records().isEmpty() || records.size() >= range.limit()) {
        return print(all(records, more, page.keys()), page.at(), answered.trail());
      }
      rest = new KeyRange(records.get(records.size() - 1).key().concat(ZERO), keys.to());
    }
  }

  /** A page counts no more than what it holds; all pages together have been counted here. */
  private ReadResult.Records all(
      List<KeyRecord> records, boolean more, ReadResult.Records lastPage) {
    boolean counted = range.detail() == ReadDetail.COUNT;
    return new ReadResult.Records(
        records,
        counted ? lastPage.count() : records.size(),
        counted ? lastPage.countIsLeast() : more,
        more,
        lastPage.revision());
  }

  private int print(ReadResult.Records keys, ReadAnswer.ReadPoint at, Trail trail) {
    if (mesh.json()) {
      ObjectNode json = Answers.fields(out -> ResultJson.write(out, keys, range.detail(), at));
      Answers.trail(json, trail);
      console.json(json);
      return Exit.DONE.status();
    }
    if (range.detail() == ReadDetail.COUNT) {
      console.out().println((keys.countIsLeast() ? "at least " : "") + keys.count());
      return Exit.DONE.status();
    }
    for (KeyRecord record : keys.records()) {
      String key = ResultText.plain(record.key());
      console
          .out()
          .println(
              range.detail() == ReadDetail.KEYS
                  ? key
                  : key + "\t" + ResultText.plain(record.value().value()));
    }
    if (keys.more()) {
      console
          .err()
          .println(
              "holdfast: there are more than these "
                  + keys.records().size()
                  + "; raise --limit, or go on with --from");
    }
    return Exit.DONE.status();
  }
}
