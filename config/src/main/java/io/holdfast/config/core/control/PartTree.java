package io.holdfast.config.core.control;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A document that is being read, from its start to its end. It refuses whatever no manifest has, as
 * soon as it comes: what it keeps is bounded by what one manifest may have.
 */
final class PartTree {

  /** How deep objects and lists may lie in each other. */
  static final int MAX_DEPTH = 8;

  /** The most items of a list: no manifest may have more of anything. */
  static final int MAX_ITEMS = 1000;

  /** The most fields of an object: no manifest has as many. */
  static final int MAX_FIELDS = 32;

  private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,15}");

  private final Deque<Open> open = new ArrayDeque<>();
  private Optional<Part> root = Optional.empty();

  /** An object or a list whose end has not come yet. */
  private static final class Open {
    final String path;
    final Part part;
    final @Nullable Map<String, Part> fields;
    final List<Part> items;
    @Nullable String field;

    Open(String path, int line, boolean isObject) {
      this.path = path;
      this.fields = isObject ? new LinkedHashMap<>() : null;
      this.items = new ArrayList<>();
      this.part =
          fields != null
              ? new Part.Fields(Collections.unmodifiableMap(fields), line)
              : new Part.Items(Collections.unmodifiableList(items), line);
    }
  }

  /** Whether what comes next is the name of a field, or the end of its object. */
  boolean awaitsField() {
    Open inner = open.peek();
    return inner != null && inner.fields != null && inner.field == null;
  }

  /** Where the next value will be. */
  String path() {
    Open inner = open.peek();
    if (inner == null) {
      return "";
    }
    return inner.fields == null
        ? inner.path + "[" + inner.items.size() + "]"
        : inner.field == null ? inner.path : fieldPath(inner.path, inner.field);
  }

  static String fieldPath(String path, String field) {
    return (path.isEmpty() ? "" : path + ".") + Quoted.shortened(field);
  }

  /** The name of a field. */
  void field(String name, int line) {
    Open inner = open.element();
    Map<String, Part> fields = inner.fields;
    if (fields == null || inner.field != null) {
      throw new IllegalStateException("a field outside of an object");
    }
    requireUnicode(name, line);
    String path = fieldPath(inner.path, name);
    if (fields.containsKey(name)) {
      throw UnreadableManifest.at(path, line, "is there twice: allowed is once");
    }
    if (fields.size() == MAX_FIELDS) {
      throw UnreadableManifest.at(
          inner.path, line, "has too many fields: allowed are at most " + MAX_FIELDS);
    }
    inner.field = name;
  }

  /** The start of an object. */
  void startFields(int line) {
    start(line, true);
  }

  /** The start of a list. */
  void startItems(int line) {
    start(line, false);
  }

  private void start(int line, boolean isObject) {
    String path = path();
    if (open.size() == MAX_DEPTH) {
      throw UnreadableManifest.at(
          path, line, "lies too deep: allowed are " + MAX_DEPTH + " objects and lists in another");
    }
    var opened = new Open(path, line, isObject);
    add(opened.part);
    open.push(opened);
  }

  /** The end of the object or list that was started last. */
  void end() {
    open.pop();
  }

  /** Text. */
  void text(String value, int line) {
    requireUnicode(value, line);
    add(new Part.Text(value, line));
  }

  /** True or false. */
  void flag(boolean value, int line) {
    add(new Part.Flag(value, line));
  }

  /** What is written like a number. */
  void number(String digits, int line) {
    if (!isWhole(digits)) {
      throw refused(digits, line);
    }
    long value = Long.parseLong(digits);
    if (Math.abs(value) > Pool.MAX_NUMBER) {
      throw refused(digits, line);
    }
    add(new Part.Whole(value, line));
  }

  static boolean isWhole(String digits) {
    return WHOLE.matcher(digits).matches();
  }

  private UnreadableManifest refused(String digits, int line) {
    return UnreadableManifest.found(
        path(),
        line,
        digits,
        "a whole number in decimal digits, of %d to %d"
            .formatted(-Pool.MAX_NUMBER, Pool.MAX_NUMBER));
  }

  /** Null, which nothing in a manifest may be. */
  UnreadableManifest refusedNull(int line) {
    return UnreadableManifest.at(path(), line, "is null: allowed is a value, or no such field");
  }

  /** The document, once its end has come; empty if nothing was in it. */
  Optional<Part> root() {
    return root;
  }

  private void add(Part part) {
    Open inner = open.peek();
    if (inner == null) {
      root = Optional.of(part);
      return;
    }
    if (inner.fields == null) {
      if (inner.items.size() == MAX_ITEMS) {
        throw UnreadableManifest.at(
            inner.path, part.line(), "has too many items: allowed are at most " + MAX_ITEMS);
      }
      inner.items.add(part);
      return;
    }
    String field = inner.field;
    if (field == null) {
      throw new IllegalStateException("a value without the name of its field");
    }
    inner.fields.put(field, part);
    inner.field = null;
  }

  /** RFC 8785 section 3.2.2.2: half a pair of surrogates is no text. */
  private void requireUnicode(String text, int line) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw UnreadableManifest.at(
          path(), line, "has half a surrogate pair: allowed is Unicode text");
    }
  }
}
