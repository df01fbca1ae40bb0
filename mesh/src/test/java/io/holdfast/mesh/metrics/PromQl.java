package io.holdfast.mesh.metrics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics that an expression of Prometheus asks for, with the labels that it wants of each. It
 * reads words one after the other: what is followed by a bracket is a function, what stands in the
 * brackets behind {@code by} and the like are labels.
 */
final class PromQl {

  /** A metric and the labels by which it is chosen. */
  record Selected(String metric, Set<String> labels) {}

  private static final Pattern WORD =
      Pattern.compile(
          "\\s+|(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')"
              + "|(\\[[^\\]]*])"
              + "|([a-zA-Z_:][a-zA-Z0-9_:]*)"
              + "|([0-9][0-9a-zA-Z.]*)"
              + "|([-+*/%^=!<>~(){},@])");

  private static final Set<String> LABEL_LISTS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "bool", "offset", "atan2", "inf", "nan");

  private final List<String> words = new ArrayList<>();
  private final List<Selected> selected = new ArrayList<>();
  private int at;

  private PromQl(String expression) {
    Matcher word = WORD.matcher(expression);
    int end = 0;
    while (word.find()) {
      if (word.start() != end) {
        break;
      }
      end = word.end();
      if (!word.group().isBlank()) {
        words.add(word.group());
      }
    }
    if (end != expression.length()) {
      throw new IllegalArgumentException("at " + end + ": " + expression);
    }
  }

  static List<Selected> metrics(String expression) {
    PromQl read = new PromQl(expression);
    read.readAll();
    return read.selected;
  }

  private String next() {
    return at < words.size() ? words.get(at) : "";
  }

  private void readAll() {
    while (at < words.size()) {
      String word = words.get(at++);
      if (!Character.isLetter(word.charAt(0)) && word.charAt(0) != '_') {
        continue;
      }
      String lower = word.toLowerCase(Locale.ROOT);
      if (LABEL_LISTS.contains(lower)) {
        skipList();
      } else if (!OPERATORS.contains(lower) && !next().equals("(") && !isAggregation()) {
        selected.add(new Selected(word, next().equals("{") ? matchers() : Set.of()));
      }
    }
  }

  /** {@code sum by (..) (..)}: what comes before a list of labels is a function, too. */
  private boolean isAggregation() {
    return next().equals("by") || next().equals("without");
  }

  private void skipList() {
    if (next().equals("(")) {
      while (at < words.size() && !words.get(at++).equals(")")) {
        // a label or a comma
      }
    }
  }

  private Set<String> matchers() {
    Set<String> labels = new HashSet<>();
    at++;
    while (at < words.size() && !words.get(at).equals("}")) {
      String word = words.get(at++);
      if (Character.isLetter(word.charAt(0)) || word.charAt(0) == '_') {
        labels.add(word);
      }
    }
    at++;
    return labels;
  }
}
