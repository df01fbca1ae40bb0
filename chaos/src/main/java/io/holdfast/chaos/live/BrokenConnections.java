package io.holdfast.chaos.live;

import io.holdfast.chaos.live.TrialClient.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Connections to the leader that are slow, lose everything, or are reset, through a proxy. */
final class BrokenConnections implements Scenario {

  private enum Variant {
    SLOW,
    LOST,
    RESET
  }

  private static final int WRITES = 6;

  @Override
  public boolean proxied() {
    return true;
  }

  @Override
  public void play(Stage stage) {
    TcpProxy proxy = stage.mesh().proxyOf(stage.leader());
    switch (stage.turn(List.of(Variant.values()))) {
      case SLOW -> slow(stage, proxy);
      case LOST -> lose(stage, proxy);
      case RESET -> reset(stage, proxy);
    }
  }

  /** Slower than a round trip by far, faster than the deadline. */
  private static void slow(Stage stage, TcpProxy proxy) {
    LiveNode leader = stage.leader();
    Duration delay = stage.ackTimeout().dividedBy(4);
    long before = proxy.delayedBytes();
    proxy.delay(delay, delay.dividedBy(4));
    Write hasty = stage.client().begin(leader, "?wait=40ms");
    Write patient = stage.client().begin(leader);
    Answer first = hasty.answer().join();
    Answer last = patient.answer().join();
    if (!stage.proposed(first) || !stage.inHaste(first)) {
      return;
    }
    stage.injected("what " + leader + " hears is " + delay.toMillis() + " ms late, by a proxy");
    stage.claim(proxy.delayedBytes() > before, "bytes were delayed");
    stage.told(last, "committed");
    stage.course(List.of("in_flight", "committed"), List.of(first.verdict(), last.verdict()));
    stage.claim(last.count("got") >= stage.w(), "got at least w: " + last);
    for (Answer.Member member : last.members()) {
      stage.claim(
          member.node().equals(leader.id())
              || !member.state().equals("acked")
              || member.millis() >= delay.toMillis(),
          "no acknowledgement is sooner: " + last);
    }
    String outcome = stage.outcome(List.of(hasty, patient)).orElse("");
    stage.claim(outcome.equals("committed"), "both took effect: " + outcome);
  }

  /** The leader is heard, and hears nobody. */
  private static void lose(Stage stage, TcpProxy proxy) {
    LiveNode leader = stage.leader();
    long before = proxy.lostBytes();
    proxy.lose();
    Write write = stage.client().begin(leader);
    Answer answer = write.answer().join();
    if (!stage.proposed(answer)) {
      return;
    }
    stage.injected("what " + leader + " should hear is lost in a proxy");
    stage.claim(proxy.lostBytes() > before, "bytes were lost");
    stage.verdict(answer, "unreachable", 1, stage.w() - 1);
    stage.states(answer, stage.others(), "silent");
    String outcome = stage.outcome(List.of(write)).orElse("");
    stage.claim(outcome.equals("committed"), "they had accepted it: " + outcome);
  }

  /** Connections end again and again while writes are under way: each has one outcome. */
  private static void reset(Stage stage, TcpProxy proxy) {
    LiveNode leader = stage.leader();
    long before = proxy.resets();
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < WRITES; i++) {
      writes.add(stage.client().begin(leader));
      proxy.reset();
      Waiting.pause(Duration.ofMillis(stage.draw(5, 25)));
    }
    Answer last = writes.get(0).answer().join();
    for (Write write : writes) {
      last = write.answer().join();
      if (!stage.proposed(last)) {
        return;
      }
      stage.claim(
          List.of("committed", "timeout", "unreachable").contains(last.verdict()),
          "it is committed, or not met: " + last);
    }
    stage.injected("connections to " + leader + " are reset again and again");
    stage.claim(proxy.resets() > before, "connections were reset");
    // Accepts and acknowledgements are sent again, so the writes end well in the end.
    LiveNode restored = stage.mesh().restore();
    Answer again = stage.client().again(restored, writes.get(0));
    stage.told(again, "committed");
    var unused = stage.outcome(writes.subList(0, 1));
  }
}
