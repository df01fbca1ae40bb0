package io.holdfast.chaos.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a transcript that matters to a failure: faults, starts and ends of processes, changes
 * of roles, all that names a slot or a write that the facts name, and the last lines.
 */
final class Excerpt {

  private static final int LAST_LINES = 40;
  private static final int MOST_LINES = 240;
  private static final int WIDEST = 220;
  private static final Pattern NAMED =
      Pattern.compile("slot \\d+\\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern TURN =
      Pattern.compile("\\*\\*\\*|!!!|killed|starts|leading|refused|fails");
  private static final Pattern IDLE = Pattern.compile("Heartbeat|Alive");

  private Excerpt() {}

  /**
   * @param transcript every line
   * @param facts of the failure
   */
  static List<String> of(List<String> transcript, String facts) {
    List<Pattern> named = new ArrayList<>();
    Matcher matcher = NAMED.matcher(facts);
    while (matcher.find() && named.size() < 8) {
      named.add(Pattern.compile(Pattern.quote(matcher.group()) + "\\b"));
    }
    Deque<String> chosen = new ArrayDeque<>();
    boolean gap = false;
    for (int i = 0; i < transcript.size(); i++) {
      String line = transcript.get(i);
      boolean matters =
          (i >= transcript.size() - LAST_LINES && !IDLE.matcher(line).find())
              || TURN.matcher(line).find()
              || named.stream().anyMatch(pattern -> pattern.matcher(line).find());
      if (matters) {
        if (gap) {
          chosen.add("     ...");
        }
        chosen.add(line.length() <= WIDEST ? line : line.substring(0, WIDEST) + "...");
      }
      gap = !matters;
    }
    while (chosen.size() > MOST_LINES) {
      chosen.removeFirst();
    }
    return List.copyOf(chosen);
  }
}
