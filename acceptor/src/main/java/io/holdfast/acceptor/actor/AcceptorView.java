package io.holdfast.acceptor.actor;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;

/**
 * An acceptor as seen from outside at one moment.
 *
 * @param promised its promise
 * @param accepted the highest slot for which its journal ever held a batch
 * @param trimmedTo the last slot that its journal no longer holds
 * @param sequenceNumber of its last journal event
 * @param tailBytes bytes of batches in memory
 * @param logBytes bytes of all batches that its journal holds, as far as they were counted
 */
public record AcceptorView(
    Ballot promised,
    Slot accepted,
    Slot trimmedTo,
    long sequenceNumber,
    long tailBytes,
    long logBytes) {}
