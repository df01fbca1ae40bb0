package io.holdfast.sync.core.reservation;

import static io.holdfast.sync.core.reservation.ReservationCodec.requireAtMost;

import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.wire.AskPoolsProto;
import io.holdfast.sync.wire.FindReservationsProto;
import io.holdfast.sync.wire.FoundReservationsProto;
import io.holdfast.sync.wire.PlannedReservationsProto;
import io.holdfast.sync.wire.PoolProto;
import io.holdfast.sync.wire.PoolUseProto;
import io.holdfast.sync.wire.PoolUsesProto;
import io.holdfast.sync.wire.ReservationAnswerProto;
import io.holdfast.sync.wire.ReservationKeyProto;
import io.holdfast.sync.wire.ReservationQueryProto;
import java.time.Duration;
import java.util.Optional;

/**
 * Questions about reservations and their answers as protobuf, for the way to the node that leads
 * and back. What cannot be read is an {@link IllegalArgumentException}.
 */
public final class ReservationQueryCodec {

  private ReservationQueryCodec() {}

  public static ReservationQueryProto toProto(ReservationQuery query) {
    ReservationQueryProto.Builder proto = ReservationQueryProto.newBuilder();
    if (query instanceof ReservationQuery.Find find) {
      FindReservationsProto.Builder one =
          FindReservationsProto.newBuilder()
              .setFilter(ReservationRequestCodec.toProto(find.filter()))
              .setLimit(find.limit());
      find.after()
          .ifPresent(
              key ->
                  one.setAfter(
                      ReservationKeyProto.newBuilder()
                          .setPool(key.pool())
                          .setWithin(key.within())
                          .setValue(key.value())));
      proto.setFind(one);
    } else if (query instanceof ReservationQuery.Plan plan) {
      proto.setPlan(ReservationRequestCodec.toProto(plan.request()));
    } else if (query instanceof ReservationQuery.Pools pools) {
      AskPoolsProto.Builder one = AskPoolsProto.newBuilder().setHost(pools.host());
      pools.pool().ifPresent(one::setPool);
      proto.setPools(one);
    }
    return proto.build();
  }

  /** Reads a question. */
  public static ReservationQuery fromProto(ReservationQueryProto proto) {
    return switch (proto.getQueryCase()) {
      case FIND ->
          new ReservationQuery.Find(
              ReservationRequestCodec.fromProto(proto.getFind().getFilter()),
              proto.getFind().hasAfter()
                  ? Optional.of(fromProto(proto.getFind().getAfter()))
                  : Optional.empty(),
              proto.getFind().getLimit());
      case PLAN -> new ReservationQuery.Plan(ReservationRequestCodec.fromProto(proto.getPlan()));
      case POOLS ->
          new ReservationQuery.Pools(
              proto.getPools().getHost(),
              proto.getPools().hasPool()
                  ? Optional.of(proto.getPools().getPool())
                  : Optional.empty());
      case QUERY_NOT_SET -> throw new IllegalArgumentException("no question in it");
    };
  }

  private static ValueKey fromProto(ReservationKeyProto proto) {
    return new ValueKey(proto.getPool(), proto.getWithin(), proto.getValue());
  }

  public static ReservationAnswerProto toProto(ReservationAnswer answer) {
    ReservationAnswerProto.Builder proto = ReservationAnswerProto.newBuilder();
    if (answer instanceof ReservationAnswer.Found found) {
      FoundReservationsProto.Builder one =
          FoundReservationsProto.newBuilder().setMore(found.more());
      found.reservations().forEach(each -> one.addReservations(ReservationCodec.toProto(each)));
      proto.setFound(one);
    } else if (answer instanceof ReservationAnswer.WouldDo would) {
      PlannedReservationsProto.Builder one =
          PlannedReservationsProto.newBuilder().setChanged(would.changed()).setCount(would.count());
      would.entries().forEach(entry -> one.addEntries(ReservationCodec.toProto(entry)));
      proto.setPlanned(one);
    } else if (answer instanceof ReservationAnswer.WouldRefuse would) {
      proto.setRefused(ReservationCodec.toProto(would.refusal()));
    } else if (answer instanceof ReservationAnswer.Pools pools) {
      PoolUsesProto.Builder one = PoolUsesProto.newBuilder();
      pools.pools().forEach(use -> one.addPools(toProto(use)));
      proto.setPools(one);
    }
    return proto.build();
  }

  private static PoolUseProto toProto(PoolUse use) {
    Pool pool = use.pool();
    PoolProto.Builder one =
        PoolProto.newBuilder()
            .setName(pool.name())
            .setScope(pool.scope().code())
            .setFirst(pool.first())
            .setLast(pool.last());
    pool.exclusions().forEach(span -> one.addExclusions(ReservationCodec.toProto(span)));
    pool.expiry().ifPresent(expiry -> one.setExpiryMillis(expiry.toMillis()));
    PoolUseProto.Builder proto =
        PoolUseProto.newBuilder().setPool(one).setUsed(use.used()).setMore(use.more());
    use.exclusions().forEach(each -> proto.addExclusions(ReservationCodec.toProto(each)));
    return proto.build();
  }

  /** Reads an answer. */
  public static ReservationAnswer fromProto(ReservationAnswerProto proto) {
    return switch (proto.getAnswerCase()) {
      case FOUND -> {
        requireAtMost(
            "reservations", proto.getFound().getReservationsList(), ReservationQuery.MAX_LIMIT);
        yield new ReservationAnswer.Found(
            proto.getFound().getReservationsList().stream()
                .map(ReservationCodec::fromProto)
                .toList(),
            proto.getFound().getMore());
      }
      case PLANNED ->
          new ReservationAnswer.WouldDo(
              proto.getPlanned().getChanged(),
              proto.getPlanned().getCount(),
              ReservationCodec.entries(proto.getPlanned().getEntriesList()));
      case REFUSED ->
          new ReservationAnswer.WouldRefuse(ReservationCodec.fromProto(proto.getRefused()));
      case POOLS -> {
        requireAtMost("pools", proto.getPools().getPoolsList(), PoolsManifest.MAX_POOLS);
        yield new ReservationAnswer.Pools(
            proto.getPools().getPoolsList().stream()
                .map(ReservationQueryCodec::fromProto)
                .toList());
      }
      case ANSWER_NOT_SET -> throw new IllegalArgumentException("no answer in it");
    };
  }

  private static PoolUse fromProto(PoolUseProto proto) {
    PoolProto pool = proto.getPool();
    requireAtMost("exclusions of a pool", pool.getExclusionsList(), Pool.MAX_EXCLUSIONS);
    return new PoolUse(
        new Pool(
            pool.getName(),
            Pool.Scope.ofCode(pool.getScope())
                .orElseThrow(() -> new IllegalArgumentException("a scope of no name")),
            pool.getFirst(),
            pool.getLast(),
            pool.getExclusionsList().stream().map(ReservationCodec::fromProto).toList(),
            pool.hasExpiryMillis()
                ? Optional.of(Duration.ofMillis(pool.getExpiryMillis()))
                : Optional.empty()),
        proto.getUsed(),
        ReservationCodec.exclusions(proto.getExclusionsList()),
        proto.getMore());
  }
}
