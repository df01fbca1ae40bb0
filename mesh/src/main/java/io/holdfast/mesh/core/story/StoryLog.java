package io.holdfast.mesh.core.story;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a node sees of the writes of one group, from its front door to its disk. Ids are tied to
 * slots where a batch is proposed or accepted; the rest is said of slots. Not for several threads
 * at once.
 */
public final class StoryLog {

  private static final int REQUEST_BITS = 5;

  private final NodeId self;
  private final EventRing ring;
  private final List<NodeId> members;
  private final long startedMillis;

  // What was proposed lately, by slot: which ballot, the event, and how often each was asked.
  private final int window;
  private final long[] openSlot;
  private final long[] openRound;
  private final long[] openEvent;
  private final boolean[] openMet;
  private final long[] openDrifted;
  private final int[][] timesAsked;

  // Of the batch that is being scanned.
  private long scanSlot;
  private long scanMillis;
  private final EntryIds.Found placed = this::place;

  /**
   * @param self this node
   * @param window the most slots that a leader has in flight; from 1
   * @param nowMillis since when it remembers
   */
  public StoryLog(NodeId self, int window, long nowMillis) {
    this(self, window, nowMillis, new EventRing(), new ArrayList<>());
  }

  private StoryLog(
      NodeId self, int window, long startedMillis, EventRing ring, List<NodeId> members) {
    this.self = self;
    this.startedMillis = startedMillis;
    this.ring = ring;
    this.members = members;
    this.window = window;
    this.openSlot = new long[window];
    this.openRound = new long[window];
    this.openEvent = new long[window];
    this.openMet = new boolean[window];
    this.openDrifted = new long[window];
    this.timesAsked = new int[window][];
  }

  /**
   * The same memory, to be asked while more is seen: to look through all of it takes a hundred
   * times as long as to copy it.
   */
  public StoryLog copy() {
    return new StoryLog(self, 1, startedMillis, ring.copy(), new ArrayList<>(members));
  }

  private int index(MemberId member) {
    return index(member.node());
  }

  private int index(NodeId member) {
    int known = members.indexOf(member);
    if (known >= 0) {
      return known;
    }
    if (members.size() == EventRing.NOBODY - 11) {
      return EventRing.NOBODY; // more members than ever: a mask has 52 bits
    }
    members.add(member);
    return members.size() - 1;
  }

  private void ofId(Kind kind, long high, long low, int member, long arg, long nowMillis) {
    ring.add(kind, high, low, member, arg, nowMillis);
  }

  private void ofSlot(Kind kind, long slot, long round, int member, long arg, long nowMillis) {
    ring.add(kind, slot, round, member, arg, nowMillis);
  }

  /** It is remembered in memory only, so it may be another in another version. */
  @SuppressWarnings("EnumOrdinal")
  private static long number(OutcomeCode code) {
    return code.ordinal();
  }

  // ---- At the door

  /** A client asks for it. */
  public void received(WriteId id, boolean resolve, long nowMillis) {
    ofId(Kind.RECEIVED, id.high(), id.low(), EventRing.NOBODY, resolve ? 1 : 0, nowMillis);
  }

  /** It is sent on to the leader. */
  public void forwarded(ByteString command, MemberId to, long nowMillis) {
    int member = index(to);
    EntryIds.inCommand(
        command, (high, low, kind) -> ofId(Kind.FORWARDED, high, low, member, 0, nowMillis));
  }

  /** A peer has sent it on. */
  public void arrived(ByteString command, MemberId from, long nowMillis) {
    int member = index(from);
    EntryIds.inCommand(
        command, (high, low, kind) -> ofId(Kind.ARRIVED, high, low, member, 0, nowMillis));
  }

  /** The replica has prepared it. */
  public void admitted(WriteId id, long nowMillis) {
    ofId(Kind.ADMITTED, id.high(), id.low(), EventRing.NOBODY, 0, nowMillis);
  }

