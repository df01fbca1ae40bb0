package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.RequestTrace;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.Optional;

/** What a {@link RequestRouter} wants done, in order. Every effect may be carried out at once. */
public sealed interface RouterEffect {

  /**
   * Give an entry to this node's coordinator; answered by {@link RouterInput.Concluded}.
   *
   * @param ticket to be given back
   * @param entry the entry
   */
  record Submit(long ticket, BatchEntry entry) implements RouterEffect {}

  /**
   * Have this node's replica prepare a command for being proposed; answered by {@link
   * RouterInput.Admitted}, {@link RouterInput.AlreadyDecided}, {@link RouterInput.NotAdmitted} or
   * {@link RouterInput.ReplicaStopped}.
   *
   * @param ticket to be given back
   * @param write the command as its client sent it
   * @param caller who asks for it
   */
  record Admit(long ticket, WriteCommand write, Caller caller) implements RouterEffect {}

  /**
   * Ask this node's coordinator for a read index; answered by {@link RouterInput.ReadIndexIs} or
   * {@link RouterInput.ReadIndexRefused}.
   *
   * @param ticket to be given back
   */
  record AskReadIndex(long ticket) implements RouterEffect {}

  /**
   * Read at this node's replica; answered by {@link RouterInput.QueryDone}, {@link
   * RouterInput.ReplicaRefused} or {@link RouterInput.ReplicaStopped}.
   *
   * @param ticket to be given back
   * @param readIndex read once this slot is executed; {@link Slot#ZERO}: at once
   * @param query what
   * @param shown what whoever asks shows of itself
   */
  record Query(long ticket, Slot readIndex, ReplicaQuery query, Credentials shown)
      implements RouterEffect {}

  /**
   * Look a write up at this node's replica; answered by {@link RouterInput.LookedUp}, {@link
   * RouterInput.ReplicaRefused} or {@link RouterInput.ReplicaStopped}.
   *
   * @param ticket to be given back
   * @param readIndex look once this slot is executed; {@link Slot#ZERO}: at once
   * @param id the write's id
   * @param shown what whoever asks shows of itself
   */
  record LookUp(long ticket, Slot readIndex, WriteId id, Credentials shown)
      implements RouterEffect {}

  /**
   * Send a forwarded request, or the answer to one, to a peer.
   *
   * @param to the peer
   * @param message what to send
   * @param trace of an answer: what the client's request is called in logs
   */
  record Send(MemberId to, OfGroup message, Optional<RequestTrace> trace) implements RouterEffect {

    /** One that no log has a name for. */
    public Send(MemberId to, OfGroup message) {
      this(to, message, Optional.empty());
    }
  }

  /** Answer a client of this node that asked for a write or a look-up; once for each token. */
  record AnswerWrite(long token, WriteAnswer answer) implements RouterEffect {}

  /** Answer a client of this node that asked for a read; once for each token. */
  record AnswerRead(long token, ReadAnswer answer) implements RouterEffect {}

  /** A message that nobody waits for was dropped. */
  record CountDropped(String reason) implements RouterEffect {}
}
