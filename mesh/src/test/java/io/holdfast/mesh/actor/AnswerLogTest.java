package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.GroupAnswers;
import io.holdfast.mesh.core.RouterEffect.Send;
import io.holdfast.mesh.log.LogLines;
import io.holdfast.sync.core.RequestTrace;
import io.holdfast.sync.core.TraceContext;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AnswerLogTest {

  private static final GroupId GROUP = new GroupId("main");
  private static final MemberId PEER = new MemberId(new NodeId("n2"), 7);
  private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN_ID = "00f067aa0ba902b7";
  private static final Optional<RequestTrace> TRACE =
      Optional.of(new RequestTrace("order-17", Optional.of(new TraceContext(TRACE_ID, SPAN_ID))));
  private static final ForwardedWriteAnswer REFUSED =
      new ForwardedWriteAnswer(
          GROUP, 1, GroupAnswers.refused(OutcomeCode.FENCED, "no\nmore", "01890a5d"));

  @Test
  void refusalForAnotherNodesClientIsToldUnderTheClientsName() {
    try (LogLines log = new LogLines(Level.DEBUG)) {
      AnswerLog.tell(new Send(PEER, REFUSED, TRACE));
      AnswerLog.tell(
          new Send(
              PEER,
              new ForwardedReadAnswer(
                  GROUP,
                  2,
                  new ReadAnswer.Refused(OutcomeCode.NO_LEADER, "nobody", Optional.empty()))));

      assertThat(log.of("AnswerLog")).hasSize(2).allMatch(line -> line.getLevel() == Level.DEBUG);
      assertThat(log.of("AnswerLog").get(0).getFormattedMessage()).isEqualTo("told n2: no?more");
      assertThat(log.of("AnswerLog").get(0).getMDCPropertyMap())
          .isEqualTo(
              Map.of(
                  "requestId", "order-17",
                  "traceId", TRACE_ID,
                  "spanId", SPAN_ID,
                  "writeId", "01890a5d",
                  "group", "main",
                  "code", "fenced"));
      assertThat(log.of("AnswerLog").get(1).getMDCPropertyMap())
          .isEqualTo(Map.of("group", "main", "code", "no_leader"));
    }
  }

  @Test
  void lineThatCountsIsThatOfTheNodeWhichAnswersTheClient() {
    try (LogLines log = new LogLines(Level.INFO)) {
      AnswerLog.tell(new Send(PEER, REFUSED, TRACE));

      assertThat(log.all()).isEmpty();
    }
  }
}
