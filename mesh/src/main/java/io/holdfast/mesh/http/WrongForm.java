package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;

/** A request's body is not what its route takes; the message names the field by its path. */
public final class WrongForm extends Exception {

  private static final long serialVersionUID = 1L;

  private final OutcomeCode code;

  WrongForm(String message) {
    this(OutcomeCode.INVALID, message);
  }

  WrongForm(OutcomeCode code, String message) {
    // Nobody reads its trace: it is a client's mistake, told to that client.
    super(message, null, false, false);
    this.code = code;
  }

  Problem problem() {
    return Problem.of(code, String.valueOf(getMessage()));
  }
}
