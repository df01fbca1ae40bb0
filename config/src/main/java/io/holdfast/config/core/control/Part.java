package io.holdfast.config.core.control;

import java.util.List;
import java.util.Map;

/** A piece of a document, as JSON and YAML alike have it. There is no null, and no fraction. */
sealed interface Part {

  /** The line that it begins in, from 1. */
  int line();

  /** An object, in the order of the document. */
  record Fields(Map<String, Part> parts, int line) implements Part {}

  /** A list. */
  record Items(List<Part> parts, int line) implements Part {}

  /** Text. */
  record Text(String value, int line) implements Part {}

  /** A whole number that JSON keeps exactly everywhere. */
  record Whole(long value, int line) implements Part {}

  /** True or false. */
  record Flag(boolean value, int line) implements Part {}

  /** What it is, in words that show small values. */
  static String words(Part part) {
    if (part instanceof Text text) {
      return "text '" + text.value() + "'";
    }
    if (part instanceof Whole whole) {
      return "the number " + whole.value();
    }
    if (part instanceof Flag flag) {
      return String.valueOf(flag.value());
    }
    return part instanceof Items ? "a list" : "an object";
  }
}
