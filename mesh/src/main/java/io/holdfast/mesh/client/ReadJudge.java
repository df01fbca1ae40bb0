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
  private final boolean ofOneRecord;
  private final UnknownGroup unknownGroup;

  /**
   * @param read what to send again
   * @param ofOneRecord whether the answer is one key's value and not JSON
   */
  ReadJudge(Request read, boolean ofOneRecord, UnknownGroup unknownGroup) {
    this.read = read;
    this.ofOneRecord = ofOneRecord;
    this.unknownGroup = unknownGroup;
  }

  @Override
  public Call.Step<ReadAnswer> judge(Response response) {
    if (response.status() == 200 && !ofOneRecord) {
      return new Call.Settled<>(
          new ReadAnswer.Listed(
              RecordText.records(AnswerText.parse(response.body())), point(response.headers())));
    }
    if (response.status() == 200) {
      MultiMap headers = response.headers();
      return new Call.Settled<>(
          new ReadAnswer.Found(
              ByteString.copyFrom(response.body().getBytes()),
              number(headers, "Holdfast-Create-Revision"),
              number(headers, "Holdfast-Mod-Revision"),
              number(headers, "Holdfast-Version"),
              number(headers, "Holdfast-Lease"),
              point(headers)));
    }
    JsonNode body = AnswerText.parse(response.body());
    OutcomeCode code = AnswerText.code(response, body);
    if (code == OutcomeCode.UNKNOWN_GROUP) {
      return unknownGroup.step(
          new ReadAnswer.Refused(code, AnswerText.detail(response, body), Optional.empty()), read);
    }
    long oldest = body.path("oldestRevision").asLong(0);
    if (code == OutcomeCode.COMPACTED && oldest > 0) {
      return new Call.Settled<>(new ReadAnswer.Compacted(oldest));
    }
    if (code == OutcomeCode.NOT_FOUND && ofOneRecord) {
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
