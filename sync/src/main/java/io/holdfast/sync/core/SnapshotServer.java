package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends snapshots to members that lag: a few at a time, one chunk in memory for each, no faster
 * than allowed. It answers and never pushes; whoever falls silent loses the session, and asks for
 * another one that leaves out what has arrived.
 */
final class SnapshotServer {

  /** One that is sent. */
  private static final class Session {
    final long number;
    final MemberId to;
    final long afterPlace;
    final Slot above;
    @Nullable SnapshotHead head;
    // The chunk that was read last; -1 while none was.
    long index = -1;
    ByteString chunk = ByteString.EMPTY;
    boolean last;
    boolean reading;
    boolean owed;
    long heardNanos;

    Session(long number, MemberId to, SnapshotMessage.Ask ask, Now now) {
      this.number = number;
      this.to = to;
      this.afterPlace = ask.afterPlace();
      this.above = ask.above();
      this.heardNanos = now.monotonicNanos();
    }
  }

  private final SnapshotSettings settings;
  private final CatchUpRate rate;
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private long lastNumber;
  private boolean stopped;
  private boolean undecided;

  SnapshotServer(SnapshotSettings settings, CatchUpRate rate) {
    this.settings = settings;
    this.rate = rate;
  }

  /** What could be sent is not what the log means: nothing is, any more. */
  void stop(List<ReplicaEffect> effects) {
    stopped = true;
    List.copyOf(sessions.values()).forEach(session -> end(session, effects));
  }

  /**
   * Whether it may be this replica that is wrong. What it sent then would count as a second witness
   * of the same mistake, and could make a majority of it.
   */
  void undecided(boolean is, List<ReplicaEffect> effects) {
    undecided = is;
    if (is) {
      List.copyOf(sessions.values()).forEach(session -> end(session, effects));
    }
  }

  /** A member asks. */
  void asked(
      MemberId from, SnapshotMessage.Ask ask, Slot durable, Now now, List<ReplicaEffect> effects) {
    if (stopped) {
      refuse(from, 0, SnapshotMessage.Reason.NOT_AHEAD, effects);
      return;
    }
    if (undecided) {
      refuse(from, 0, SnapshotMessage.Reason.BUSY, effects);
      return;
    }
    Optional<Session> known =
        sessions.values().stream().filter(session -> session.to.equals(from)).findFirst();
    if (known.isPresent() && isAskedAgain(known.orElseThrow(), ask)) {
      known.orElseThrow().heardNanos = now.monotonicNanos();
      offer(known.orElseThrow(), effects);
      return;
    }
    known.ifPresent(session -> end(session, effects));
    if (durable.isAtMost(ask.above())) {
      refuse(from, 0, SnapshotMessage.Reason.NOT_AHEAD, effects);
      return;
    }
    if (sessions.size() >= settings.maxSessions()) {
      // Whoever has been sent everything needs the session only if the last message was lost.
      sessions.values().stream()
          .filter(session -> session.last && !session.owed)
          .findFirst()
          .ifPresent(done -> end(done, effects));
    }
    if (sessions.size() >= settings.maxSessions()) {
      refuse(from, 0, SnapshotMessage.Reason.BUSY, effects);
      return;
    }
    // Other numbers than before a restart: a chunk of an old session must not pass for one of a new
    // one. Where the clock was set back, the checksum over all chunks finds it.
    lastNumber = Math.max(lastNumber, Math.max(0, now.wallMillis())) + 1;
    sessions.put(lastNumber, new Session(lastNumber, from, ask, now));
    effects.add(work(new SnapshotWork.Open(lastNumber, ask.afterPlace())));
  }

  /** A repeated question, while no chunk was read that the asking member may lack. */
  private static boolean isAskedAgain(Session session, SnapshotMessage.Ask ask) {
    return session.index < 0
        && !session.reading
        && session.afterPlace == ask.afterPlace()
        && session.above.equals(ask.above());
  }

