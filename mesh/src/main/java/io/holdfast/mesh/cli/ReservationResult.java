package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.core.ReservationRefusal;
import io.holdfast.mesh.http.ReservationJson;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import java.util.List;

/** What came of a request about reservations, or would. */
sealed interface ReservationResult {

  /**
   * It was done, or would be.
   *
   * @param planned whether it only would be
   * @param changed whether something is another from then on
   * @param count how many reservations it is about
   * @param entries the first of those
   */
  record Done(boolean planned, boolean changed, long count, List<ReservationOutcome.Entry> entries)
      implements ReservationResult {

    public Done {
      entries = List.copyOf(entries);
    }

    /** What is told as JSON. */
    ObjectNode json() {
      return Answers.object()
          .put("ok", true)
          .put("code", planned ? "planned" : OutcomeCode.COMMITTED.code())
          .put("changed", changed)
          .put("count", count);
    }
  }

  /** Something stands in its way. */
  record Refused(ReservationOutcome.Refused refusal, String detail) implements ReservationResult {

    /** Why it was not done, and what may be done about it. */
    Stop stop() {
      OutcomeCode code = ReservationRefusal.code(refusal);
      String words = detail.endsWith(".") ? detail.substring(0, detail.length() - 1) : detail;
      ObjectNode more =
          Answers.fields(
              out -> {
                out.writeStartObject();
                ReservationJson.write(out, refusal);
                out.writeEndObject();
              });
      return Stop.because(
          Exit.values()[code.exitStatus()],
          code.code(),
          code.code() + ": " + words + "; next: " + next(refusal),
          more);
    }

    private static String next(ReservationOutcome.Refused refusal) {
      return switch (refusal.code()) {
        case UNKNOWN_POOL -> "name one that 'holdfast reservation pools' lists with --pool";
        case POOL_EXHAUSTED ->
            "see who has them with 'holdfast reservation list', give back what nobody needs with"
                + " 'release' or 'prune', or widen the pool";
        case CONFLICT -> "take another one, or have its holder release it";
        case OUTSIDE_RANGE, EXCLUDED, STICKY -> "--force does it all the same";
        case NOT_OWNER -> "use the token of its owner, or of an administrator";
        case NOTHING_THERE -> "'holdfast reservation list' shows which folders have any";
        case TOO_MANY -> "release what nobody needs, or do it in smaller parts";
        case PATH_TOO_LONG -> "migrate to a folder with a shorter name";
      };
    }
  }
}