  /** The replica refused it. */
  public void notAdmitted(WriteId id, OutcomeCode code, long nowMillis) {
    ofId(Kind.NOT_ADMITTED, id.high(), id.low(), EventRing.NOBODY, number(code), nowMillis);
  }

  /** It has no place in the log. */
  public void refused(ByteString command, OutcomeCode code, long nowMillis) {
    EntryIds.inCommand(
        command,
        (high, low, kind) ->
            ofId(Kind.REFUSED, high, low, EventRing.NOBODY, number(code), nowMillis));
  }

  /** Its client is told. */
  public void answered(WriteId id, OutcomeCode code, long nowMillis) {
    ofId(Kind.ANSWERED, id.high(), id.low(), EventRing.NOBODY, number(code), nowMillis);
  }

  // ---- At the leader

  /** The coordinator asks a member's acceptor. */
  public void asks(MemberId to, AcceptorRequest request, long nowMillis) {
    if (!(request instanceof AcceptorRequest.Accept accept)) {
      return;
    }
    long slot = accept.slot().number();
    long round = accept.ballot().round();
    int open = (int) (slot % window);
    int member = index(to);
    if (openSlot[open] != slot || openRound[open] != round) {
      openSlot[open] = slot;
      openRound[open] = round;
      openMet[open] = false;
      openDrifted[open] = 0;
      if (timesAsked[open] == null) {
        timesAsked[open] = new int[EventRing.NOBODY];
      }
      Arrays.fill(timesAsked[open], 0);
      openEvent[open] = ring.next();
      ofSlot(Kind.PROPOSED, slot, round, EventRing.NOBODY, 0, nowMillis);
      scan(slot, accept.batch().bytes(), nowMillis);
    }
    if (member == EventRing.NOBODY) {
      return;
    }
    int times = ++timesAsked[open][member];
    if (times == 1) {
      if (openEvent[open] >= ring.first()) {
        ring.addToArg(openEvent[open], 1L << member);
      }
    } else if (Integer.bitCount(times - 1) == 1) {
      // Once more, twice, four times, and so on: one that stays away does not drown the rest.
      ofSlot(Kind.ASKED_AGAIN, slot, round, member, times - 1L, nowMillis);
    }
  }

  /** A member's acceptor answers. */
  public void replied(MemberId from, AcceptorReply reply, long nowMillis) {
    if (reply instanceof AcceptorReply.Accepted accepted) {
      ofSlot(
          Kind.ACKNOWLEDGED,
          accepted.slot().number(),
          accepted.ballot().round(),
          index(from),
          0,
          nowMillis);
    } else if (reply instanceof AcceptorReply.Rejected rejected
        && !rejected.slot().isAtMost(Slot.ZERO)) {
      ofSlot(
          Kind.REJECTED,
          rejected.slot().number(),
          rejected.refused().round(),
          index(from),
          rejected.promised().round(),
          nowMillis);
    } else if (reply instanceof AcceptorReply.AlreadyChosen chosen) {
      ofSlot(
          Kind.ALREADY_CHOSEN,
          chosen.slot().number(),
          chosen.ballot().round(),
          index(from),
          0,
          nowMillis);
    }
  }

  /**
   * The verdict of a slot is in. That it is met is said to each of its callers, and once more when
   * no acknowledgement is waited for any more: the first time counts, but for members that were
   * found to differ since.
   *
   * @param acks what came of each request by now
   */
  public void verdict(Slot slot, Verdict verdict, AckReport acks, long nowMillis) {
    int open = (int) (slot.number() % window);
    boolean known = openSlot[open] == slot.number();
    long round = known ? openRound[open] : -1;
    for (AckReport.MemberAck one : acks.members()) {
      int member = index(one.node());
      boolean said = known && member != EventRing.NOBODY && (openDrifted[open] >>> member & 1) == 1;
      if (one.state() == AckReport.State.DRIFTED && !said) {
        openDrifted[open] |= known && member != EventRing.NOBODY ? 1L << member : 0;
        ofSlot(Kind.DRIFTED, slot.number(), round, member, 0, nowMillis);
      }
    }
    if (verdict instanceof Verdict.Met && known) {
      if (openMet[open]) {
        return;
      }
      openMet[open] = true;
    }
    ofSlot(
        Kind.VERDICT,
        slot.number(),
        round,
        EventRing.NOBODY,
        StoryText.verdict(verdict),
        nowMillis);
  }

