package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.mesh.wire.QueryProto;
import io.holdfast.sync.core.PlanCodec;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.reservation.ReservationQueryCodec;
import io.holdfast.sync.wire.ReadDetailProto;
import io.holdfast.sync.wire.ReservationQueryProto;
import java.util.OptionalLong;

/** Reads as protobuf, for the way to the node that leads. */
final class QueryForm {

  private QueryForm() {}

  static QueryProto encode(ReadQuery query) {
    return QueryProto.newBuilder()
        .setKeys(PlanCodec.toProto(query.keys()))
        .setRevision(query.revision().orElse(0))
        .setLimit(query.limit())
        .setDetail(ReadDetailProto.valueOf(query.detail().name()))
        .build();
  }

  static ReplicaQuery decode(ReservationQueryProto proto) throws MalformedMessage {
    try {
      return new ReplicaQuery.OnReservations(ReservationQueryCodec.fromProto(proto));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("a question about reservations: " + e.getMessage(), e);
    }
  }

  static ReadQuery decode(QueryProto proto) throws MalformedMessage {
    if (proto.getDetail() == ReadDetailProto.UNRECOGNIZED) {
      throw new MalformedMessage("a read of unknown detail " + proto.getDetailValue());
    }
    try {
      return new ReadQuery(
          PlanCodec.fromProto(proto.getKeys()),
          proto.getRevision() == 0 ? OptionalLong.empty() : OptionalLong.of(proto.getRevision()),
          proto.getLimit(),
          ReadDetail.valueOf(proto.getDetail().name()));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("a read: " + e.getMessage(), e);
    }
  }
}
