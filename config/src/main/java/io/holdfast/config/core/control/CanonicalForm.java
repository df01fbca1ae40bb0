package io.holdfast.config.core.control;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;

/** The JSON Canonicalization Scheme (RFC 8785): one spelling for each document. */
final class CanonicalForm {

  private CanonicalForm() {}

  static ByteString of(Part document) {
    var json = new StringBuilder();
    append(json, document);
    return ofJson(json.toString());
  }

  static ByteString ofJson(String json) {
    try {
      return ByteString.copyFrom(new JsonCanonicalizer(json).getEncodedUTF8());
    } catch (IOException e) {
      throw new IllegalStateException("JSON was refused that was written here", e);
    }
  }

  private static void append(StringBuilder json, Part part) {
    if (part instanceof Part.Fields fields) {
      append(json, fields.parts());
    } else if (part instanceof Part.Items items) {
      append(json, items.parts());
    } else if (part instanceof Part.Text text) {
      append(json, text.value());
    } else if (part instanceof Part.Whole whole) {
      json.append(whole.value());
    } else if (part instanceof Part.Flag flag) {
      json.append(flag.value());
    }
  }

  private static void append(StringBuilder json, Map<String, Part> fields) {
    char separator = '{';
    for (Map.Entry<String, Part> field : fields.entrySet()) {
      json.append(separator);
      append(json, field.getKey());
      json.append(':');
      append(json, field.getValue());
      separator = ',';
    }
    json.append(fields.isEmpty() ? "{}" : "}");
  }

  private static void append(StringBuilder json, List<Part> items) {
    char separator = '[';
    for (Part item : items) {
      json.append(separator);
      append(json, item);
      separator = ',';
    }
    json.append(items.isEmpty() ? "[]" : "]");
  }

  private static void append(StringBuilder json, String text) {
    json.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    json.append('"');
  }
}
