package io.holdfast.chaos.run;

import io.holdfast.chaos.live.Answer;
import java.util.ArrayList;
import java.util.List;

/**
 * What each request took, and how it ended. Safe for use by several threads; as many as there is
 * room for, since a run ends with it.
 */
final class Samples {

  /**
   * One request.
   *
   * @param node which node was asked, from 0
   * @param writes whether it asks for a change
   * @param word what was answered: {@code committed}, {@code read}, a problem's reason or code, or
   *     {@code no answer}
   */
  record Sample(long fromNanos, long toNanos, int node, boolean writes, String word) {

    /** Whether it is a write that took effect. */
    boolean committed() {
      return writes && word.equals(COMMITTED);
    }
  }

  static final String COMMITTED = "committed";
  static final String READ = "read";

  private final int most;
  private final List<Sample> samples = new ArrayList<>();
  private long left;

  /**
   * @param most how many are kept
   */
  Samples(int most) {
    this.most = most;
  }

  synchronized void add(Sample sample) {
    if (samples.size() < most) {
      samples.add(sample);
    } else {
      left++;
    }
  }

  /** What there is, in order of their ends, more or less. */
  synchronized List<Sample> all() {
    return List.copyOf(samples);
  }

  /** How many there was no room for. */
  synchronized long left() {
    return left;
  }

  /** How a request ended, in one word. */
  static String word(boolean writes, Answer answer) {
    if (answer.status() == 0) {
      return "no answer";
    }
    boolean found = answer.status() == 200 || (!writes && answer.status() == 404);
    if (!writes && found) {
      return READ;
    }
    String verdict = answer.verdict();
    return verdict.equals("no answer") ? "HTTP " + answer.status() : verdict;
  }
}
