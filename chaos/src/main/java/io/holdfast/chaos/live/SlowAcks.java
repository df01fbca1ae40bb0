package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.AckFault;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.chaos.live.TrialClient.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledgements come late, but before the deadline: the caller is told {@code in_flight}, then
 * {@code committed}, and never anything else in between.
 */
final class SlowAcks implements Scenario {

  private enum Variant {
    ALL_MEMBERS,
    ENOUGH_MEMBERS,
    OWN_DISK
  }

  /** With a tick of the node's, shorter than one write of a slow disk. */
  private static final Duration WAIT = Duration.ofMillis(20);

  /** A commit takes a few writes, and must be done by the deadline. */
  private static final Duration DISK_DELAY = Duration.ofMillis(70);

  private static final Duration POLL = Duration.ofMillis(30);

  @Override
  public void play(Stage stage) {
    LiveNode leader = stage.leader();
    Variant variant = stage.turn(List.of(Variant.values()));
    Duration delay = stage.ackTimeout().multipliedBy(2).dividedBy(5);
    List<LiveNode> slow =
        switch (variant) {
          case ALL_MEMBERS -> stage.others();
          // Those that are left are one too few.
          case ENOUGH_MEMBERS -> stage.others().subList(0, stage.n() - stage.w() + 1);
          case OWN_DISK -> List.of();
        };
    slow.forEach(node -> node.changeAcks(leader, AckFault.delay(delay)));
    if (variant == Variant.OWN_DISK) {
      leader.slowDisk(Database.JOURNAL, DISK_DELAY);
    }
    long started = System.nanoTime();
    Write patient = stage.client().begin(leader);
    Write hasty = stage.client().begin(leader, "?wait=" + WAIT.toMillis() + "ms");
    Answer first = hasty.answer().join();
    if (!stage.proposed(first) || !stage.inHaste(first)) {
      return;
    }
    List<String> heard = new ArrayList<>(List.of(first.verdict()));
    follow(stage, hasty, first, heard);
    Answer last = patient.answer().join();
    stage.told(last, "committed");
    // Never a failure in between.
    stage.course(List.of("in_flight", "committed"), heard);
    stage.claim(last.count("got") >= stage.w(), "got at least w: " + last);
    stage.claim(last.count("needed") == 0, "nothing is needed: " + last);
    prove(stage, slow, variant, last, elapsed(started), delay);
    String outcome = stage.outcome(List.of(patient, hasty)).orElse("");
    stage.claim(outcome.equals("committed"), "both took effect: " + outcome);
  }

  /** Asks where the first answer said, until it is committed. */
  private static void follow(Stage stage, Write write, Answer first, List<String> heard) {
    stage.claim(
        first.location().equals("/v1/writes/" + write.id()),
        "it says where to ask: " + first.location());
    long deadline = System.nanoTime() + LiveNode.PATIENCE.toNanos();
    while (!heard.get(heard.size() - 1).equals("committed") && System.nanoTime() < deadline) {
      Waiting.pause(POLL);
      Answer answer = stage.client().ask(stage.leader(), write);
      heard.add(answer.verdict());
    }
  }

  private static void prove(
      Stage stage,
      List<LiveNode> slow,
      Variant variant,
      Answer last,
      Duration took,
      Duration delay) {
    LiveNode leader = stage.leader();
    if (variant == Variant.OWN_DISK) {
      stage.injected(
          "each write of " + leader + "'s journal takes " + DISK_DELAY.toMillis() + " ms more");
      stage.claim(stage.slowedWrites(leader) > 0, "its disk was slow");
      stage.claim(
          millis(last, leader) >= DISK_DELAY.toMillis(),
          "its own acknowledgement took as long: " + last);
      return;
    }
    stage.injected(slow + " acknowledge " + delay.toMillis() + " ms late");
    for (LiveNode node : slow) {
      stage.claimSoon(() -> stage.changedAcks(node) > 0, node + " held its answers back");
      if (last.stateOf(node).equals("acked")) {
        stage.claim(
            millis(last, node) >= delay.toMillis(), node + " acknowledged no sooner: " + last);
      }
    }
    stage.claim(took.compareTo(delay) >= 0, "the commit took as long: " + took);
  }

  private static double millis(Answer answer, LiveNode node) {
    return answer.members().stream()
        .filter(member -> member.node().equals(node.id()))
        .mapToDouble(Answer.Member::millis)
        .findFirst()
        .orElse(-1);
  }

  private static Duration elapsed(long started) {
    return Duration.ofNanos(System.nanoTime() - started);
  }
}
