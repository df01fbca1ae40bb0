package io.holdfast.chaos.power;

import akka.persistence.journal.EventSeq;
import akka.persistence.journal.ReadEventAdapter;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.Slot;

/**
 * Broken on purpose: what is read from the journal is no promise any more. It stands between Akka
 * and the acceptor, by a setting.
 */
public final class ForgetfulRecovery implements ReadEventAdapter {

  /** For Akka. */
  public ForgetfulRecovery() {}

  @Override
  public EventSeq fromJournal(Object event, String manifest) {
    return event instanceof AcceptorEvent.PromiseMade
        ? EventSeq.single(new AcceptorEvent.LogTrimmed(Slot.ZERO))
        : EventSeq.single(event);
  }
}
