package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.Base64;

/** What somebody wrote, as it may stand in a message: one line, and not too long. */
final class Quoted {

  private static final int LONGEST = 48;
  private static final String CUT = "...";

  private Quoted() {}

  /** The text without characters that steer a terminal, cut past 48. */
  static String shortened(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .map(character -> isHarmless(character) ? character : '?')
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > LONGEST ? shown + CUT : shown.toString();
  }

  /** The start of keys: text where it is some, else Base64. */
  static String prefix(ByteString prefix) {
    if (prefix.isEmpty()) {
      return "everything";
    }
    String text = prefix.isValidUtf8() ? prefix.toStringUtf8() : "";
    return !text.isEmpty() && text.codePoints().allMatch(Quoted::isPlain)
        ? text
        : "base64:" + Base64.getEncoder().encodeToString(prefix.toByteArray());
  }

  private static boolean isPlain(int character) {
    return isHarmless(character) && !Character.isWhitespace(character);
  }

  private static boolean isHarmless(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
              Character.FORMAT,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
