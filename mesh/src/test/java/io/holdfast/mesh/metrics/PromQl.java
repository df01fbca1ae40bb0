package io.holdfast.mesh.metrics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics that an expression of Prometheus asks for, with the labels that it wants of each. It
 * reads words one after the other: what is followed by a bracket is a function, what stands in the
 * brackets behind {@code by} and the like are labels. Those of {@code by} and {@code without} stand
 * before what they are about, and are wanted of every metric in it.
 */
final class PromQl {

  /**
   * A metric.
   *
   * @param labels those by which it is chosen, or is summed up
   * @param values of labels, with the operator: {@code step="total"}
   */
  record Selected(String metric, Set<String> labels, Set<Value> values) {}

  /** What a label is to be. */
  record Value(String label, String operator, String text) {

    /** The values themselves: several where an expression offers them; none of a variable. */
    List<String> offered() {
      return text.contains("$") ? List.of() : List.of(text.split("\\|", -1));
    }
  }

  /** Labels of a list, and the depth of brackets in which they are wanted. */
  private record Scope(Set<String> labels, int depth) {}

  private static final Pattern WORD =
      Pattern.compile(
          "\\s+|(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')"
              + "|(\\[[^\\]]*])"
              + "|([a-zA-Z_:][a-zA-Z0-9_:]*)"
              + "|([0-9][0-9a-zA-Z.]*)"
              + "|([-+*/%^=!<>~(){},@])");

  private static final Set<String> SUMMING = Set.of("by", "without");

  private static final Set<String> MATCHING = Set.of("on", "ignoring", "group_left", "group_right");

  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "bool", "offset", "atan2", "inf", "nan");

  private final List<String> words = new ArrayList<>();
  private final List<Selected> selected = new ArrayList<>();
  private final Set<String> matched = new HashSet<>();
  private final Deque<Scope> scopes = new ArrayDeque<>();
  private int depth;
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

  /** The labels by which two sides are matched: {@code on}, {@code ignoring} and the like. */
  static Set<String> matching(String expression) {
    PromQl read = new PromQl(expression);
    read.readAll();
    return read.matched;
  }

  private String next() {
    return at < words.size() ? words.get(at) : "";
  }

  private void readAll() {
    while (at < words.size()) {
      String word = words.get(at++);
      if (word.equals("(")) {
        depth++;
      } else if (word.equals(")")) {
        close();
      } else if (Character.isLetter(word.charAt(0)) || word.charAt(0) == '_') {
        readName(word);
      }
    }
  }

  private void close() {
    depth--;
    while (!scopes.isEmpty() && scopes.peek().depth() > depth) {
      scopes.pop();
    }
  }

  private void readName(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    if (SUMMING.contains(lower)) {
      Set<String> labels = list();
      if (!next().equals("(")) {
        throw new IllegalArgumentException(lower + " has to stand before what it is about");
      }
      scopes.push(new Scope(labels, depth + 1));
    } else if (MATCHING.contains(lower)) {
      matched.addAll(list());
    } else if (!OPERATORS.contains(lower) && !next().equals("(") && !isAggregation()) {
      Set<String> labels = new HashSet<>();
      Set<Value> values = next().equals("{") ? matchers() : Set.of();
      values.forEach(value -> labels.add(value.label()));
      scopes.forEach(scope -> labels.addAll(scope.labels()));
      selected.add(new Selected(word, labels, values));
    }
  }

  /** {@code sum by (..) (..)}: what comes before a list of labels is a function, too. */
  private boolean isAggregation() {
    return SUMMING.contains(next());
  }

  private Set<String> list() {
    Set<String> labels = new HashSet<>();
    if (next().equals("(")) {
      at++;
      while (at < words.size() && !next().equals(")")) {
        String word = words.get(at++);
        if (!word.equals(",")) {
          labels.add(word);
        }
      }
      at++;
    }
    return labels;
  }

  private Set<Value> matchers() {
    Set<Value> values = new HashSet<>();
    at++;
    while (at < words.size() && !next().equals("}")) {
      String label = words.get(at++);
      if (label.equals(",")) {
        continue;
      }
      StringBuilder operator = new StringBuilder();
      while (at < words.size() && !next().isEmpty() && "=!~".contains(next())) {
        operator.append(words.get(at++));
      }
      String quoted = words.get(at++);
      values.add(new Value(label, operator.toString(), quoted.substring(1, quoted.length() - 1)));
    }
    at++;
    return values;
  }
}
