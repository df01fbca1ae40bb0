package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.wire.ExclusionProto;
import io.holdfast.sync.wire.ReservationEntryProto;
import io.holdfast.sync.wire.ReservationProto;
import io.holdfast.sync.wire.ReservationsRefusedProto;
import io.holdfast.sync.wire.SpanProto;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Reservations, exclusions and what came of requests, as protobuf; canonical. What cannot be read
 * is an {@link IllegalArgumentException}.
 */
public final class ReservationCodec {

  private ReservationCodec() {}

  public static ReservationProto toProto(Reservation one) {
    return ReservationProto.newBuilder()
        .setPool(one.pool())
        .setWithin(one.within())
        .setValue(one.value())
        .setHost(one.host())
        .setPath(one.path())
        .setTag(one.tag())
        .setProject(one.project())
        .setTask(one.task())
        .setPrincipal(one.principal())
        .setCreatedAtMillis(one.createdAtMillis())
        .setLastUsedAtMillis(one.lastUsedAtMillis())
        .setRevision(one.revision())
        .build();
  }

  /** Reads a reservation. */
  public static Reservation fromProto(ReservationProto proto) {
    return new Reservation(
        proto.getPool(),
        proto.getWithin(),
        proto.getValue(),
        proto.getHost(),
        proto.getPath(),
        proto.getTag(),
        proto.getProject(),
        proto.getTask(),
        proto.getPrincipal(),
        proto.getCreatedAtMillis(),
        proto.getLastUsedAtMillis(),
        proto.getRevision());
  }

  static SpanProto toProto(Pool.Span span) {
    return SpanProto.newBuilder().setFirst(span.first()).setLast(span.last()).build();
  }

  static Pool.Span fromProto(SpanProto proto) {
    return new Pool.Span(proto.getFirst(), proto.getLast());
  }

  public static ExclusionProto toProto(Exclusion exclusion) {
    return ExclusionProto.newBuilder()
        .setSpan(toProto(exclusion.span()))
        .setReason(exclusion.reason())
        .build();
  }

  /** Reads an exclusion. */
  public static Exclusion fromProto(ExclusionProto proto) {
    return new Exclusion(fromProto(proto.getSpan()), proto.getReason());
  }

  /** Reads what is excluded from a pool in one place. */
  public static List<Exclusion> exclusions(List<ExclusionProto> protos) {
    requireAtMost("exclusions", protos, ReservationTable.MAX_EXCLUSIONS);
    return protos.stream().map(ReservationCodec::fromProto).toList();
  }

  public static ReservationEntryProto toProto(Entry entry) {
    return ReservationEntryProto.newBuilder()
        .setKind(entry.kind().code())
        .setReservation(toProto(entry.reservation()))
        .build();
  }

  /** Reads what became of reservations, at most {@link ReservationRequest#MAX_ASKS} of them. */
  public static List<Entry> entries(List<ReservationEntryProto> protos) {
    requireAtMost("entries", protos, ReservationRequest.MAX_ASKS);
    return protos.stream()
        .map(proto -> new Entry(Kind.ofCode(proto.getKind()), fromProto(proto.getReservation())))
        .toList();
  }

  public static ReservationsRefusedProto toProto(Refused refused) {
    ReservationsRefusedProto.Builder proto =
        ReservationsRefusedProto.newBuilder()
            .setCode(refused.code().code())
            .setAsk(refused.ask())
            .setPool(refused.pool());
    refused.value().ifPresent(proto::setValue);
    refused.holder().ifPresent(holder -> proto.setHolder(toProto(holder)));
    return proto.build();
  }

  /** Reads why a request has no effect. */
  public static Refused fromProto(ReservationsRefusedProto proto) {
    return new Refused(
        Code.ofCode(proto.getCode()),
        proto.getAsk(),
        proto.getPool(),
        proto.hasValue() ? Optional.of(proto.getValue()) : Optional.empty(),
        proto.hasHolder() ? Optional.of(fromProto(proto.getHolder())) : Optional.empty());
  }

  /** Refuses a list before anything is made of what is in it. */
  static void requireAtMost(String whose, Collection<?> protos, int most) {
    ReservationText.requireAtMost(whose, protos.size(), most);
  }
}
