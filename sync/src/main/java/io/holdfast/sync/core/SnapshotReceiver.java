package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Receives a snapshot, beside the store in use, where the log that is missing is no longer to be
 * had: one chunk after the other, each durable before the next is asked for. A member that does not
 * answer is asked again, and then another one, which sends only what has not arrived yet. What is
 * damaged is dropped, and all begins anew. When no member has been of help it ends: the log may be
 * had by then, and if not, it is begun again.
 */
final class SnapshotReceiver {

  private enum Phase {
    IDLE,
    /** The store looks for what an earlier attempt has left. */
    PREPARING,
    /** Until the next member may be asked. */
    PAUSING,
    /** A member was asked for a snapshot. */
    ASKING,
    /** It was asked for a chunk. */
    RECEIVING,
    /** The store writes a chunk. */
    WRITING,
    /** The store checks what has arrived. */
    CHECKING,
    /** Ready to be put in place: nothing more happens here. */
    COMPLETE
  }

  private static final int MOST_DOUBLINGS = 10;

  private final ReplicaSettings replica;
  private final SnapshotSettings settings;
  private final Deque<MemberId> sources = new ArrayDeque<>();
  private Phase phase = Phase.IDLE;
  private Slot above = Slot.ZERO;

  /** Whether the store in use has diverged. */
  private boolean resync;

  /** Whether the store is still to drop what it may have of an earlier attempt. */
  private boolean afresh;

  private @Nullable MemberId source;
  private @Nullable SnapshotHead head;
  private long session;
  private long index;
  private long lastPlace;
  private long receivedBytes;
  private int tries;
  private int failures;
  private int slowChunks;
  private long untilNanos;
  private boolean cancelled;

  SnapshotReceiver(ReplicaSettings settings) {
    this.replica = settings;
    this.settings = settings.snapshots();
  }

  /** Whether a snapshot is wanted, and the log is not to be asked for. */
  boolean isActive() {
    return phase != Phase.IDLE;
  }

  /** Whether one is ready to be put in place. */
  boolean isComplete() {
    return phase == Phase.COMPLETE;
  }

  /**
   * Begins.
   *
   * @param members whom to ask, the best first
   * @param learned a snapshot of this slot or an earlier one is of no use
   */
  void begin(Collection<MemberId> members, Slot learned, List<ReplicaEffect> effects) {
    sources.clear();
    sources.addAll(members);
    above = learned;
    failures = 0;
    prepare(effects);
  }

  /**
   * Begins, in the place of a store that has diverged: the same slot will do, and nothing that an
   * earlier attempt has left.
   *
   * @param members whom to ask
   * @param applied a snapshot of an earlier slot is of no use
   */
  void resync(Collection<MemberId> members, Slot applied, List<ReplicaEffect> effects) {
    resync = true;
    afresh = true;
    begin(members, applied.equals(Slot.ZERO) ? applied : applied.previous(), effects);
  }

  /** The log was to be had after all, or nothing of what is received is wanted. */
  void cancel() {
    if (phase == Phase.PREPARING || phase == Phase.WRITING || phase == Phase.CHECKING) {
      cancelled = true;
    } else if (phase != Phase.COMPLETE) {
      end();
    }
  }

  private void end() {
    phase = Phase.IDLE;
    cancelled = false;
    resync = false;
    afresh = false;
    source = null;
    head = null;
    sources.clear();
  }

  private void prepare(List<ReplicaEffect> effects) {
    phase = Phase.PREPARING;
    head = null;
    effects.add(work(new SnapshotWork.Receive(afresh)));
  }

  // ---- The other members

  /** A member answers. */
  void heard(MemberId from, SnapshotMessage message, Now now, List<ReplicaEffect> effects) {
    if (!from.equals(source)) {
      return;
    }
    if (message instanceof SnapshotMessage.Offer offer && phase == Phase.ASKING) {
      offered(offer, now, effects);
    } else if (message instanceof SnapshotMessage.Refusal refusal) {
      refused(refusal, now);
    } else if (message instanceof SnapshotMessage.Chunk chunk
        && phase == Phase.RECEIVING
        && chunk.session() == session
        && chunk.index() == index
        && chunk.isIntact()) {
      arrived(chunk, effects);
    }
  }

  private void offered(SnapshotMessage.Offer offer, Now now, List<ReplicaEffect> effects) {
    if (offer.head().slot().isAtMost(above)) {
      failed(now);
      return;
    }
    head = offer.head();
    session = offer.session();
    index = 0;
    receivedBytes = 0;
    tries = 0;
    askChunk(now, effects);
  }

  private void askChunk(Now now, List<ReplicaEffect> effects) {
    phase = Phase.RECEIVING;
    untilNanos = now.nanosAfter(patience());
    send(new SnapshotMessage.AskChunk(session, index), effects);
  }

