package io.holdfast.mesh.jmx;

import io.holdfast.mesh.PoolStatus;
import java.util.List;

/** The pools of a group, from pictures. */
final class ReservationsBean implements ReservationsMXBean {

  private final GroupLook look;

  ReservationsBean(GroupLook look) {
    this.look = look;
  }

  @Override
  public int getPoolCount() {
    return pools().size();
  }

  @Override
  public List<Pool> getPools() {
    return pools().stream()
        .map(
            pool ->
                new Pool(
                    pool.pool(), pool.scope(), pool.size(), pool.used(), pool.hosts(), pool.free()))
        .toList();
  }

  @Override
  public long getUsed() {
    return pools().stream().mapToLong(PoolStatus::used).sum();
  }

  private List<PoolStatus> pools() {
    return look.picture().pools().getOrDefault(look.group().value(), List.of());
  }
}
