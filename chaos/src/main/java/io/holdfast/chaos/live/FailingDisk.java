package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.AckFault;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.chaos.live.TrialClient.Write;
import io.holdfast.mesh.cli.Exit;
import java.util.List;

/**
 * The leader cannot write its journal: whoever waits is told {@code local_write_failed}, whatever
 * the others hold; the node stops with its exit code for a failed disk; the others go on.
 */
final class FailingDisk implements Scenario {

  @Override
  public void play(Stage stage) {
    LiveNode leader = stage.leader();
    boolean alone = stage.turn(List.of(true, false));
    if (alone) {
      // Nobody else has answered by the time that the disk has failed.
      stage.others().forEach(node -> node.changeAcks(leader, AckFault.delay(stage.ackTimeout())));
    }
    leader.failDisk(Database.JOURNAL);
    Write write = stage.client().begin(leader);
    Answer answer = write.answer().join();
    stage.injected(
        "the journal of " + leader + " fails" + (alone ? ", and nobody else answers" : ""));
    if (!stage.proposed(answer)) {
      return;
    }
    int got = answer.count("got");
    stage.claim(
        got >= 0 && got <= (alone ? 0 : stage.others().size()),
        "its own write does not count: " + answer);
    stage.verdict(answer, "local_write_failed", got, Math.max(1, stage.w() - got));
    stage.states(answer, List.of(leader), "silent");
    long acked = answer.members().stream().filter(member -> member.state().equals("acked")).count();
    stage.claim(acked == got, "got counts who is said to have acknowledged: " + answer);

    Waiting.until(leader + " stops", LiveNode.PATIENCE, () -> !leader.isAlive());
    int code = leader.exitCode().orElse(-1);
    stage.claim(code == Exit.IO.status(), "it exits with 5, not with " + code);
    stage.claim(leader.log().contains("injected: the disk fails"), "its log names the cause");
    stage.othersCommit();
    var unused = stage.outcome(List.of(write));
  }
}
