package io.holdfast.chaos.live;

import io.holdfast.chaos.live.LiveNode.Direction;
import io.holdfast.chaos.live.TrialClient.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The leader does not hear members that hear it, or is not heard by members that it hears: neither
 * acknowledges, whatever it has accepted.
 */
final class OneWayLinks implements Scenario {

  private enum Variant {
    DEAF_TO_ALL,
    MUTE_TO_ALL,
    DEAF_TO_SOME_MUTE_TO_OTHERS,
    TOO_FEW_HEARD,
    JUST_ENOUGH_HEARD
  }

  private static final List<Variant> WITH_TWO =
      List.of(
          Variant.DEAF_TO_ALL,
          Variant.JUST_ENOUGH_HEARD,
          Variant.MUTE_TO_ALL,
          Variant.DEAF_TO_SOME_MUTE_TO_OTHERS);

  /** Where every member is needed, nothing may be broken for just enough to be heard. */
  private static final List<Variant> WITH_ALL =
      List.of(
          Variant.TOO_FEW_HEARD,
          Variant.DEAF_TO_ALL,
          Variant.MUTE_TO_ALL,
          Variant.DEAF_TO_SOME_MUTE_TO_OTHERS);

  private static final List<Variant> WITH_MORE =
      List.of(
          Variant.TOO_FEW_HEARD,
          Variant.DEAF_TO_ALL,
          Variant.JUST_ENOUGH_HEARD,
          Variant.MUTE_TO_ALL,
          Variant.DEAF_TO_SOME_MUTE_TO_OTHERS);

  @Override
  public List<Integer> quorums(int n) {
    return n == 3 ? List.of(2, 3) : List.of(Scenario.majority(n));
  }

  @Override
  public void play(Stage stage) {
    Variant variant = stage.turn(variants(stage));
    List<LiveNode> others = stage.others();
    int spared =
        switch (variant) {
          case TOO_FEW_HEARD -> stage.draw(1, stage.w() - 2);
          case JUST_ENOUGH_HEARD -> stage.w() - 1;
          default -> 0;
        };
    List<LiveNode> heard = others.subList(0, spared);
    List<LiveNode> broken = others.subList(spared, others.size());
    int split =
        switch (variant) {
          case MUTE_TO_ALL -> 0;
          case DEAF_TO_SOME_MUTE_TO_OTHERS -> stage.draw(1, broken.size() - 1);
          default -> broken.size();
        };
    List<LiveNode> unheard = broken.subList(0, split);
    List<LiveNode> untold = broken.subList(split, broken.size());
    play(stage, heard, unheard, untold);
  }

  private static List<Variant> variants(Stage stage) {
    if (stage.w() == 2) {
      return WITH_TWO;
    }
    return stage.w() == stage.n() ? WITH_ALL : WITH_MORE;
  }

  private static void play(
      Stage stage, List<LiveNode> heard, List<LiveNode> unheard, List<LiveNode> untold) {
    LiveNode leader = stage.leader();
    unheard.forEach(peer -> leader.block(peer, Direction.IN));
    untold.forEach(peer -> leader.block(peer, Direction.OUT));
    FaultReport before = leader.faults();
    Write write = stage.client().begin(leader);
    Answer answer = write.answer().join();
    if (!stage.proposed(answer)) {
      return;
    }
    int got = 1 + heard.size();
    boolean met = got >= stage.w();
    String verdict = met ? "committed" : got == 1 ? "unreachable" : "timeout";
    stage.verdict(answer, verdict, got, met ? 0 : stage.w() - got);
    List<LiveNode> acked = new ArrayList<>(heard);
    acked.add(leader);
    stage.states(answer, acked, "acked");
    stage.states(answer, unheard, "silent");
    stage.states(answer, untold, "silent");
    prove(stage, before, unheard, untold);

    Optional<String> outcome = stage.outcome(List.of(write));
    if (met || unheard.size() >= stage.w() - 1) {
      // They had accepted it, as many as make it chosen: no verdict can undo that.
      stage.claim(outcome.equals(Optional.of("committed")), "it took effect: " + outcome);
    }
  }

  private static void prove(
      Stage stage, FaultReport before, List<LiveNode> unheard, List<LiveNode> untold) {
    LiveNode leader = stage.leader();
    FaultReport after = leader.faults();
    if (!unheard.isEmpty()) {
      stage.injected(leader + " does not hear " + unheard);
      Waiting.until(
          "messages of " + unheard + " are lost",
          LiveNode.PATIENCE,
          () -> leader.faults().unheardFrom(unheard) > before.unheardFrom(unheard));
      stage.claim(after.heardFrom(unheard) == before.heardFrom(unheard), "none of them is heard");
    }
    if (!untold.isEmpty()) {
      stage.injected(leader + " is not heard by " + untold);
      stage.claim(after.unsaidTo(untold) > before.unsaidTo(untold), "messages to them are lost");
    }
  }
}
