package io.holdfast.mesh.actor;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.mesh.log.LogFacts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has refused to clients of other nodes, for whoever follows one request through the
 * mesh: the line that counts is that of the node which answers the client.
 */
final class AnswerLog {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerLog.class);

  private AnswerLog() {}

  /** Logs a refusal that is sent to a peer. */
  static void tell(RouterEffect.Send send) {
    if (!LOG.isDebugEnabled()) {
      return;
    }
    if (send.message() instanceof ForwardedWriteAnswer answer
        && answer.answer().code() != OutcomeCode.COMMITTED) {
      tell(send, answer.answer().code(), answer.answer().writeId(), answer.answer().detail());
    } else if (send.message() instanceof ForwardedReadAnswer answer
        && answer.answer() instanceof ReadAnswer.Refused refused) {
      tell(send, refused.code(), "", refused.detail());
    }
  }

  private static void tell(
      RouterEffect.Send send, OutcomeCode code, String writeId, String detail) {
    LogFacts facts = new LogFacts();
    send.trace().ifPresent(facts::with);
    facts
        .with(LogFacts.WRITE_ID, LogFacts.line(writeId))
        .with(LogFacts.GROUP, send.message().group().value())
        .with(LogFacts.CODE, code.code())
        .during(() -> LOG.debug("told {}: {}", send.to().node(), LogFacts.line(detail)));
  }
}