  private static void offer(Session session, List<ReplicaEffect> effects) {
    SnapshotHead head = session.head;
    if (head != null) {
      effects.add(
          new ReplicaEffect.Send(session.to, new SnapshotMessage.Offer(session.number, head)));
    }
  }

  /** A member asks for a chunk. */
  void asked(MemberId from, SnapshotMessage.AskChunk ask, Now now, List<ReplicaEffect> effects) {
    Session session = sessions.get(ask.session());
    if (session == null || !session.to.equals(from)) {
      refuse(from, ask.session(), SnapshotMessage.Reason.UNKNOWN_SESSION, effects);
      return;
    }
    session.heardNanos = now.monotonicNanos();
    if (session.head == null || session.reading) {
      return;
    }
    if (ask.index() == session.index) {
      session.owed = true;
      sendOwed(now, effects);
    } else if (ask.index() == session.index + 1 && !session.last) {
      session.reading = true;
      session.owed = false;
      session.chunk = ByteString.EMPTY;
      effects.add(work(new SnapshotWork.ReadChunk(session.number)));
    }
  }

  /** The store has pinned a state. */
  void opened(SnapshotResult.Opened opened, List<ReplicaEffect> effects) {
    Session session = sessions.get(opened.session());
    if (session == null) {
      // It has ended since; what was said then may have come before there was anything to close.
      effects.add(work(new SnapshotWork.Close(opened.session())));
    } else if (opened.head().slot().isAtMost(session.above)) {
      end(session, effects);
      refuse(session.to, 0, SnapshotMessage.Reason.NOT_AHEAD, effects);
    } else {
      session.head = opened.head();
      offer(session, effects);
    }
  }

  /** The store has read a chunk. */
  void read(SnapshotResult.ChunkRead read, Now now, List<ReplicaEffect> effects) {
    Session session = sessions.get(read.session());
    if (session != null) {
      session.reading = false;
      session.index++;
      session.chunk = read.chunk().orElse(ByteString.EMPTY);
      session.last = read.chunk().isEmpty();
      session.owed = true;
      sendOwed(now, effects);
    }
  }

  /** Time has passed. */
  void tick(Now now, List<ReplicaEffect> effects) {
    long patience = settings.sessionTimeout().toNanos();
    List<Session> silent = new ArrayList<>(sessions.values());
    silent.removeIf(session -> now.nanosSince(session.heardNanos) <= patience);
    silent.forEach(session -> end(session, effects));
    sendOwed(now, effects);
  }

  /** Sends what is ready, as far as it is allowed by now; sessions take turns. */
  private void sendOwed(Now now, List<ReplicaEffect> effects) {
    for (Session session : List.copyOf(sessions.values())) {
      if (session.owed && rate.mayChunk(sentBytes(), now)) {
        session.owed = false;
        rate.chunk(session.chunk.size());
        effects.add(
            new ReplicaEffect.Send(
                session.to,
                SnapshotMessage.Chunk.of(
                    session.number, session.index, session.chunk, session.last)));
        sessions.remove(session.number);
        sessions.put(session.number, session);
      }
    }
  }

  /** How large all that is sent is. */
  private long sentBytes() {
    long bytes = 0;
    for (Session session : sessions.values()) {
      SnapshotHead head = session.head;
      bytes += head == null ? 0 : head.bytes();
    }
    return bytes;
  }

  private void end(Session session, List<ReplicaEffect> effects) {
    sessions.remove(session.number);
    effects.add(work(new SnapshotWork.Close(session.number)));
  }

  private static void refuse(
      MemberId to, long session, SnapshotMessage.Reason reason, List<ReplicaEffect> effects) {
    effects.add(new ReplicaEffect.Send(to, new SnapshotMessage.Refusal(session, reason)));
  }

  private static ReplicaEffect work(SnapshotWork work) {
    return new ReplicaEffect.WorkOnSnapshot(work);
  }

  /** How many are sent now. */
  int sessions() {
    return sessions.size();
  }
}
