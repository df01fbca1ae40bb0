package io.holdfast.chaos.live;

import io.holdfast.chaos.live.TrialClient.Write;
import java.util.List;

/**
 * The leader is cut off from everyone: its write ends {@code unreachable}; the others elect and
 * commit; the healed node agrees with them.
 */
final class CutOffLeader implements Scenario {

  @Override
  public void play(Stage stage) {
    LiveNode leader = stage.leader();
    Cut cut = Cut.between(leader, stage.others());
    Write write = stage.client().begin(leader);
    Answer answer = write.answer().join();
    if (!stage.proposed(answer)) {
      return;
    }
    cut.prove(stage);
    stage.verdict(answer, "unreachable", 1, stage.w() - 1);
    stage.states(answer, List.of(leader), "acked");
    stage.states(answer, stage.others(), "silent");

    stage.othersCommit();
    Answer refused = stage.client().begin(leader).answer().join();
    stage.claim(
        !refused.verdict().equals("committed"), "whoever is cut off commits nothing: " + refused);

    String outcome = stage.outcome(List.of(write)).orElse("");
    // It was accepted nowhere else, and its slot was decided without it.
    stage.claim(outcome.equals("not_found"), "the write took no effect: " + outcome);
  }
}
