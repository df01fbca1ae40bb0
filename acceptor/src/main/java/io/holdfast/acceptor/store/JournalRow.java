package io.holdfast.acceptor.store;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event as the table {@code event_journal} keeps it.
 *
 * @param persistenceId whose event, 1 to 255 characters
 * @param sequenceNumber 1 or more, without gaps per persistence id
 * @param deleted whether it is kept only to remember the highest sequence number
 * @param writer which incarnation of the persistent actor wrote it
 * @param writeTimestamp milliseconds since 1970-01-01T00:00:00Z
 * @param adapterManifest the event adapter's manifest, mostly empty
 * @param event the serialized event
 * @param metadata serialized metadata, if any
 * @param tags tags for queries
 */
public record JournalRow(
    String persistenceId,
    long sequenceNumber,
    boolean deleted,
    String writer,
    long writeTimestamp,
    String adapterManifest,
    SerializedPayload event,
    @Nullable SerializedPayload metadata,
    Set<String> tags) {

  public JournalRow {
    tags = Set.copyOf(tags);
    if (sequenceNumber < 1) {
      throw new IllegalArgumentException(
          "sequence number " + sequenceNumber + ": must be 1 or more");
    }
  }
}
