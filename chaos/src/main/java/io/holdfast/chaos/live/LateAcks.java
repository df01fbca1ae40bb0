package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.AckFault;
import io.holdfast.chaos.live.TrialClient.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledgements come when the deadline has passed, some in the very moment in which the verdict
 * is made: none of them counts, and the verdict stays what it was; the writes take effect all the
 * same.
 */
final class LateAcks implements Scenario {

  private static final int WRITES = 6;

  /**
   * Apart from each other by less than a tick of the coordinator, so that some meet every phase.
   */
  private static final Duration APART = Duration.ofMillis(7);

  @Override
  public List<Integer> quorums(int n) {
    return n == 3 ? List.of(2, 3) : List.of(Scenario.majority(n));
  }

  @Override
  public void play(Stage stage) {
    LiveNode leader = stage.leader();
    int inTime = stage.draw(0, stage.w() - 2);
    List<LiveNode> prompt = stage.others().subList(0, inTime);
    List<LiveNode> late = stage.others().subList(inTime, stage.others().size());
    Duration delay = stage.ackTimeout().plusMillis(stage.draw(0, 4));
    late.forEach(node -> node.changeAcks(leader, AckFault.delay(delay)));
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < WRITES; i++) {
      writes.add(stage.client().begin(leader));
      Waiting.pause(APART);
    }
    List<Answer> answers = writes.stream().map(write -> write.answer().join()).toList();
    for (Answer answer : answers) {
      if (!stage.proposed(answer)) {
        return;
      }
      String verdict = inTime == 0 ? "unreachable" : "timeout";
      stage.verdict(answer, verdict, 1 + inTime, stage.w() - 1 - inTime);
      stage.states(answer, prompt, "acked");
      stage.states(answer, late, "late", "silent");
    }
    stage.injected(late + " acknowledge " + delay.toMillis() + " ms late");
    late.forEach(
        node ->
            stage.claim(node.faults().changedAcksTo(leader) >= 1, node + " held its answers back"));
    Waiting.until(
        "the late acknowledgements make the writes chosen",
        LiveNode.PATIENCE,
        () ->
            writes.stream()
                .allMatch(write -> stage.client().ask(leader, write).code().equals("committed")));
    late.forEach(LiveNode::heal);
    Answer again = stage.client().again(leader, writes.get(0));
    stage.claim(
        again.code().equals("committed") && again.json().path("replayed").asBoolean(),
        "sent again, it is answered from the record: " + again);
    String outcome = stage.outcome(writes).orElse("");
    stage.claim(outcome.equals("committed"), "all took effect: " + outcome);
  }
}
