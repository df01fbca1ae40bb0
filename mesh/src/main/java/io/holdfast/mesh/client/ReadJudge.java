package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.mesh.client.Exchange.Response;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.vertx.core.MultiMap;
import java.util.Optional;

/** What the responses to a read mean. */
final class ReadJudge implements Call.Judge<ReadAnswer> {

  private final Request read;
  private final Reading reading;
  private final UnknownGroup unknownGroup;

  /** What a response says. */
  interface Reading {
    /** The answer; absent where the response is another one than was wished for. */
    Optional<ReadAnswer> answer(Response response, JsonNode body);
  }

  /**
   * @param read what to send again
   * @param reading what an answer looks like
   */
  ReadJudge(Request read, Reading reading, UnknownGroup unknownGroup) {
    this.read = read;
    this.reading = reading;
    this.unknownGroup = unknownGroup;
  }

  /** One key's value, which is not JSON. */
  static Optional<ReadAnswer> record(Response response, JsonNode body) {
    MultiMap headers = response.headers();
    if (response.status() == 200) {
      return Optional.of(
          new ReadAnswer.Found(
              ByteString.copyFrom(response.body().getBytes()),
              number(headers, "Holdfast-Create-Revision"),
              number(headers, "Holdfast-Mod-Revision"),
              number(headers, "Holdfast-Version"),
              number(headers, "Holdfast-Lease"),
              point(headers)));
    }
    return AnswerText.code(response, body) == OutcomeCode.NOT_FOUND
        ? Optional.of(new ReadAnswer.Absent(point(headers)))
        : Optional.empty();
  }

  /** What is in a range. */
  static Optional<ReadAnswer> listed(Response response, JsonNode body) {
    return response.status() == 200
        ? Optional.of(new ReadAnswer.Listed(RecordText.records(body), point(response.headers())))
        : Optional.empty();
  }

  /** The answer to a question about reservations. */
  static Reading reservations(ReservationQuery query) {
    // What the clock of the node said is nobody's concern here, and is not told.
    return (response, body) ->
        ReservationsReading.answer(query, body)
            .map(answer -> new ReadAnswer.Reservations(answer, point(response.headers()), 0));
  }

  @Override
  public Call.Step<ReadAnswer> judge(Response response) {
    JsonNode body = AnswerText.parse(response.body());
    Optional<ReadAnswer> answer = reading.answer(response, body);
    if (answer.isPresent()) {
      return new Call.Settled<>(answer.get());
    }
    OutcomeCode code = AnswerText.code(response, body);
    if (code == OutcomeCode.UNKNOWN_GROUP) {
      return unknownGroup.step(
          new ReadAnswer.Refused(code, AnswerText.detail(response, body), Optional.empty()), read);
    }
    long oldest = body.path("oldestRevision").asLong(0);
    if (code == OutcomeCode.COMPACTED && oldest > 0) {
      return new Call.Settled<>(new ReadAnswer.Compacted(oldest));
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
