package io.holdfast.mesh.actor;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.Request;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.core.story.StoryLog;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.actor.AdmitReply;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what this node sees of a group's writes ({@link StoryLog}): told by the door, the links and
 * the replica, each with one line. For any thread; a lock around some stores into arrays.
 */
final class FlightRecorder {

  private final StoryLog log;
  private final LongSupplier wallMillis;

  /**
   * @param window the most slots that a leader has in flight
   */
  FlightRecorder(NodeId self, int window, LongSupplier wallMillis) {
    this.wallMillis = wallMillis;
    this.log = new StoryLog(self, window, wallMillis.getAsLong());
  }

  // ---- The door

  synchronized void received(WriteCommand write) {
    log.received(write.id(), write.command() instanceof Command.Resolve, now());
  }

  synchronized void answered(WriteId id, OutcomeCode code) {
    log.answered(id, code, now());
  }

  /** Something is sent to a peer on behalf of a client, or in answer to one. */
  void sent(MemberId to, OfGroup message) {
    if (message instanceof Forward forward && forward.request() instanceof Request.Write write) {
      synchronized (this) {
        log.forwarded(write.command(), to, now());
      }
    }
  }

  void arrived(MemberId from, Forward forward) {
    if (forward.request() instanceof Request.Write write) {
      synchronized (this) {
        log.arrived(write.command(), from, now());
      }
    }
  }

  /** The replica answered, or has ended. */
  synchronized void admission(WriteId id, @Nullable AdmitReply reply) {
    if (reply instanceof AdmitReply.Admitted) {
      log.admitted(id, now());
    } else if (reply instanceof AdmitReply.Refused refused) {
      log.notAdmitted(id, refused.code(), now());
    }
  }

  /** A proposal ended; that its quorum was not met is told elsewhere. */
  void concluded(ByteString entry, Outcome outcome) {
    if (outcome instanceof Outcome.Committed committed) {
      verdict(committed.slot(), new Verdict.Met(committed.acks()), committed.acks());
    } else if (outcome instanceof Outcome.Refused refused) {
      synchronized (this) {
        log.refused(entry, refused.code(), now());
      }
    }
  }

  // ---- The leader

  synchronized void asks(MemberId to, AcceptorRequest request) {
    log.asks(to, request, now());
  }

  synchronized void replied(MemberId from, AcceptorReply reply) {
    log.replied(from, reply, now());
  }

  synchronized void verdict(Slot slot, Verdict verdict, AckReport acks) {
    log.verdict(slot, verdict, acks, now());
  }

  // ---- Each member

  /** A peer said something. */
  void heard(MemberId from, OfGroup body) {
    if (body instanceof ToAcceptor message) {
      synchronized (this) {
        log.asked(from, message.request(), now());
      }
    } else if (body instanceof ToCoordinator message) {
      replied(from, message.reply());
    } else if (body instanceof Forward forward) {
      arrived(from, forward);
    }
  }

  synchronized void persisted(AcceptedPair pair) {
    log.persisted(pair, now());
  }

  synchronized void fetched(Slot slot) {
    log.fetched(slot, now());
  }

  synchronized void executed(Slot slot) {
    log.executed(slot, now());
  }

  private long now() {
    return wallMillis.getAsLong();
  }

  // ---- What it tells

  /** Writes go on while it is put together. */
  List<Event> story(WriteId id, OptionalLong recorded) {
    StoryLog copy;
    synchronized (this) {
      copy = log.copy();
    }
    return copy.story(id, recorded);
  }

  synchronized long rememberedSinceMillis() {
    return log.rememberedSinceMillis();
  }

  /** This node's wall clock. */
  long nowMillis() {
    return now();
  }
}
