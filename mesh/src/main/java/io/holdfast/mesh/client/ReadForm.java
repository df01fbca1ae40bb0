package io.holdfast.mesh.client;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The requests of the front door for what is read. */
final class ReadForm {

  private ReadForm() {}

  /** Whether the answer is one key's value and not JSON. */
  static boolean isOfOneRecord(ReadRequest read) {
    return read.query().keys().isSingle() && read.query().detail() == ReadDetail.RECORDS;
  }

  static Request of(ReadRequest read) {
    ReadQuery asked = read.query();
    List<String> query = new ArrayList<>();
    if (!isOfOneRecord(read)) {
      bound("from", asked.keys().from(), query);
      bound("to", asked.keys().to(), query);
      query.add("limit=" + asked.limit());
      query.add("detail=" + asked.detail().name().toLowerCase(Locale.ROOT));
    }
    asked.revision().ifPresent(revision -> query.add("revision=" + revision));
    if (read.consistency() == ReadRequest.Consistency.LOCAL) {
      query.add("consistency=local");
    }
    String path =
        isOfOneRecord(read)
            ? KeyPath.of(read.group(), asked.keys().from())
            : "/v1/groups/" + read.group() + "/keys";
    return Request.get(path + WriteForm.text(query));
  }

  private static void bound(String name, ByteString bytes, List<String> query) {
    if (!bytes.isEmpty()) {
      query.add(name + "=" + KeyPath.escaped(bytes));
    }
  }
}