  /**
   * Doubled with every chunk that did not come in time, whoever was asked: where members may send
   * little, the one after a large chunk takes long, and all that is not resumed would be sent in
   * vain again and again.
   */
  private Duration patience() {
    Duration most = settings.sessionTimeout();
    Duration longer =
        settings.answerTimeout().multipliedBy(1L << Math.min(slowChunks, MOST_DOUBLINGS));
    return longer.compareTo(most) < 0 ? longer : most;
  }

  private void refused(SnapshotMessage.Refusal refusal, Now now) {
    if (phase == Phase.ASKING && refusal.session() == 0) {
      failed(now);
    } else if (phase == Phase.RECEIVING && refusal.session() == session) {
      // It has started again, or waited too long: the same one is as good as any other.
      again(now);
    }
  }

  private void arrived(SnapshotMessage.Chunk chunk, List<ReplicaEffect> effects) {
    tries = 0;
    if (chunk.last()) {
      phase = Phase.CHECKING;
      effects.add(work(new SnapshotWork.Finish()));
    } else {
      phase = Phase.WRITING;
      receivedBytes += chunk.bytes().size();
      effects.add(work(new SnapshotWork.Write(chunk.bytes())));
    }
  }

  // ---- The store

  /** The store answers. */
  void worked(SnapshotResult result, Slot learned, Now now, List<ReplicaEffect> effects) {
    if (cancelled) {
      end();
    } else if (result instanceof SnapshotResult.Receiving receiving && phase == Phase.PREPARING) {
      lastPlace = receiving.lastPlace();
      afresh = false;
      ask(now, effects);
    } else if (result instanceof SnapshotResult.Written written && phase == Phase.WRITING) {
      lastPlace = written.lastPlace();
      failures = 0;
      index++;
      askChunk(now, effects);
    } else if (result instanceof SnapshotResult.Whole whole && phase == Phase.CHECKING) {
      whole(whole.head(), learned, now, effects);
    } else if (result instanceof SnapshotResult.Unusable) {
      failed(now);
    }
  }

  private void whole(SnapshotHead received, Slot learned, Now now, List<ReplicaEffect> effects) {
    SnapshotHead offered = head;
    boolean asOffered =
        offered != null
            && offered.slot().equals(received.slot())
            && offered.chainHash().equals(received.chainHash());
    if (!asOffered) {
      failed(now);
    } else if (received.slot().isAtMost(resync ? above : learned)) {
      // The journal may be trimmed, and may have promised, by what lies above.
      end();
    } else {
      phase = Phase.COMPLETE;
      effects.add(new ReplicaEffect.SnapshotComplete(received, resync));
    }
  }

  // ---- Whom to ask, and when

  private void ask(Now now, List<ReplicaEffect> effects) {
    MemberId next = sources.peekFirst();
    if (next == null) {
      end();
      return;
    }
    source = next;
    phase = Phase.ASKING;
    untilNanos = now.nanosAfter(settings.answerTimeout());
    send(new SnapshotMessage.Ask(lastPlace, above), effects);
  }

  /** The member is asked for a new session, after a pause. */
  private void again(Now now) {
    tries++;
    if (tries >= settings.tries()) {
      failed(now);
    } else {
      pause(now);
    }
  }

  /** Another member is asked, after a pause; when each was, it ends. */
  private void failed(Now now) {
    failures++;
    tries = 0;
    MemberId useless = sources.pollFirst();
    if (useless != null) {
      sources.addLast(useless);
    }
    if (failures >= sources.size()) {
      end();
    } else {
      pause(now);
    }
  }

  private void pause(Now now) {
    phase = Phase.PAUSING;
    head = null;
    long doubled = replica.fetchBackoff().toNanos() << Math.min(failures, MOST_DOUBLINGS);
    long most = replica.maxFetchBackoff().toNanos();
    untilNanos = now.nanosAfter(Duration.ofNanos(doubled < 0 ? most : Math.min(doubled, most)));
  }

  /** Time has passed. */
  void tick(Now now, List<ReplicaEffect> effects) {
    if (!now.isAfter(untilNanos)) {
      return;
    }
    if (phase == Phase.PAUSING) {
      prepare(effects);
    } else if (phase == Phase.ASKING) {
      failed(now);
    } else if (phase == Phase.RECEIVING) {
      tries++;
      slowChunks++;
      if (tries < settings.tries()) {
        askChunk(now, effects);
      } else {
        failed(now);
      }
    }
  }

  private void send(SnapshotMessage message, List<ReplicaEffect> effects) {
    MemberId to = source;
    if (to != null) {
      effects.add(new ReplicaEffect.Send(to, message));
    }
  }

  private static ReplicaEffect work(SnapshotWork work) {
    return new ReplicaEffect.WorkOnSnapshot(work);
  }

  /** How far it is, while chunks come. */
  Optional<SnapshotProgress> progress() {
    MemberId from = source;
    SnapshotHead of = head;
    return from == null || of == null
        ? Optional.empty()
        : Optional.of(new SnapshotProgress(from, of.slot(), receivedBytes, of.bytes()));
  }
}
