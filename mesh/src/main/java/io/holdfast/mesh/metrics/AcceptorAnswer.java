package io.holdfast.mesh.metrics;

import io.holdfast.acceptor.core.AcceptorReply;

/** How an acceptor answers, as a label. */
enum AcceptorAnswer {
  PROMISED("promised"),
  ACCEPTED("accepted"),
  REJECTED("rejected"),
  ALREADY_CHOSEN("already_chosen"),
  PROBE_CONFIRMED("probe_confirmed");

  private final String code;

  AcceptorAnswer(String code) {
    this.code = code;
  }

  String code() {
    return code;
  }

  static AcceptorAnswer of(AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Accepted) {
      return ACCEPTED;
    }
    if (reply instanceof AcceptorReply.ProbeConfirmed) {
      return PROBE_CONFIRMED;
    }
    if (reply instanceof AcceptorReply.Promised) {
      return PROMISED;
    }
    return reply instanceof AcceptorReply.Rejected ? REJECTED : ALREADY_CHOSEN;
  }
}
