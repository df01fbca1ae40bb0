package io.holdfast.mesh.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * An object of a request's JSON, read field by field. What it may hold is said first: a field that
 * is passed over in silence could be a misspelt condition.
 */
final class JsonForm {

  /** Beyond what the deepest transaction needs, and far below what a stack holds. */
  private static final int MAX_DEPTH = 64;

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{1,16}");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String path;
  private final JsonNode object;

  private JsonForm(String path, JsonNode object) {
    this.path = path;
    this.object = object;
  }

  /**
   * The object that a body is.
   *
   * @throws WrongForm when it is none
   */
  static JsonForm of(ByteString body) throws WrongForm {
    try {
      JsonNode tree = MAPPER.readTree(body.newInput());
      if (tree == null || !tree.isObject()) {
        throw new WrongForm("the body must be a JSON object");
      }
      return new JsonForm("", tree);
    } catch (StreamConstraintsException e) {
      throw new WrongForm(
          OutcomeCode.TOO_LARGE, "the body is nested deeper than " + MAX_DEPTH + " levels of JSON");
    } catch (JsonProcessingException e) {
      throw new WrongForm(
          "the body is not JSON: "
              + RequestParameters.shortened(e.getOriginalMessage())
              + " at line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr());
    } catch (IOException e) {
      throw new WrongForm("the body is not text in UTF-8");
    }
  }

  /** Refuses every field but these. */
  void only(List<String> allowed) throws WrongForm {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!allowed.contains(name)) {
        throw new WrongForm(
            "unknown field "
                + pathOf(RequestParameters.shortened(name))
                + "; allowed are "
                + String.join(", ", allowed));
      }
    }
  }

  boolean has(String name) {
    return object.has(name);
  }

  boolean hasBytes(String name) {
    return object.has(name) || object.has(name + "Base64");
  }

  /** Bytes given as text, or as base64 under {@code name + "Base64"}. */
  Optional<ByteString> bytes(String name) throws WrongForm {
    String encoded = name + "Base64";
    if (object.has(name) && object.has(encoded)) {
      throw wrong(encoded, "it does not go together with " + name);
    }
    if (object.has(name)) {
      return Optional.of(ByteString.copyFromUtf8(textOf(name)));
    }
    if (!object.has(encoded)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ByteString.copyFrom(Base64.getDecoder().decode(textOf(encoded))));
    } catch (IllegalArgumentException e) {
      throw wrong(encoded, "allowed is base64 with padding, as in RFC 4648, section 4");
    }
  }

  /** Text; absent where there is no such field. */
  Optional<String> text(String name) throws WrongForm {
    return object.has(name) ? Optional.of(textOf(name)) : Optional.empty();
  }

  private String textOf(String name) throws WrongForm {
    JsonNode value = object.path(name);
    if (!value.isTextual()) {
      throw wrong(name, "must be text");
    }
    return value.textValue();
  }

  /** A whole number from min to max; absent where there is no such field. */
  OptionalLong number(String name, long min, long max) throws WrongForm {
    if (!object.has(name)) {
      return OptionalLong.empty();
    }
    JsonNode value = object.path(name);
    if (!isWhole(value, min, max)) {
      throw wrong(name, "must be a whole number from " + min + " to " + max);
    }
    return OptionalLong.of(value.longValue());
  }

  /**
   * The whole numbers of the list under that name; none where there is no such field.
   *
   * @param most how many there may be
   */
  List<Long> numbers(String name, int most, long min, long max) throws WrongForm {
    if (!object.has(name)) {
      return List.of();
    }
    JsonNode list = listOf(name);
    if (list.size() > most) {
      throw wrong(name, "must be at most " + most);
    }
    List<Long> numbers = new ArrayList<>(list.size());
    for (JsonNode value : list) {
      if (!isWhole(value, min, max)) {
        throw wrong(
            name + "[" + numbers.size() + "]", "must be a whole number from " + min + " to " + max);
      }
      numbers.add(value.longValue());
    }
    return numbers;
  }

  private static boolean isWhole(JsonNode value, long min, long max) {
    return value.isIntegralNumber()
        && value.canConvertToLong()
        && value.longValue() >= min
        && value.longValue() <= max;
  }

  /** A number of 64 bits as 1 to 16 hex digits; absent where there is no such field. */
  OptionalLong hex(String name) throws WrongForm {
    if (!object.has(name)) {
      return OptionalLong.empty();
    }
    String digits = textOf(name);
    if (!HEX.matcher(digits).matches()) {
      throw wrong(name, "must be 1 to 16 hex digits, as a node's status gives them");
    }
    return OptionalLong.of(Long.parseUnsignedLong(digits, 16));
  }

  /** The texts of the list under that name. */
  List<String> texts(String name) throws WrongForm {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : listOf(name)) {
      if (!text.isTextual()) {
        throw wrong(name, "must be a list of texts");
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  /**
   * The elements of the list under that name of the whole body, as they are written there; none
   * where there is no such field.
   *
   * @param body what this was read from
   */
  List<ByteString> parts(ByteString body, String name) throws WrongForm {
    if (!object.has(name)) {
      return List.of();
    }
    List<ByteString> parts = new ArrayList<>();
    for (JsonNode element : listOf(name)) {
      if (!element.isObject()) {
        throw wrong(name + "[" + parts.size() + "]", "must be an object");
      }
      parts.add(ByteString.EMPTY);
    }
    try (JsonParser parser = MAPPER.createParser(body.toByteArray())) {
      parser.nextToken();
      while (!name.equals(parser.nextFieldName())) {
        parser.nextToken();
        parser.skipChildren();
      }
      parser.nextToken();
      for (int i = 0; i < parts.size(); i++) {
        parser.nextToken();
        long from = parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        long to = parser.currentLocation().getByteOffset();
        if (from < 0 || to > body.size()) {
          throw new WrongForm("the body is not text in UTF-8");
        }
        parts.set(i, body.substring((int) from, (int) to));
      }
    } catch (IOException e) {
      throw new WrongForm("the body is not text in UTF-8");
    }
    return parts;
  }

  /** True or false. */
  boolean flag(String name) throws WrongForm {
    JsonNode value = object.path(name);
    if (!value.isBoolean()) {
      throw wrong(name, "must be true or false");
    }
    return value.booleanValue();
  }

  /** The object under that name. */
  JsonForm object(String name) throws WrongForm {
    return object(pathOf(name), object.path(name));
  }

  /** The objects of the list under that name; none where there is no such field. */
  List<JsonForm> list(String name) throws WrongForm {
    if (!object.has(name)) {
      return List.of();
    }
    JsonNode list = listOf(name);
    List<JsonForm> forms = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      forms.add(object(pathOf(name) + "[" + i + "]", list.get(i)));
    }
    return forms;
  }

  private JsonNode listOf(String name) throws WrongForm {
    JsonNode list = object.path(name);
    if (!list.isArray()) {
      throw wrong(name, "must be a list");
    }
    return list;
  }

  private static JsonForm object(String path, JsonNode value) throws WrongForm {
    if (!value.isObject()) {
      throw new WrongForm(path + ": must be an object");
    }
    return new JsonForm(path, value);
  }

  /** What is wrong with a field. */
  WrongForm wrong(String name, String what) {
    return new WrongForm(pathOf(name) + ": " + what);
  }

  /** What is wrong with this object. */
  WrongForm wrong(String what) {
    return new WrongForm((path.isEmpty() ? "the body" : path) + ": " + what);
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
