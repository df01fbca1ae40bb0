package io.holdfast.mesh.core;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.PendingRequest.Caller;
import java.util.ArrayList;
import java.util.List;

/** Gathers the effects of one step of a {@link RequestRouter}, answers above all. */
final class RouterReplies {

  private final GroupId group;
  private final int maxAnswerBytes;
  private List<RouterEffect> effects = new ArrayList<>(2);

  RouterReplies(GroupId group, int maxAnswerBytes) {
    this.group = group;
    this.maxAnswerBytes = maxAnswerBytes;
  }

  /** What was gathered since the last call, in order. */
  List<RouterEffect> drain() {
    List<RouterEffect> gathered = effects;
    effects = new ArrayList<>(2);
    return gathered;
  }

  void add(RouterEffect effect) {
    effects.add(effect);
  }

  void drop(String reason) {
    effects.add(new RouterEffect.CountDropped(reason));
  }

  /** It was handed over, and what became of it is not known here. */
  void lose(PendingRequest request, String why) {
    if (request.request() instanceof ClientRequest.Write write) {
      answer(request.caller(), GroupAnswers.outcomeUnknown(write.writeId(), why));
    } else {
      refuse(request, OutcomeCode.NO_LEADER);
    }
  }

  /** It was certainly not proposed. */
  void refuse(PendingRequest request, OutcomeCode code) {
    String writeId = request.request().writeId();
    if (writeId.isEmpty()) {
      answer(request.caller(), GroupAnswers.refusedRead(code));
    } else {
      answer(request.caller(), GroupAnswers.refused(code, writeId));
    }
  }

  void answer(Caller caller, WriteAnswer answer) {
    if (caller instanceof Caller.Client client) {
      effects.add(new RouterEffect.AnswerWrite(client.token(), answer));
    } else if (caller instanceof Caller.Peer peer) {
      effects.add(
          new RouterEffect.Send(
              peer.from(),
              new ForwardedWriteAnswer(
                  group, peer.token(), AnswerSize.within(maxAnswerBytes, answer)),
              peer.trace()));
    }
  }

  void answer(Caller caller, ReadAnswer answer) {
    if (caller instanceof Caller.Client client) {
      effects.add(new RouterEffect.AnswerRead(client.token(), answer));
    } else if (caller instanceof Caller.Peer peer) {
      effects.add(
          new RouterEffect.Send(
              peer.from(),
              new ForwardedReadAnswer(
                  group, peer.token(), AnswerSize.within(maxAnswerBytes, answer)),
              peer.trace()));
    }
  }
}
