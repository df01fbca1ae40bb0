package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandLimits;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Comparison.Field;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.ReadDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a transaction from JSON; {@code docs/HTTP.md} shows the form. */
public final class TransactionForm {

  private static final List<String> PARTS = List.of("compare", "then", "else");
  private static final List<String> KEYS =
      List.of("key", "keyBase64", "prefix", "prefixBase64", "from", "fromBase64", "to", "toBase64");
  private static final List<String> COMPARISON =
      and(
          KEYS,
          "value",
          "valueBase64",
          "version",
          "createRevision",
          "modRevision",
          "present",
          "is");
  private static final List<String> PUT =
      List.of("key", "keyBase64", "value", "valueBase64", "lease");
  private static final List<String> GET = and(KEYS, "limit", "detail");
  private static final List<String> OPERATIONS = List.of("put", "get", "delete", "txn");
  private static final Map<String, Relation> RELATIONS =
      Map.of(
          "=", Relation.EQUAL,
          "!=", Relation.NOT_EQUAL,
          "<", Relation.LESS,
          ">", Relation.GREATER);
  private static final Map<String, Field> NUMBERS =
      Map.of(
          "version", Field.VERSION,
          "createRevision", Field.CREATE_REVISION,
          "modRevision", Field.MOD_REVISION);

  private TransactionForm() {}

  /**
   * The transaction that a body is.
   *
   * @throws WrongForm naming what it is not
   */
  public static Command.Transaction read(ByteString body) throws WrongForm {
    return transaction(JsonForm.of(body));
  }

  private static Command.Transaction transaction(JsonForm form) throws WrongForm {
    form.only(PARTS);
    List<Comparison> conditions = new ArrayList<>();
    for (JsonForm condition : form.list("compare")) {
      conditions.add(comparison(condition));
    }
    return new Command.Transaction(
        conditions, operations(form.list("then")), operations(form.list("else")));
  }

  // ---- Conditions

  private static Comparison comparison(JsonForm form) throws WrongForm {
    form.only(COMPARISON);
    KeyRange keys = keys(form);
    Relation relation = relation(form);
    List<String> operands = new ArrayList<>();
    if (form.hasBytes("value")) {
      operands.add("value");
    }
    for (String name : List.of("version", "createRevision", "modRevision", "present")) {
      if (form.has(name)) {
        operands.add(name);
      }
    }
    if (operands.size() != 1) {
      throw form.wrong(
          "one of value, valueBase64, version, createRevision, modRevision, present is needed");
    }
    String operand = operands.get(0);
    if (operand.equals("value")) {
      return Comparison.value(keys, relation, form.bytes("value").orElseThrow());
    }
    if (operand.equals("present")) {
      if (relation != Relation.EQUAL) {
        throw form.wrong("is", "for present only = is allowed");
      }
      return Comparison.presence(keys, form.flag("present"));
    }
    long number = form.number(operand, 0, Long.MAX_VALUE).orElseThrow();
    return Comparison.number(keys, NUMBERS.getOrDefault(operand, Field.VERSION), relation, number);
  }

  private static Relation relation(JsonForm form) throws WrongForm {
    String sign = form.text("is").orElse("=");
    Relation relation = RELATIONS.get(sign);
    if (relation == null) {
      throw form.wrong("is", "allowed are =, !=, < and >");
    }
    return relation;
  }

  // ---- Operations

  private static List<Operation> operations(List<JsonForm> forms) throws WrongForm {
    List<Operation> operations = new ArrayList<>(forms.size());
    for (JsonForm form : forms) {
      operations.add(operation(form));
    }
    return operations;
  }

  private static Operation operation(JsonForm form) throws WrongForm {
    form.only(OPERATIONS);
    List<String> named = OPERATIONS.stream().filter(form::has).toList();
    if (named.size() != 1) {
      throw form.wrong("one of put, get, delete, txn is needed");
    }
    String name = named.get(0);
    JsonForm of = form.object(name);
    return switch (name) {
      case "put" -> put(of);
      case "get" -> get(of);
      case "delete" -> delete(of);
      default -> new Operation.Nested(transaction(of));
    };
  }

  private static Operation put(JsonForm form) throws WrongForm {
    form.only(PUT);
    if (!form.hasBytes("key") || !form.hasBytes("value")) {
      throw form.wrong("key and value are needed, each as text or in base64");
    }
    return new Operation.Put(
        key(form),
        form.bytes("value").orElseThrow(),
        form.number("lease", 0, Long.MAX_VALUE).orElse(0));
  }

  private static Operation get(JsonForm form) throws WrongForm {
    form.only(GET);
    int limit =
        (int)
            form.number("limit", 1, CommandLimits.MAX_READ_LIMIT)
                .orElse(CommandLimits.MAX_READ_LIMIT);
    return new Operation.Read(keys(form), limit, detail(form));
  }

  private static Operation delete(JsonForm form) throws WrongForm {
    form.only(KEYS);
    return new Operation.Delete(keys(form));
  }

  private static ReadDetail detail(JsonForm form) throws WrongForm {
    String text = form.text("detail").orElse("records");
    for (ReadDetail detail : ReadDetail.values()) {
      if (detail.name().toLowerCase(Locale.ROOT).equals(text)) {
        return detail;
      }
    }
    throw form.wrong("detail", "allowed are records, keys and count");
  }

  // ---- Keys

  private static KeyRange keys(JsonForm form) throws WrongForm {
    boolean key = form.hasBytes("key");
    boolean prefix = form.hasBytes("prefix");
    boolean range = form.hasBytes("from") || form.hasBytes("to");
    if ((key ? 1 : 0) + (prefix ? 1 : 0) + (range ? 1 : 0) != 1) {
      throw form.wrong("a key, a prefix, or from and to are needed, one kind of them");
    }
    if (key) {
      return KeyRange.key(key(form));
    }
    if (prefix) {
      ByteString bytes = bound(form, "prefix");
      if (bytes.isEmpty()) {
        throw form.wrong("prefix", "must not be empty; every key is from \"\" on");
      }
      return KeyRange.prefix(bytes);
    }
    ByteString from = bound(form, "from");
    ByteString to = bound(form, "to");
    if (!to.isEmpty() && KeyRange.ORDER.compare(from, to) >= 0) {
      throw form.wrong("from", "must lie before to, in the order of bytes");
    }
    return new KeyRange(from, to);
  }

  private static ByteString key(JsonForm form) throws WrongForm {
    ByteString key = form.bytes("key").orElse(ByteString.EMPTY);
    if (key.isEmpty()) {
      throw form.wrong("key", "must not be empty");
    }
    return key;
  }

  private static ByteString bound(JsonForm form, String name) throws WrongForm {
    ByteString bytes = form.bytes(name).orElse(ByteString.EMPTY);
    if (bytes.size() > CommandLimits.MAX_KEY_BYTES + 1) {
      throw new WrongForm(
          OutcomeCode.TOO_LARGE,
          name + ": " + bytes.size() + " bytes, allowed are " + CommandLimits.MAX_KEY_BYTES);
    }
    return bytes;
  }

  private static List<String> and(List<String> names, String... more) {
    List<String> all = new ArrayList<>(names);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }
}
