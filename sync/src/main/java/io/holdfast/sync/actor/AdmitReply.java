package io.holdfast.sync.actor;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.CommandOutcome;

/** What became of a command at admission. */
public sealed interface AdmitReply {

  /**
   * It can be proposed.
   *
   * @param entry the command with its plan, encoded
   */
  record Admitted(ByteString entry) implements AdmitReply {}

  /**
   * It was executed or fenced before; no need to propose it again.
   *
   * @param outcome the recorded outcome
   */
  record Recorded(CommandOutcome outcome) implements AdmitReply {}

  /**
   * It is refused and has no effect.
   *
   * @param code why
   * @param detail one sentence for a person
   */
  record Refused(OutcomeCode code, String detail) implements AdmitReply {}
}
