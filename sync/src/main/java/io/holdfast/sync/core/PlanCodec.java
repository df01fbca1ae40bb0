package io.holdfast.sync.core;

import io.holdfast.sync.core.Plan.Shipped;
import io.holdfast.sync.wire.KeyRangeProto;
import io.holdfast.sync.wire.PlanProto;
import io.holdfast.sync.wire.ShippedProto;
import java.util.List;

/** Plans and key ranges as protobuf. */
public final class PlanCodec {

  private PlanCodec() {}

  static PlanProto toProto(Plan plan) {
    PlanProto.Builder proto =
        PlanProto.newBuilder().setGeneration(plan.generation()).addAllLeases(plan.leases());
    plan.covers().forEach(range -> proto.addCovers(toProto(range)));
    for (Shipped shipped : plan.shipped()) {
      proto.addShipped(
          ShippedProto.newBuilder()
              .setKey(shipped.key())
              .setPlace(shipped.place())
              .setValue(shipped.value()));
    }
    return proto.build();
  }

  static Plan fromProto(PlanProto proto) {
    List<KeyRange> covers = proto.getCoversList().stream().map(PlanCodec::fromProto).toList();
    List<Shipped> shipped =
        proto.getShippedList().stream()
            .map(one -> new Shipped(one.getKey(), one.getPlace(), one.getValue()))
            .toList();
    return new Plan(proto.getGeneration(), covers, proto.getLeasesList(), shipped);
  }

  /** A key or a range. */
  public static KeyRangeProto toProto(KeyRange range) {
    return range.isSingle()
        ? KeyRangeProto.newBuilder().setKey(range.from()).build()
        : KeyRangeProto.newBuilder().setFrom(range.from()).setTo(range.to()).build();
  }

  /**
   * Reads {@link #toProto(KeyRange)}.
   *
   * @throws IllegalArgumentException when its end does not lie after its start
   */
  public static KeyRange fromProto(KeyRangeProto proto) {
    return proto.getKey().isEmpty()
        ? new KeyRange(proto.getFrom(), proto.getTo())
        : KeyRange.key(proto.getKey());
  }
}