  // ---- At each member

  /** A leader asks this node's acceptor. */
  public void asked(MemberId from, AcceptorRequest request, long nowMillis) {
    if (request instanceof AcceptorRequest.Accept accept) {
      ofSlot(
          Kind.ASKED, accept.slot().number(), accept.ballot().round(), index(from), 0, nowMillis);
    }
  }

  /** This node's acceptor holds it durably. */
  public void persisted(AcceptedPair pair, long nowMillis) {
    long slot = pair.slot().number();
    long round = pair.ballot().round();
    ofSlot(Kind.PERSISTED, slot, round, EventRing.NOBODY, 0, nowMillis);
    int open = (int) (slot % window);
    if (openSlot[open] != slot || openRound[open] != round) {
      scan(slot, pair.batch().bytes(), nowMillis);
    }
  }

  /** This node's acceptor holds durably what was fetched. */
  public void fetched(Slot slot, long nowMillis) {
    ofSlot(Kind.FETCHED, slot.number(), -1, EventRing.NOBODY, 0, nowMillis);
  }

  /** This node's replica has executed it. */
  public void executed(Slot slot, long nowMillis) {
    ofSlot(Kind.EXECUTED, slot.number(), -1, EventRing.NOBODY, 0, nowMillis);
  }

  private void place(long high, long low, int request) {
    long what = scanSlot << REQUEST_BITS | Math.min(request, (1 << REQUEST_BITS) - 1);
    ring.add(Kind.PLACED, high, low, EventRing.NOBODY, what, scanMillis);
  }

  private void scan(long slot, ByteString batch, long nowMillis) {
    scanSlot = slot;
    scanMillis = nowMillis;
    EntryIds.inBatch(batch, placed);
  }

  // ---- What it tells

  /** Since when nothing is forgotten. */
  public long rememberedSinceMillis() {
    return ring.first() == 0 ? startedMillis : ring.atMillis(ring.first());
  }

  /**
   * What happened to a write here, in the order in which it did.
   *
   * @param id which
   * @param recorded the slot in which it was executed; absent where it was not
   */
  public List<Event> story(WriteId id, OptionalLong recorded) {
    Places places = new Places(recorded);
    long lastSlot = -1;
    long lastRound = -1;
    for (long at = ring.first(); at < ring.next(); at++) {
      Kind kind = ring.kind(at);
      if (kind == Kind.PROPOSED || kind == Kind.PERSISTED) {
        lastSlot = ring.a(at);
        lastRound = ring.b(at);
      } else if (kind == Kind.PLACED && ring.a(at) == id.high() && ring.b(at) == id.low()) {
        long slot = ring.arg(at) >>> REQUEST_BITS;
        boolean resolve = (ring.arg(at) & (1 << REQUEST_BITS) - 1) == EntryIds.RESOLVE;
        places.add(slot, slot == lastSlot ? lastRound : -1, resolve);
      }
    }
    List<Event> events = new ArrayList<>();
    StoryText text = new StoryText(self, members, places);
    for (long at = ring.first(); at < ring.next(); at++) {
      Kind kind = ring.kind(at);
      places.sees(kind, ring.a(at), ring.b(at));
      boolean itsOwn =
          kind.ofId()
              ? kind != Kind.PLACED && ring.a(at) == id.high() && ring.b(at) == id.low()
              : places.has(ring.a(at), ring.b(at));
      if (itsOwn) {
        events.add(
            text.event(
                kind, ring.atMillis(at), ring.a(at), ring.b(at), ring.member(at), ring.arg(at)));
      }
    }
    return events;
  }
}
