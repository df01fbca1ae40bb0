package io.holdfast.chaos.live;

import io.holdfast.chaos.live.TrialClient.Write;
import java.util.ArrayList;
import java.util.List;

/** The leader reaches some members, but fewer than w - 1: {@code timeout}, with exact numbers. */
final class TooFewLeft implements Scenario {

  @Override
  public List<Integer> quorums(int n) {
    // With three members and w = 2 nobody would be left.
    return n == 3 ? List.of(3) : List.of(Scenario.majority(n), Scenario.majority(n) + 1);
  }

  @Override
  public void play(Stage stage) {
    LiveNode leader = stage.leader();
    int left = stage.draw(1, stage.w() - 2);
    List<LiveNode> reached = stage.others().subList(0, left);
    List<LiveNode> away = stage.others().subList(left, stage.others().size());
    Cut cut = Cut.between(leader, away);
    Write write = stage.client().begin(leader);
    Answer answer = write.answer().join();
    if (!stage.proposed(answer)) {
      return;
    }
    cut.prove(stage);
    stage.verdict(answer, "timeout", 1 + left, stage.w() - 1 - left);
    List<LiveNode> acked = new ArrayList<>(reached);
    acked.add(leader);
    stage.states(answer, acked, "acked");
    stage.states(answer, away, "silent");
    var unused = stage.outcome(List.of(write));
  }
}
