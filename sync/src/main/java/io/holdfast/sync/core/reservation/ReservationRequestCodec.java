package io.holdfast.sync.core.reservation;

import static io.holdfast.sync.core.reservation.ReservationCodec.requireAtMost;

import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import io.holdfast.sync.wire.AnyNumberProto;
import io.holdfast.sync.wire.CompactExclusionsProto;
import io.holdfast.sync.wire.ExcludeProto;
import io.holdfast.sync.wire.ExpireProto;
import io.holdfast.sync.wire.IncludeProto;
import io.holdfast.sync.wire.MigrateProto;
import io.holdfast.sync.wire.ReleaseProto;
import io.holdfast.sync.wire.ReservationFilterProto;
import io.holdfast.sync.wire.ReservationRequestProto;
import io.holdfast.sync.wire.ReserveAskProto;
import io.holdfast.sync.wire.ReserveProto;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Requests as protobuf; canonical, since the digest of a command is that of these bytes. What
 * cannot be read is an {@link IllegalArgumentException}.
 */
public final class ReservationRequestCodec {

  private ReservationRequestCodec() {}

  public static ReservationRequestProto toProto(ReservationRequest request) {
    ReservationRequestProto.Builder proto = ReservationRequestProto.newBuilder();
    if (request instanceof ReservationRequest.Reserve reserve) {
      ReserveProto.Builder one =
          ReserveProto.newBuilder().setHost(reserve.host()).setForce(reserve.force());
      reserve.asks().forEach(ask -> one.addAsks(toProto(ask)));
      proto.setReserve(one);
    } else if (request instanceof ReservationRequest.Release release) {
      ReleaseProto.Builder one = ReleaseProto.newBuilder();
      release.filters().forEach(filter -> one.addFilters(toProto(filter)));
      proto.setRelease(one);
    } else if (request instanceof ReservationRequest.Migrate migrate) {
      proto.setMigrate(
          MigrateProto.newBuilder()
              .setHost(migrate.host())
              .setFrom(migrate.from())
              .setTo(migrate.to())
              .setForce(migrate.force()));
    } else if (request instanceof ReservationRequest.Expire expire) {
      ExpireProto.Builder one = ExpireProto.newBuilder();
      expire.pool().ifPresent(one::setPool);
      proto.setExpire(one);
    } else if (request instanceof ReservationRequest.Exclude exclude) {
      proto.setExclude(
          ExcludeProto.newBuilder()
              .setHost(exclude.host())
              .setPool(exclude.pool())
              .setExclusion(ReservationCodec.toProto(exclude.exclusion())));
    } else if (request instanceof ReservationRequest.Include include) {
      proto.setInclude(
          IncludeProto.newBuilder()
              .setHost(include.host())
              .setPool(include.pool())
              .setSpan(ReservationCodec.toProto(include.span())));
    } else if (request instanceof ReservationRequest.CompactExclusions compact) {
      proto.setCompactExclusions(
          CompactExclusionsProto.newBuilder().setHost(compact.host()).setPool(compact.pool()));
    }
    return proto.build();
  }

  private static ReserveAskProto toProto(Ask ask) {
    ReserveAskProto.Builder proto =
        ReserveAskProto.newBuilder().setPool(ask.pool()).setPath(ask.path()).setTag(ask.tag());
    ask.project().ifPresent(proto::setProject);
    ask.task().ifPresent(proto::setTask);
    if (ask.choice() instanceof Exact exact) {
      proto.setExact(exact.value());
    } else if (ask.choice() instanceof Any any) {
      AnyNumberProto.Builder one = AnyNumberProto.newBuilder().addAllPreferred(any.preferred());
      any.avoided().forEach(span -> one.addAvoided(ReservationCodec.toProto(span)));
      any.insteadOf().ifPresent(one::setInsteadOf);
      proto.setAny(one);
    }
    return proto.build();
  }

  static ReservationFilterProto toProto(ReservationFilter filter) {
    ReservationFilterProto.Builder proto =
        ReservationFilterProto.newBuilder().setRecursive(filter.recursive());
    filter.pool().ifPresent(proto::setPool);
    filter.host().ifPresent(proto::setHost);
    filter.within().ifPresent(proto::setWithin);
    filter.path().ifPresent(proto::setPath);
    filter.tag().ifPresent(proto::setTag);
    filter.project().ifPresent(proto::setProject);
    filter.value().ifPresent(proto::setValue);
    filter.unusedSinceMillis().ifPresent(proto::setUnusedSinceMillis);
    return proto.build();
  }

