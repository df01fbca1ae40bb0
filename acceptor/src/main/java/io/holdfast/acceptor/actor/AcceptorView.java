package io.holdfast.acceptor.actor;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;

/**
 * An acceptor as seen from outside at one moment.
 *
 * @param promised its promise
 * @param trimmedTo the last slot that its journal no longer holds
 * @param sequenceNumber of its last journal event
 * @param tailBytes bytes of batches in memory
 */
public record AcceptorView(Ballot promised, Slot trimmedTo, long sequenceNumber, long tailBytes) {}
