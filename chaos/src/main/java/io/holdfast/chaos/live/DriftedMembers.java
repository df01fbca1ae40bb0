package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.AckFault;
import io.holdfast.chaos.live.TrialClient.Write;
import java.util.List;

/**
 * Members that store another batch, or have executed another history: they never count; {@code
 * id_drift} where they would have made the quorum, and not otherwise.
 */
final class DriftedMembers implements Scenario {

  private enum Variant {
    WOULD_HAVE_MADE_IT,
    MET_WITHOUT_THEM,
    TOO_FEW_ANYWAY
  }

  @Override
  public List<Integer> quorums(int n) {
    return n == 3 ? List.of(2, 3) : List.of(Scenario.majority(n));
  }

  @Override
  public void play(Stage stage) {
    int others = stage.others().size();
    int w = stage.w();
    // With w = 2 one drifted member makes up the quorum; with w = n nothing is met without all.
    List<Variant> possible =
        w == 2
            ? List.of(Variant.WOULD_HAVE_MADE_IT, Variant.MET_WITHOUT_THEM)
            : w == stage.n()
                ? List.of(Variant.WOULD_HAVE_MADE_IT, Variant.TOO_FEW_ANYWAY)
                : List.of(Variant.values());
    int agreeing;
    int drifted;
    switch (stage.turn(possible)) {
      case WOULD_HAVE_MADE_IT -> {
        agreeing = stage.draw(0, w - 2);
        drifted = stage.draw(w - 1 - agreeing, others - agreeing);
      }
      case MET_WITHOUT_THEM -> {
        agreeing = w - 1;
        drifted = stage.draw(1, others - agreeing);
      }
      default -> {
        agreeing = stage.draw(0, w - 3);
        drifted = stage.draw(1, w - 2 - agreeing);
      }
    }
    play(
        stage,
        stage.others().subList(0, agreeing),
        stage.others().subList(agreeing, agreeing + drifted),
        stage.others().subList(agreeing + drifted, others));
  }

  private static void play(
      Stage stage, List<LiveNode> agreeing, List<LiveNode> drifted, List<LiveNode> away) {
    LiveNode leader = stage.leader();
    AckFault.Kind kind = stage.draw(0, 1) == 0 ? AckFault.Kind.DIGEST : AckFault.Kind.CHAIN;
    drifted.forEach(node -> node.changeAcks(leader, AckFault.of(kind)));
    Cut cut = Cut.between(leader, away);
    Write write = stage.client().begin(leader);
    Answer answer = write.answer().join();
    if (!stage.proposed(answer)) {
      return;
    }
    cut.prove(stage);
    stage.injected(
        drifted
            + " answer with another "
            + (kind == AckFault.Kind.DIGEST ? "digest" : "chain hash"));
    for (LiveNode node : drifted) {
      Waiting.until(
          node + " answers with something else",
          LiveNode.PATIENCE,
          () -> stage.changedAcks(node) > 0);
    }
    int got = 1 + agreeing.size();
    boolean met = got >= stage.w();
    String verdict = met ? "committed" : got + drifted.size() >= stage.w() ? "id_drift" : "timeout";
    stage.verdict(answer, verdict, got, met ? 0 : stage.w() - got);
    stage.states(answer, agreeing, "acked");
    if (met) {
      stage.states(answer, drifted, "drifted", "silent"); // the answer does not wait for them
    } else {
      stage.states(answer, drifted, "drifted");
    }
    stage.states(answer, away, "silent");
    if (agreeing.size() + away.size() < stage.w() - 1) {
      // Whoever has answered is not asked again by this leader: another one must have it chosen.
      leader.kill();
    }
    var unused = stage.outcome(List.of(write));
  }
}
