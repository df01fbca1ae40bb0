package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;

/**
 * How far a snapshot is that is being received.
 *
 * @param from the member that sends it
 * @param slot what it is of
 * @param receivedBytes what has arrived in this attempt
 * @param aboutBytes what this attempt takes in all, about
 */
public record SnapshotProgress(MemberId from, Slot slot, long receivedBytes, long aboutBytes) {}
