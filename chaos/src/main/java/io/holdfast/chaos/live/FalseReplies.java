package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.AckFault;
import io.holdfast.chaos.fault.AckFault.Kind;
import io.holdfast.chaos.live.TrialClient.Write;
import java.util.ArrayList;
import java.util.List;

/** Replies that must not count: duplicates, strangers', those of other slots, and any order. */
final class FalseReplies implements Scenario {

  private static final int COPIES = 5;
  private static final int TOGETHER = 4;

  private static final List<Kind> TURNS =
      List.of(Kind.DUPLICATE, Kind.STRANGER, Kind.INCARNATION, Kind.BOOT, Kind.STALE, Kind.REORDER);

  @Override
  public List<Integer> quorums(int n) {
    // One true acknowledgement must be too few.
    return n == 3 ? List.of(3) : List.of(Scenario.majority(n));
  }

  @Override
  public void play(Stage stage) {
    Kind kind = stage.turn(TURNS);
    if (kind == Kind.REORDER) {
      reorder(stage);
    } else {
      falsify(stage, kind);
    }
  }

  private static void falsify(Stage stage, Kind kind) {
    LiveNode leader = stage.leader();
    LiveNode speaker = stage.others().get(0);
    List<LiveNode> away = stage.others().subList(1, stage.others().size());
    long strangers = leader.counter("strangers");
    Cut cut = Cut.between(leader, away);
    speaker.changeAcks(
        leader, kind == Kind.DUPLICATE ? new AckFault(kind, COPIES) : AckFault.of(kind));
    Write write = stage.client().begin(leader);
    Answer answer = write.answer().join();
    if (!stage.proposed(answer)) {
      return;
    }
    boolean inOthersNames = kind == Kind.INCARNATION || kind == Kind.BOOT;
    cut.prove(stage, inOthersNames ? stage.changedAcks(speaker) * away.size() : 0);
    stage.injected(says(speaker, kind));
    stage.claim(stage.changedAcks(speaker) > 0, speaker + " has said so");
    if (kind == Kind.STALE) {
      stage.verdict(answer, "unreachable", 1, stage.w() - 1);
      stage.states(answer, List.of(speaker), "silent");
    } else {
      stage.verdict(answer, "timeout", 2, stage.w() - 2);
      stage.states(answer, List.of(leader, speaker), "acked");
    }
    stage.states(answer, away, "silent");
    if (kind == Kind.STRANGER || inOthersNames) {
      long forged = leader.counter("strangers") - strangers;
      stage.claim(forged > 0, "the forged ones came, and were counted as strangers': " + forged);
    }
    var unused = stage.outcome(List.of(write));
  }

  private static String says(LiveNode speaker, Kind kind) {
    return speaker
        + switch (kind) {
          case DUPLICATE -> " acknowledges " + (COPIES + 1) + " times";
          case STRANGER -> " acknowledges also in the name of a node that is none of the mesh's";
          case INCARNATION -> " acknowledges also for the others, in incarnations they never had";
          case BOOT -> " acknowledges also for the others, in boots they never had";
          default -> " acknowledges an earlier write again";
        };
  }

  /**
   * Several slots at once, their acknowledgements in the opposite order: all commit, none twice.
   */
  private static void reorder(Stage stage) {
    LiveNode leader = stage.leader();
    stage.others().forEach(node -> node.changeAcks(leader, new AckFault(Kind.REORDER, TOGETHER)));
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < TOGETHER; i++) {
      writes.add(stage.client().begin(leader));
    }
    for (Write write : writes) {
      Answer answer = write.answer().join();
      if (!stage.proposed(answer)) {
        return;
      }
      stage.told(answer, "committed");
      long acked =
          answer.members().stream().filter(member -> member.state().equals("acked")).count();
      stage.claim(acked == answer.count("got"), "got counts each member once: " + answer);
      stage.claim(answer.count("got") >= stage.w(), "got at least w: " + answer);
    }
    stage.injected("all acknowledge in the opposite order");
    for (LiveNode node : stage.others()) {
      stage.claim(stage.changedAcks(node) > 0, node + " has gathered its acknowledgements");
    }
    String outcome = stage.outcome(writes).orElse("");
    stage.claim(outcome.equals("committed"), "all took effect: " + outcome);
  }
}
