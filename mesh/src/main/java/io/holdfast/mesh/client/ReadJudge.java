package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.mesh.client.Exchange.Response;
import io.vertx.core.MultiMap;
import java.util.Optional;

/** What the responses to a read mean. */
final class ReadJudge implements Call.Judge<ReadAnswer> {

  private final Request read;
  private final UnknownGroup unknownGroup;

  ReadJudge(Request read, UnknownGroup unknownGroup) {
    this.read = read;
    this.unknownGroup = unknownGroup;
  }

  @Override
  public Call.Step<ReadAnswer> judge(Response response) {
    if (response.status() == 200) {
      MultiMap headers = response.headers();
      return new Call.Settled<>(
          new ReadAnswer.Found(
              ByteString.copyFrom(response.body().getBytes()),
              number(headers, "Holdfast-Create-Revision"),
              number(headers, "Holdfast-Mod-Revision"),
              number(headers, "Holdfast-Version"),
              point(headers)));
    }
    JsonNode body = AnswerText.parse(response.body());
    OutcomeCode code = AnswerText.code(response, body);
    if (code == OutcomeCode.UNKNOWN_GROUP) {
      return unknownGroup.step(
          new ReadAnswer.Refused(code, AnswerText.detail(response, body), Optional.empty()), read);
    }
    if (code == OutcomeCode.NOT_FOUND) {
      return new Call.Settled<>(new ReadAnswer.Absent(point(response.headers())));
    }
    ReadAnswer refused =
        new ReadAnswer.Refused(
            code, AnswerText.detail(response, body), AnswerText.retryAfter(response));
    if (!code.retryable()) {
      return new Call.Settled<>(refused);
    }
    boolean overloaded = code == OutcomeCode.OVERLOADED;
    return new Call.Again<>(
        refused,
        read,
        code.code(),
        false,
        !overloaded,
        false,
        overloaded ? AnswerText.retryAfter(response) : Optional.empty());
  }

  @Override
  public ReadAnswer settle(ReadAnswer answer, boolean effectPossible) {
    return answer; // a read has no effect
  }

  private static ReadAnswer.ReadPoint point(MultiMap headers) {
    return new ReadAnswer.ReadPoint(
        number(headers, "Holdfast-Slot"), number(headers, "Holdfast-Revision"), Optional.empty());
  }

  /** A header's number; 0, which no slot and no revision has, where it is missing. */
  private static long number(MultiMap headers, String name) {
    String text = headers.get(name);
    return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
