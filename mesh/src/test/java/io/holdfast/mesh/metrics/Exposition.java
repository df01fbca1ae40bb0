package io.holdfast.mesh.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus's text format, read strictly: anything that is not as its description says is refused.
 *
 * @param types of each family, by name
 * @param helps one for each family
 * @param samples in order
 */
record Exposition(Map<String, String> types, Map<String, String> helps, List<Sample> samples) {

  /** One line. */
  record Sample(String name, Map<String, String> labels, double value) {}

  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\n\"])*)\"(?:,|$)");
  private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");

  static Exposition parse(String text) {
    if (!text.endsWith("\n")) {
      throw new IllegalArgumentException("the last line is cut off");
    }
    Map<String, String> types = new LinkedHashMap<>();
    Map<String, String> helps = new LinkedHashMap<>();
    List<Sample> samples = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      Matcher comment = COMMENT.matcher(line);
      if (comment.matches()) {
        Map<String, String> told = comment.group(1).equals("TYPE") ? types : helps;
        if (told.put(comment.group(2), comment.group(3)) != null) {
          throw new IllegalArgumentException("told twice: " + line);
        }
      } else if (!line.isEmpty()) {
        samples.add(sample(line));
      }
    }
    return new Exposition(types, helps, samples);
  }

  private static Sample sample(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no sample: " + line);
    }
    Map<String, String> labels = new TreeMap<>();
    String inBraces = parts.group(2) == null ? "" : parts.group(2);
    Matcher label = LABEL.matcher(inBraces);
    int end = 0;
    while (label.find() && label.start() == end) {
      if (labels.put(label.group(1), label.group(2)) != null) {
        throw new IllegalArgumentException("a label twice: " + line);
      }
      end = label.end();
    }
    if (end != inBraces.length()) {
      throw new IllegalArgumentException("labels: " + line);
    }
    return new Sample(parts.group(1), labels, number(parts.group(3)));
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** Names that an expression can ask for: of a histogram, those of its parts. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    samples.forEach(sample -> names.add(sample.name()));
    return names;
  }

  /** The metrics: a histogram is one. */
  Set<String> families() {
    return types.keySet();
  }

  boolean has(String family) {
    return types.containsKey(family);
  }

  /** Samples of that name that have at least these labels. */
  List<Sample> of(String name, Map<String, String> labels) {
    return samples.stream()
        .filter(
            sample ->
                sample.name().equals(name)
                    && sample.labels().entrySet().containsAll(labels.entrySet()))
        .toList();
  }

  /** The value of the only such sample. */
  double value(String name, Map<String, String> labels) {
    List<Sample> found = of(name, labels);
    if (found.size() != 1) {
      throw new IllegalArgumentException(name + labels + ": " + found);
    }
    return found.get(0).value();
  }
}
