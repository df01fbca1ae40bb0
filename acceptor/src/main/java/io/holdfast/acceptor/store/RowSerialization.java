package io.holdfast.acceptor.store;

import akka.actor.ActorSystem;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.journal.Tagged;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Between Akka's persistent messages and rows, in the way of akka-persistence-jdbc 5.x. */
final class RowSerialization {

  private final Serialization serialization;

  RowSerialization(ActorSystem system) {
    this.serialization = SerializationExtension.get(system);
  }

  /** The rows of one atomic write. Throws whatever the serializer of an event throws. */
  List<JournalRow> rows(AtomicWrite write) {
    List<JournalRow> rows = new ArrayList<>(write.size());
    for (PersistentRepr message : CollectionConverters.asJava(write.payload())) {
      rows.add(row(message));
    }
    return rows;
  }

  private JournalRow row(PersistentRepr message) {
    Object event = message.payload();
    Set<String> tags = Set.of();
    if (event instanceof Tagged tagged) {
      event = tagged.payload();
      tags = CollectionConverters.asJava(tagged.tags());
    }
    return new JournalRow(
        message.persistenceId(),
        message.sequenceNr(),
        message.deleted(),
        message.writerUuid(),
        message.timestamp(),
        message.manifest(),
        serialize(event),
        serialize(message.metadata()),
        tags);
  }

  PersistentRepr message(JournalRow row) {
    PersistentRepr message =
        PersistentRepr.apply(
                deserialize(row.event()),
                row.sequenceNumber(),
                row.persistenceId(),
                row.adapterManifest(),
                row.deleted(),
                akka.actor.ActorRef.noSender(),
                row.writer())
            .withTimestamp(row.writeTimestamp());
    SerializedPayload metadata = row.metadata();
    return metadata == null ? message : message.withMetadata(deserialize(metadata));
  }

  SnapshotRow row(SnapshotMetadata metadata, Object snapshot) {
    return new SnapshotRow(
        metadata.persistenceId(),
        metadata.sequenceNr(),
        metadata.timestamp(),
        serialize(snapshot),
        serialize(metadata.metadata()));
  }

  SelectedSnapshot snapshot(SnapshotRow row) {
    SerializedPayload metadata = row.metadata();
    return new SelectedSnapshot(
        new SnapshotMetadata(
            row.persistenceId(),
            row.sequenceNumber(),
            row.created(),
            metadata == null ? Option.empty() : Option.apply(deserialize(metadata))),
        deserialize(row.snapshot()));
  }

  private @Nullable SerializedPayload serialize(Option<Object> value) {
    return value.isEmpty() ? null : serialize(value.get());
  }

  private SerializedPayload serialize(Object value) {
    Serializer serializer = serialization.findSerializerFor(value);
    return new SerializedPayload(
        serializer.identifier(),
        Serializers.manifestFor(serializer, value),
        serialization.serialize(value).get());
  }

  private Object deserialize(SerializedPayload payload) {
    return serialization
        .deserialize(payload.bytes(), payload.serializerId(), payload.manifest())
        .get();
  }
}
