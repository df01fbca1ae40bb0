package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Transactions in the JSON that the front door reads. */
final class TransactionText {

  private TransactionText() {}

  static String of(Command.Transaction transaction) {
    return tree(transaction).toString();
  }

  private static ObjectNode tree(Command.Transaction transaction) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode compare = json.putArray("compare");
    for (Comparison condition : transaction.conditions()) {
      compare.add(tree(condition));
    }
    add(json.putArray("then"), transaction.then());
    add(json.putArray("else"), transaction.otherwise());
    return json;
  }

  private static ObjectNode tree(Comparison condition) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    keys(json, condition.keys());
    switch (condition.field()) {
      case VALUE -> bytes(json, "value", condition.value());
      case VERSION -> json.put("version", condition.number());
      case CREATE_REVISION -> json.put("createRevision", condition.number());
      case MOD_REVISION -> json.put("modRevision", condition.number());
      case PRESENCE -> json.put("present", condition.number() == 1);
    }
    return json.put(
        "is",
        switch (condition.relation()) {
          case EQUAL -> "=";
          case NOT_EQUAL -> "!=";
          case LESS -> "<";
          case GREATER -> ">";
        });
  }

  private static void add(ArrayNode list, List<Operation> operations) {
    for (Operation operation : operations) {
      ObjectNode json = list.addObject();
      if (operation instanceof Operation.Put put) {
        ObjectNode of = json.putObject("put");
        bytes(of, "key", put.key());
        bytes(of, "value", put.value());
        of.put("lease", put.lease());
      } else if (operation instanceof Operation.Read read) {
        ObjectNode of = json.putObject("get");
        keys(of, read.keys());
        of.put("limit", read.limit());
        of.put("detail", read.detail().name().toLowerCase(Locale.ROOT));
      } else if (operation instanceof Operation.Delete delete) {
        keys(json.putObject("delete"), delete.keys());
      } else if (operation instanceof Operation.Nested nested) {
        json.set("txn", tree(nested.transaction()));
      }
    }
  }

  private static void keys(ObjectNode json, KeyRange keys) {
    if (keys.isSingle()) {
      bytes(json, "key", keys.from());
    } else {
      bytes(json, "from", keys.from());
      bytes(json, "to", keys.to());
    }
  }

  private static void bytes(ObjectNode json, String name, ByteString bytes) {
    if (bytes.isValidUtf8()) {
      json.put(name, bytes.toStringUtf8());
    } else {
      json.put(name + "Base64", Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }
  }
}
