package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.AckFault;
import io.holdfast.chaos.live.TrialClient.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledgements come around the deadline, then clearly after it: what counts is when each of
 * them came, also where the verdict is told a moment later; the verdict stays what it was; the
 * writes take effect all the same.
 */
final class LateAcks implements Scenario {

  /** As many slots as may be in flight. */
  private static final int AT_ONCE = 8;

  /** Apart from each other by less than a tick of the coordinator, so that all phases are met. */
  private static final Duration APART = Duration.ofMillis(5);

  /** So much after the deadline acknowledgements shall come, as far as that can be aimed at. */
  private static final double AIM_MILLIS = 3;

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
    List<Write> around = aroundTheDeadline(stage, late);
    if (stage.voided().isPresent()) {
      return;
    }
    awaitCommitted(stage, around);

    Duration delay = stage.ackTimeout().plusMillis(stage.draw(0, 4));
    late.forEach(node -> node.changeAcks(leader, AckFault.delay(delay)));
    List<Write> writes = begin(stage, stage.draw(2, 4));
    for (Write write : writes) {
      Answer answer = write.answer().join();
      if (!stage.proposed(answer)) {
        return;
      }
      String verdict = inTime == 0 ? "unreachable" : "timeout";
      stage.verdict(answer, verdict, 1 + inTime, stage.w() - 1 - inTime);
      stage.states(answer, prompt, "acked");
      stage.states(answer, late, "late", "silent");
    }
    stage.injected(late + " acknowledge " + delay.toMillis() + " ms late");
    awaitCommitted(stage, writes);
    for (LiveNode node : late) {
      stage.claim(
          stage.changedAcks(node) >= writes.size() + around.size(),
          node + " held all its answers back");
    }
    late.forEach(LiveNode::heal);
    Answer again = stage.client().again(leader, writes.get(0));
    stage.claim(
        again.code().equals("committed") && again.json().path("replayed").asBoolean(),
        "sent again, it is answered from the record: " + again);
    String outcome = stage.outcome(writes).orElse("");
    stage.claim(outcome.equals("committed"), "all took effect: " + outcome);
  }

  /** Some come in time and some do not; each answer must agree with the times that it names. */
  private static List<Write> aroundTheDeadline(Stage stage, List<LiveNode> late) {
    LiveNode leader = stage.leader();
    Answer prompt = stage.client().begin(leader).answer().join();
    double usual =
        prompt.members().stream()
            .filter(member -> !member.node().equals(leader.id()))
            .mapToDouble(Answer.Member::millis)
            .max()
            .orElse(0);
    double wanted = stage.ackTimeout().toMillis() + AIM_MILLIS - Math.max(0, usual);
    Duration delay = Duration.ofMillis(Math.max(1, Math.round(wanted)));
    late.forEach(node -> node.changeAcks(leader, AckFault.delay(delay)));
    List<Write> writes = begin(stage, AT_ONCE);
    for (Write write : writes) {
      Answer answer = write.answer().join();
      if (!stage.proposed(answer)) {
        return writes;
      }
      boolean met = answer.verdict().equals("committed");
      long acked =
          answer.members().stream().filter(member -> member.state().equals("acked")).count();
      stage.claim(acked == answer.count("got"), "got counts who acknowledged: " + answer);
      stage.claim(
          met == (acked >= stage.w()), "committed means w acknowledgements in time: " + answer);
      for (Answer.Member member : answer.members()) {
        boolean inTime = member.millis() <= stage.ackTimeout().toMillis();
        stage.claim(
            !member.state().equals(inTime ? "late" : "acked"),
            "acknowledged means by the deadline: " + answer);
      }
    }
    stage.injected(late + " acknowledge around the deadline");
    return writes;
  }

  private static List<Write> begin(Stage stage, int count) {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      writes.add(stage.client().begin(stage.leader()));
      Waiting.pause(APART);
    }
    return writes;
  }

  private static void awaitCommitted(Stage stage, List<Write> writes) {
    Waiting.until(
        "the late acknowledgements make the writes chosen",
        LiveNode.PATIENCE,
        () ->
            writes.stream()
                .allMatch(
                    write -> stage.client().ask(stage.leader(), write).code().equals("committed")));
  }
}
