package io.holdfast.chaos.run;

import io.holdfast.chaos.live.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What callers were told when too few acknowledged their writes. Safe for several threads. */
final class QuorumVerdicts {

  /**
   * One such answer.
   *
   * @param reason unreachable, timeout, id_drift or local_write_failed
   * @param states what each member is said to have done
   */
  record QuorumVerdict(
      int node, long fromNanos, long toNanos, String reason, Map<String, String> states) {

    QuorumVerdict {
      states = Map.copyOf(states);
    }
  }

  private static final List<String> REASONS =
      List.of("unreachable", "timeout", "id_drift", "local_write_failed");

  private final int most;
  private final List<QuorumVerdict> verdicts = new ArrayList<>();
  private final Map<String, Long> counts = new TreeMap<>();

  /**
   * @param most how many are kept whole; all are counted
   */
  QuorumVerdicts(int most) {
    this.most = most;
  }

  /** Keeps an answer where it is such a verdict. */
  void add(int node, long fromNanos, long toNanos, Answer answer) {
    String reason = answer.verdict();
    if (!REASONS.contains(reason)) {
      return;
    }
    Map<String, String> states = new TreeMap<>();
    answer.members().forEach(member -> states.put(member.node(), member.state()));
    synchronized (this) {
      counts.merge(reason, 1L, Long::sum);
      if (verdicts.size() < most) {
        verdicts.add(new QuorumVerdict(node, fromNanos, toNanos, reason, states));
      }
    }
  }

  synchronized List<QuorumVerdict> all() {
    return List.copyOf(verdicts);
  }

  /** How many there were for each reason. */
  synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }
}
