package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.AckFault;
import io.holdfast.chaos.live.TrialClient.Write;
import io.holdfast.config.core.ChaosSettings;
import io.holdfast.mesh.cli.DemoChapter;
import io.holdfast.mesh.cli.DemoStep;
import io.holdfast.mesh.client.LocalMesh;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What callers are told while the leader is cut off, once it is back, and while others are slow.
 */
public final class DemoStory implements DemoChapter {

  /** The demo has three nodes, and a majority of them must hold a write. */
  private static final int W = 2;

  private static final Duration SLOW = Duration.ofMillis(600);
  private static final Duration POLL = Duration.ofMillis(100);

  /** For {@link java.util.ServiceLoader}. */
  public DemoStory() {}

  @Override
  public List<String> nodeArguments() {
    return List.of("--set=" + ChaosSettings.ENABLED + "=on");
  }

  @Override
  public void play(LocalMesh local, Consumer<DemoStep> told) {
    String step = "cut";
    try (LiveMesh mesh = LiveMesh.around(local, W)) {
      TrialClient client = new TrialClient(mesh, "demo/told");
      LiveNode leader = mesh.restore();
      Write lost = cut(mesh, client, leader, told);
      step = "heal";
      LiveNode next = heal(mesh, lost, leader, told);
      step = "slow";
      slow(mesh, client, next, told);
      LiveNode unused = mesh.restore();
    } catch (NotInTime | UncheckedIOException | IllegalStateException e) {
      told.accept(new DemoStep(step, false, String.valueOf(e.getMessage())));
    }
  }

  private static Write cut(
      LiveMesh mesh, TrialClient client, LiveNode leader, Consumer<DemoStep> told) {
    List<LiveNode> others = mesh.othersThan(leader);
    long started = System.nanoTime();
    Cut cut = Cut.between(leader, others);
    Write lost = client.begin(leader);
    LiveNode next = mesh.awaitLeader(others);
    Answer beyond = client.begin(next).answer().join();
    double seconds = (System.nanoTime() - started) / 1e9;
    Answer answer = lost.answer().join();
    boolean ok =
        cut.isTight()
            && answer.verdict().equals("unreachable")
            && answer.count("got") == 1
            && answer.count("needed") == W - 1
            && beyond.verdict().equals("committed");
    told.accept(
        new DemoStep(
            "cut",
            ok,
            String.format(
                Locale.ROOT,
                "%s is cut off from all; its caller is told %s; %s leads and commits after %.1f s",
                leader,
                text(answer),
                next,
                seconds)));
    return lost;
  }

  private static LiveNode heal(
      LiveMesh mesh, Write lost, LiveNode former, Consumer<DemoStep> told) {
    long started = System.nanoTime();
    LiveNode leader = mesh.restore();
    double seconds = (System.nanoTime() - started) / 1e9;
    List<String> said =
        mesh.nodes().stream().map(node -> node.findWrite(lost.id()).code()).distinct().toList();
    told.accept(
        new DemoStep(
            "heal",
            said.equals(List.of("not_found")) && mesh.chains().size() == 1,
            String.format(
                Locale.ROOT,
                "%s agrees with the others after %.1f s; all nodes say of the write that was not"
                    + " acknowledged: %s",
                former,
                seconds,
                String.join(", ", said))));
    return leader;
  }

  private static void slow(
      LiveMesh mesh, TrialClient client, LiveNode leader, Consumer<DemoStep> told) {
    List<LiveNode> others = mesh.othersThan(leader);
    others.forEach(node -> node.changeAcks(leader, AckFault.delay(SLOW)));
    long started = System.nanoTime();
    Write write = client.begin(leader, "?wait=" + POLL.toMillis() + "ms");
    List<String> heard = new ArrayList<>();
    String code = write.answer().join().verdict();
    heard.add(code);
    while (code.equals("in_flight") && System.nanoTime() - started < LiveNode.PATIENCE.toNanos()) {
      Waiting.pause(POLL);
      code = client.ask(leader, write).verdict();
      heard.add(code);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    boolean slowed =
        others.stream().allMatch(node -> node.faults().changedAcksTo(leader) > 0)
            && seconds >= SLOW.toMillis() / 1e3;
    told.accept(
        new DemoStep(
            "slow",
            slowed && heard.get(0).equals("in_flight") && code.equals("committed"),
            String.format(
                Locale.ROOT,
                "%s acknowledge %d ms late; the caller is told %d times in_flight, then %s after"
                    + " %.1f s",
                others,
                SLOW.toMillis(),
                heard.stream().filter("in_flight"::equals).count(),
                code,
                seconds)));
  }

  private static String text(Answer answer) {
    return answer.verdict()
        + ", got "
        + answer.count("got")
        + " of "
        + answer.count("w")
        + ", needed "
        + answer.count("needed")
        + " more, "
        + answer.states();
  }
}
