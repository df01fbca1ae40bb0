package io.holdfast.sync.core;

import io.holdfast.config.core.OutcomeCode;
import java.util.List;

/**
 * What a replica tells callers once it serves nobody any more: each is refused, whatever it wants.
 *
 * @param read why reads, look-ups and questions for changes are refused
 * @param code why a command is not admitted
 * @param detail the same in one sentence
 */
record ClosedDesk(ReplicaEffect.Refusal read, OutcomeCode code, String detail) {

  /** Of a replica that differs from a majority: whoever leads may take the command. */
  static final ClosedDesk DIVERGED =
      new ClosedDesk(
          ReplicaEffect.Refusal.DIVERGED,
          OutcomeCode.NO_LEADER,
          "This replica differs from a majority of the others; it is given their state.");

  /** Of a group that is sealed. */
  static final ClosedDesk SEALED =
      new ClosedDesk(
          ReplicaEffect.Refusal.SEALED, OutcomeCode.UNKNOWN_GROUP, "The group is being deleted.");

  /** Refuses whoever wants an answer; false where nobody does. */
  boolean refuses(ReplicaInput input, List<ReplicaEffect> effects) {
    if (input instanceof ReplicaInput.Admit admit) {
      effects.add(admission(admit.token()));
    } else if (input instanceof ReplicaInput.Query query) {
      effects.add(read(query.token()));
    } else if (input instanceof ReplicaInput.LookupWrite lookup) {
      effects.add(read(lookup.token()));
    } else if (input instanceof ReplicaInput.NextChanges next) {
      effects.add(read(next.token()));
    } else {
      return false;
    }
    return true;
  }

  /** What comes of an answer that was begun before: a refusal. */
  ReplicaEffect insteadOf(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.QueryAnswer answer) {
      return read(answer.token());
    } else if (effect instanceof ReplicaEffect.LookupAnswer answer) {
      return read(answer.token());
    } else if (effect instanceof ReplicaEffect.ChangesAnswer answer) {
      return read(answer.token());
    } else if (effect instanceof ReplicaEffect.ChangesCompacted answer) {
      return read(answer.token());
    } else if (effect instanceof ReplicaEffect.Admitted admitted) {
      return admission(admitted.token());
    } else if (effect instanceof ReplicaEffect.AdmissionRecorded recorded) {
      return admission(recorded.token());
    }
    return effect;
  }

  private ReplicaEffect read(long token) {
    return new ReplicaEffect.ReadRefused(token, read);
  }

  private ReplicaEffect admission(long token) {
    return new ReplicaEffect.AdmissionRefused(token, code, detail);
  }
}
