package io.holdfast.mesh.core.story;

import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.quorum.core.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The events of a write in words. */
final class StoryText {

  private static final int MET = 0;
  private static final int LOCAL_WRITE_FAILED = 1;
  private static final int IN_FLIGHT = 2;
  private static final int NOT_MET = 3;
  private static final int COUNT_BITS = 8;

  private static final List<Verdict.Reason> REASONS = List.of(Verdict.Reason.values());

  private final NodeId self;
  private final List<NodeId> members;
  private final Places places;

  /**
   * @param members by their index
   */
  StoryText(NodeId self, List<NodeId> members, Places places) {
    this.self = self;
    this.members = members;
    this.places = places;
  }

  /** A verdict in a number: what it is, how many acknowledged, and how many were needed. */
  static long verdict(Verdict verdict) {
    long code =
        verdict instanceof Verdict.Met
            ? MET
            : verdict instanceof Verdict.LocalWriteFailed
                ? LOCAL_WRITE_FAILED
                : verdict instanceof Verdict.NotMet notMet
                    ? NOT_MET + REASONS.indexOf(notMet.reason())
                    : IN_FLIGHT;
    return code << (2 * COUNT_BITS)
        | (long) verdict.acks().got() << COUNT_BITS
        | verdict.acks().w();
  }

  Event event(Kind kind, long atMillis, long a, long b, int member, long arg) {
    boolean ofId = kind.ofId();
    List<NodeId> about = about(kind, member, arg);
    return new Event(
        atMillis,
        self,
        what(kind, a),
        ofId ? OptionalLong.empty() : OptionalLong.of(a),
        ofId || b < 0 ? OptionalLong.empty() : OptionalLong.of(b),
        about,
        detail(kind, a, b, about, arg));
  }

  private String what(Kind kind, long slot) {
    return kind == Kind.EXECUTED && places.isLost(slot) ? "superseded" : kind.code();
  }

  private List<NodeId> about(Kind kind, int member, long arg) {
    List<NodeId> about = new ArrayList<>();
    if (kind == Kind.PROPOSED) {
      for (int i = 0; i < members.size(); i++) {
        if ((arg >>> i & 1) == 1) {
          about.add(members.get(i));
        }
      }
    } else if (member < members.size()) {
      about.add(members.get(member));
    }
    return about;
  }

  private String detail(Kind kind, long a, long b, List<NodeId> about, long arg) {
    String who = about.stream().map(NodeId::value).collect(Collectors.joining(", "));
    return switch (kind) {
      case RECEIVED -> arg == 1 ? "a client asked to resolve it" : "a client asked for it";
      case FORWARDED -> "sent on to " + who;
      case ARRIVED -> who + " sent it on";
      case ADMITTED -> "prepared for the log";
      case NOT_ADMITTED -> "not prepared: " + code(arg);
      case REFUSED -> "given no place in the log: " + code(arg);
      case ANSWERED -> "the client was told " + code(arg);
      case PLACED -> "in slot " + a;
      case PROPOSED -> "%s under ballot %d sent to %s".formatted(slot(a), b, who);
      case ASKED_AGAIN -> "%s sent to %s again, %s".formatted(slot(a), who, times(arg));
      case ASKED -> "%s under ballot %d arrived from %s".formatted(slot(a), b, who);
      case PERSISTED -> "%s is on disk here".formatted(slot(a));
      case FETCHED -> "%s was fetched from another member and is on disk here".formatted(slot(a));
      case ACKNOWLEDGED -> who + " acknowledged";
      case REJECTED -> "%s refused: it has promised ballot %d".formatted(who, arg);
      case ALREADY_CHOSEN -> "%s says that %s was chosen before".formatted(who, slot(a));
      case DRIFTED -> who + " holds something else, or differs: its answer does not count";
      case VERDICT -> verdict(arg);
      case EXECUTED ->
          places.isLost(a)
              ? "slot %d was executed here with something else in it".formatted(a)
              : slot(a) + " was executed here";
    };
  }

  private String slot(long slot) {
    return "slot " + slot + (places.isResolve(slot) ? " (to resolve it)" : "");
  }

  private static String times(long times) {
    return times == 1 ? "once by now" : times + " times by now";
  }

  private static String code(long ordinal) {
    return OutcomeCode.values()[(int) ordinal].code();
  }

  private static String verdict(long packed) {
    int code = (int) (packed >>> (2 * COUNT_BITS));
    long got = packed >>> COUNT_BITS & (1 << COUNT_BITS) - 1;
    long w = packed & (1 << COUNT_BITS) - 1;
    String counts = "%d acknowledged, %d are needed".formatted(got, w);
    return switch (code) {
      case MET -> "met: " + counts;
      case LOCAL_WRITE_FAILED -> "the leader's own disk failed: " + counts;
      case IN_FLIGHT -> "in flight: " + counts;
      default -> "not met (%s): %s".formatted(REASONS.get(code - NOT_MET).code(), counts);
    };
  }
}
