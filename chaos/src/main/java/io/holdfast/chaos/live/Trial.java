package io.holdfast.chaos.live;

import java.time.Duration;
import java.util.List;

/**
 * What came of one trial.
 *
 * @param kind what it was about
 * @param number which one of its class and size, from 1
 * @param n members
 * @param w how many must hold a write
 * @param cut what was injected
 * @param expected the verdict that the caller had to be told
 * @param observed the one that it was told
 * @param got acknowledgements, as told; -1 where the answer has none
 * @param needed how many were lacking, as told; -1 where the answer does not say
 * @param members what each member did, as told
 * @param failures claims that did not hold; empty for a good trial
 * @param attempts how often it was begun: leadership may move before the write is proposed
 * @param took from the first attempt to the last answer
 */
public record Trial(
    AckClass kind,
    int number,
    int n,
    int w,
    String cut,
    String expected,
    String observed,
    int got,
    int needed,
    List<Answer.Member> members,
    List<String> failures,
    int attempts,
    Duration took) {

  public Trial {
    members = List.copyOf(members);
    failures = List.copyOf(failures);
  }

  /** Whether every claim held. */
  public boolean ok() {
    return failures.isEmpty();
  }
}
