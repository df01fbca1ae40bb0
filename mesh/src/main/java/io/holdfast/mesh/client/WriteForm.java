package io.holdfast.mesh.client;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.sync.core.Command;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests of the front door for what a log decides. */
final class WriteForm {

  private WriteForm() {}

  /** The request of a write, the same however often it is sent. */
  static Request of(WriteRequest write, String writeId) {
    Command command = write.command();
    String group = "/v1/groups/" + write.group();
    List<String> query = new ArrayList<>();
    write.patience().ifPresent(wait -> query.add("wait=" + wait.toMillis() + "ms"));
    Map<String, String> headers = new HashMap<>();
    headers.put("Idempotency-Key", writeId);
    if (command instanceof Command.Put put) {
      lease(put.lease(), query);
      return key(write, put, query, headers, Optional.of(put.value()));
    } else if (command instanceof Command.PutIf put) {
      lease(put.lease(), query);
      expect(put.expectedModRevision(), headers);
      return key(write, put, query, headers, Optional.of(put.value()));
    } else if (command instanceof Command.Delete delete) {
      return key(write, delete, query, headers, Optional.empty());
    } else if (command instanceof Command.DeleteIf delete) {
      expect(delete.expectedModRevision(), headers);
      return key(write, delete, query, headers, Optional.empty());
    } else if (command instanceof Command.Transaction transaction) {
      return post(group + "/txn", query, headers, Optional.of(TransactionText.of(transaction)));
    } else if (command instanceof Command.GrantLease grant) {
      String body = "{\"ttlMillis\":" + grant.ttlMillis() + "}";
      return post(group + "/leases", query, headers, Optional.of(body));
    } else if (command instanceof Command.KeepAlive keep) {
      String path = group + "/leases/" + keep.lease() + "/keep-alive";
      return post(path, query, headers, Optional.empty());
    } else if (command instanceof Command.RevokeLease revoke) {
      String uri = group + "/leases/" + revoke.lease() + text(query);
      return new Request(HttpMethod.DELETE, uri, headers, Optional.empty());
    } else if (command instanceof Command.Compact compact) {
      String body = "{\"revision\":" + compact.revision() + "}";
      return post(group + "/compact", query, headers, Optional.of(body));
    } else if (command instanceof Command.Resolve) {
      String path = group + "/writes/" + writeId + "/resolve";
      return post(path, query, headers, Optional.empty());
    } else if (command instanceof Command.Activate activate) {
      String body = ControlText.of(activate.activation()).toString();
      return post(group + "/control", query, headers, Optional.of(body));
    } else if (command instanceof Command.Approve approve) {
      String body = ControlText.of(approve).toString();
      return post(group + "/control/approvals", query, headers, Optional.of(body));
    } else if (command instanceof Command.OnReservations on) {
      String body = ReservationsText.of(on.request());
      return post(group + "/reservations", query, headers, Optional.of(body));
    }
    throw new IllegalArgumentException("a command that no client sends: " + command);
  }

  private static Request key(
      WriteRequest write,
      Command.OnKey command,
      List<String> query,
      Map<String, String> headers,
      Optional<ByteString> value) {
    return new Request(
        value.isPresent() ? HttpMethod.PUT : HttpMethod.DELETE,
        KeyPath.of(write.group(), command.key()) + text(query),
        headers,
        value.map(bytes -> Buffer.buffer(bytes.toByteArray())));
  }

  private static Request post(
      String path, List<String> query, Map<String, String> headers, Optional<String> body) {
    return new Request(
        HttpMethod.POST, path + text(query), headers, Optional.of(Buffer.buffer(body.orElse(""))));
  }

  private static void lease(long lease, List<String> query) {
    if (lease > 0) {
      query.add("lease=" + lease);
    }
  }

  private static void expect(long modRevision, Map<String, String> headers) {
    if (modRevision == 0) {
      headers.put("If-None-Match", "*");
    } else {
      headers.put("If-Match", "\"" + modRevision + "\"");
    }
  }

  /** The parameters as they follow a path. */
  static String text(List<String> query) {
    return query.isEmpty() ? "" : "?" + String.join("&", query);
  }
}
