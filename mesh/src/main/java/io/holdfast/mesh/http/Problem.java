package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.mesh.core.ReservationRefusal;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import java.time.Duration;
import java.util.Optional;

/**
 * An answer that is not the wished one, as RFC 9457 has it, before it is written.
 *
 * @param status the HTTP status
 * @param code an {@link OutcomeCode}'s name or {@link #INTERNAL}
 * @param reason finer than the code, where there is one
 * @param detail one or more sentences for a person
 * @param writeId the write concerned; empty for none
 * @param result what was executed, where something was
 * @param acks who acknowledged, for verdicts of a quorum
 * @param retryAfter when trying again makes sense
 * @param requestId what the log calls this request; empty for none
 * @param oldestRevision of a history that is forgotten in part: the oldest that is not; else 0
 * @param current the active epoch, where another one was expected
 * @param planned what stands in the way of a request that was only planned
 */
record Problem(
    int status,
    String code,
    Optional<String> reason,
    String detail,
    String writeId,
    Optional<Executed> result,
    Optional<AckReport> acks,
    Optional<Duration> retryAfter,
    String requestId,
    long oldestRevision,
    Optional<ControlEpoch> current,
    Optional<ReservationOutcome.Refused> planned) {

  /** The code of an answer for which there is no {@link OutcomeCode}: a bug in this node. */
  static final String INTERNAL = "internal";

  private static final String TYPE_PREFIX = "urn:holdfast:problem:";

  static Problem of(OutcomeCode code, String detail) {
    return new Problem(
        code.httpStatus(),
        code.code(),
        Optional.empty(),
        detail,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        0,
        Optional.empty(),
        Optional.empty());
  }

  static Problem of(WriteAnswer answer) {
    return new Problem(
        answer.code().httpStatus(),
        answer.code().code(),
        answer.reason(),
        answer.detail(),
        answer.writeId(),
        answer.result(),
        answer.acks(),
        answer.retryAfter(),
        "",
        0,
        Optional.empty(),
        Optional.empty());
  }

  static Problem internal(String requestId) {
    return new Problem(
        500,
        INTERNAL,
        Optional.empty(),
        "This node met an error that it did not expect; its log has it as request " + requestId,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        requestId,
        0,
        Optional.empty(),
        Optional.empty());
  }

  /** Of a code that is no {@link OutcomeCode}: nothing was done. */
  static Problem refused(int status, String code, String detail) {
    return new Problem(
        status,
        code,
        Optional.empty(),
        detail,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        0,
        Optional.empty(),
        Optional.empty());
  }

  /** Of a revision that is forgotten. */
  static Problem compacted(long oldest) {
    return new Problem(
        OutcomeCode.COMPACTED.httpStatus(),
        OutcomeCode.COMPACTED.code(),
        Optional.empty(),
        "the history is compacted there; the oldest revision that is left is " + oldest,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        oldest,
        Optional.empty(),
        Optional.empty());
  }

  /** The same with another status than the code's own: 405, 408, 431. */
  Problem withStatus(int other) {
    return new Problem(
        other,
        code,
        reason,
        detail,
        writeId,
        result,
        acks,
        retryAfter,
        requestId,
        oldestRevision,
        current,
        planned);
  }

  Problem withWriteId(String id) {
    return new Problem(
        status,
        code,
        reason,
        detail,
        id,
        result,
        acks,
        retryAfter,
        requestId,
        oldestRevision,
        current,
        planned);
  }

  /** The same, with what the log calls the request. */
  Problem withRequestId(String id) {
    return new Problem(
        status,
        code,
        reason,
        detail,
        writeId,
        result,
        acks,
        retryAfter,
        id,
        oldestRevision,
        current,
        planned);
  }

  Problem withRetryAfter(Optional<Duration> after) {
    return new Problem(
        status,
        code,
        reason,
        detail,
        writeId,
        result,
        acks,
        after,
        requestId,
        oldestRevision,
        current,
        planned);
  }

  /** The same, with the epoch that is active. */
  Problem withCurrent(ControlEpoch active) {
    return new Problem(
        status,
        code,
        reason,
        detail,
        writeId,
        result,
        acks,
        retryAfter,
        requestId,
        oldestRevision,
        Optional.of(active),
        planned);
  }

  /** Of a request that would be refused. */
  static Problem planned(ReservationOutcome.Refused refused) {
    OutcomeCode code = ReservationRefusal.code(refused);
    return new Problem(
        code.httpStatus(),
        code.code(),
        Optional.empty(),
        ReservationRefusal.detail(refused),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        0,
        Optional.empty(),
        Optional.of(refused));
  }

  String type() {
    return TYPE_PREFIX + code;
  }

  String title() {
    return code.replace('_', ' ');
  }
}
