package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.EnvelopeCodec;

/** What becomes of values on the wire and on disk: in some runs all go through their encodings. */
class Encoding {

  /** One run in so many: encoding takes most of its time. */
  private static final int ONE_IN = 16;

  /** Values stay as they are. */
  private static final Encoding NONE = new Encoding();

  static Encoding of(long seed) {
    return seed % ONE_IN == 0 ? new Bytes() : NONE;
  }

  Envelope sent(Envelope envelope) {
    return envelope;
  }

  AcceptorEvent stored(AcceptorEvent event) {
    return event;
  }

  AcceptorSnapshot stored(AcceptorSnapshot snapshot) {
    return snapshot;
  }

  /** Values become bytes and come back. */
  private static final class Bytes extends Encoding {

    @Override
    Envelope sent(Envelope envelope) {
      try {
        return EnvelopeCodec.decode(EnvelopeCodec.encode(envelope));
      } catch (MalformedMessage e) {
        throw new IllegalStateException("cannot read what was sent: " + envelope, e);
      }
    }

    @Override
    AcceptorEvent stored(AcceptorEvent event) {
      try {
        return JournalCodec.event(JournalCodec.bytesOf(event));
      } catch (MalformedMessage e) {
        throw new IllegalStateException("cannot read what was stored: " + event, e);
      }
    }

    @Override
    AcceptorSnapshot stored(AcceptorSnapshot snapshot) {
      try {
        return JournalCodec.snapshot(JournalCodec.bytesOf(snapshot));
      } catch (MalformedMessage e) {
        throw new IllegalStateException("cannot read what was stored: " + snapshot, e);
      }
    }
  }
}
