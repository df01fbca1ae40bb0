package io.holdfast.acceptor.store;

import org.jspecify.annotations.Nullable;

/**
 * One snapshot as the table {@code snapshot} keeps it.
 *
 * @param persistenceId whose snapshot
 * @param sequenceNumber the last event that it includes
 * @param created milliseconds since 1970-01-01T00:00:00Z
 * @param snapshot the serialized snapshot
 * @param metadata serialized metadata, if any
 */
public record SnapshotRow(
    String persistenceId,
    long sequenceNumber,
    long created,
    SerializedPayload snapshot,
    @Nullable SerializedPayload metadata) {}
