package io.holdfast.chaos.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/**
 * HTML, element by element. Text and the values of attributes come from runs and are escaped here,
 * always: nothing else writes them. Names of elements and attributes come from this package.
 */
final class Markup {

  /** After these a new line begins, for readers of the source. */
  private static final Set<String> BLOCKS =
      Set.of(
          "caption",
          "dd",
          "details",
          "div",
          "dl",
          "figcaption",
          "figure",
          "footer",
          "g",
          "h1",
          "h2",
          "h3",
          "head",
          "header",
          "li",
          "main",
          "meta",
          "noscript",
          "ol",
          "p",
          "pre",
          "script",
          "section",
          "style",
          "svg",
          "table",
          "tbody",
          "thead",
          "title",
          "tr");

  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder out = new StringBuilder(1 << 16);
  private final Deque<String> open = new ArrayDeque<>();

  Markup() {
    out.append("<!DOCTYPE html>\n");
  }

  /** Begins an element; {@code attributes} are names and values by turns. */
  Markup open(String tag, String... attributes) {
    tag(tag, attributes);
    open.push(tag);
    return this;
  }

  /** Ends the element that was begun last. */
  Markup close() {
    return end(open.pop());
  }

  /** An element that has neither content nor end. */
  Markup single(String tag, String... attributes) {
    tag(tag, attributes);
    return BLOCKS.contains(tag) ? line() : this;
  }

  /** An element with nothing but text in it. */
  Markup leaf(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  Markup text(String text) {
    escape(text);
    return this;
  }

  /**
   * A style or script of ours or of a library, as it is: both have no way to escape.
   *
   * @throws IllegalArgumentException if {@code content} would end the element or begin a comment
   */
  Markup embedded(String tag, String content, String... attributes) {
    String lower = content.toLowerCase(Locale.ROOT);
    if (lower.contains("</" + tag) || lower.contains("<!--")) {
      throw new IllegalArgumentException("content that a " + tag + " element cannot hold");
    }
    tag(tag, attributes);
    out.append(content);
    return end(tag);
  }

  /**
   * The document.
   *
   * @throws IllegalStateException if an element has not been ended
   */
  String document() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not ended: " + open);
    }
    return out.toString();
  }

  private void tag(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i + 1 < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
    out.append('>');
  }

  private Markup end(String tag) {
    out.append("</").append(tag).append('>');
    return BLOCKS.contains(tag) ? line() : this;
  }

  private Markup line() {
    out.append('\n');
    return this;
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      switch (each) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\n', '\t' -> out.append(each);
        default -> {
          if (Character.isHighSurrogate(each)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(each).append(text.charAt(++i));
          } else {
            // Half a character has no UTF-8, control characters have no place in HTML, and a change
            // of direction would turn what follows around.
            boolean none =
                Character.isSurrogate(each)
                    || Character.isISOControl(each)
                    || (each >= '\u202A' && each <= '\u202E')
                    || (each >= '\u2066' && each <= '\u2069');
            out.append(none ? REPLACEMENT : each);
          }
        }
      }
    }
  }
}