  /** Reads a request. */
  public static ReservationRequest fromProto(ReservationRequestProto proto) {
    return switch (proto.getRequestCase()) {
      case RESERVE -> {
        requireAtMost("asks", proto.getReserve().getAsksList(), ReservationRequest.MAX_ASKS);
        yield new ReservationRequest.Reserve(
            proto.getReserve().getHost(),
            proto.getReserve().getAsksList().stream()
                .map(ReservationRequestCodec::fromProto)
                .toList(),
            proto.getReserve().getForce());
      }
      case RELEASE -> {
        requireAtMost("filters", proto.getRelease().getFiltersList(), ReservationRequest.MAX_ASKS);
        yield new ReservationRequest.Release(
            proto.getRelease().getFiltersList().stream()
                .map(ReservationRequestCodec::fromProto)
                .toList());
      }
      case MIGRATE ->
          new ReservationRequest.Migrate(
              proto.getMigrate().getHost(),
              proto.getMigrate().getFrom(),
              proto.getMigrate().getTo(),
              proto.getMigrate().getForce());
      case EXPIRE ->
          new ReservationRequest.Expire(
              proto.getExpire().hasPool()
                  ? Optional.of(proto.getExpire().getPool())
                  : Optional.empty());
      case EXCLUDE ->
          new ReservationRequest.Exclude(
              proto.getExclude().getHost(),
              proto.getExclude().getPool(),
              ReservationCodec.fromProto(proto.getExclude().getExclusion()));
      case INCLUDE ->
          new ReservationRequest.Include(
              proto.getInclude().getHost(),
              proto.getInclude().getPool(),
              ReservationCodec.fromProto(proto.getInclude().getSpan()));
      case COMPACT_EXCLUSIONS ->
          new ReservationRequest.CompactExclusions(
              proto.getCompactExclusions().getHost(), proto.getCompactExclusions().getPool());
      case REQUEST_NOT_SET -> throw new IllegalArgumentException("no request in it");
    };
  }

  private static Ask fromProto(ReserveAskProto proto) {
    return new Ask(
        proto.getPool(),
        proto.getPath(),
        proto.getTag(),
        proto.hasProject() ? Optional.of(proto.getProject()) : Optional.empty(),
        proto.hasTask() ? Optional.of(proto.getTask()) : Optional.empty(),
        choice(proto));
  }

  private static Choice choice(ReserveAskProto proto) {
    return switch (proto.getChoiceCase()) {
      case EXACT -> new Exact(proto.getExact());
      case ANY -> {
        AnyNumberProto any = proto.getAny();
        int most = ReservationRequest.MAX_CANDIDATES;
        requireAtMost("preferred numbers", any.getPreferredList(), most);
        requireAtMost("avoided spans", any.getAvoidedList(), most);
        yield new Any(
            any.getPreferredList(),
            any.getAvoidedList().stream().map(ReservationCodec::fromProto).toList(),
            any.hasInsteadOf() ? OptionalLong.of(any.getInsteadOf()) : OptionalLong.empty());
      }
      case CHOICE_NOT_SET -> throw new IllegalArgumentException("an ask for no number");
    };
  }

  static ReservationFilter fromProto(ReservationFilterProto proto) {
    return new ReservationFilter(
        proto.hasPool() ? Optional.of(proto.getPool()) : Optional.empty(),
        proto.hasHost() ? Optional.of(proto.getHost()) : Optional.empty(),
        proto.hasWithin() ? Optional.of(proto.getWithin()) : Optional.empty(),
        proto.hasPath() ? Optional.of(proto.getPath()) : Optional.empty(),
        proto.getRecursive(),
        proto.hasTag() ? Optional.of(proto.getTag()) : Optional.empty(),
        proto.hasProject() ? Optional.of(proto.getProject()) : Optional.empty(),
        proto.hasValue() ? OptionalLong.of(proto.getValue()) : OptionalLong.empty(),
        proto.hasUnusedSinceMillis()
            ? OptionalLong.of(proto.getUnusedSinceMillis())
            : OptionalLong.empty());
  }
}
