package io.holdfast.sync.core;

import io.holdfast.config.core.Now;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What the leader's replica proposes of itself: that leases end whose time is over, and that old
 * write ids expire. Both are commands in the log like any other; time enters the state in no other
 * way.
 */
final class Housekeeping {

  private final ReplicatedState state;
  private final ServingSettings settings;
  private final LeaseClock leaseClock;
  private final HorizonClock horizonClock;

  Housekeeping(ReplicatedState state, ServingSettings settings) {
    this.state = state;
    this.settings = settings;
    this.leaseClock = new LeaseClock(state.leases());
    this.horizonClock = new HorizonClock(state.writeIds(), state.terms().writeIdWindow(), settings);
  }

  void leads(OptionalLong lowestClockMillis, Now now) {
    leaseClock.leads(now);
    horizonClock.clocks(lowestClockMillis);
  }

  void leadsNoMore() {
    leaseClock.leadsNoMore();
    horizonClock.clocks(OptionalLong.empty());
  }

  /** A slot was applied: leases granted or renewed in it have their full time from now. */
  void applied(Now now) {
    state.leases().takeRenewed().forEach(lease -> leaseClock.renewed(lease, now));
  }

  /** Proposes what is due. */
  void tick(Now now, List<ReplicaEffect> effects) {
    if (!leaseClock.isLeading()) {
      return;
    }
    for (Lease lease : leaseClock.takeOver(settings.housekeepingPause().toNanos(), now)) {
      propose(new Command.ExpireLease(lease.number(), lease.renewal()), now, effects);
    }
    horizonClock
        .next(now)
        .ifPresent(millis -> propose(new Command.AdvanceHorizon(millis), now, effects));
  }

  /** The id of such a command names nothing and is not remembered. */
  private void propose(Command.Housekeeping command, Now now, List<ReplicaEffect> effects) {
    WriteId id = WriteId.of(Math.max(0, now.wallMillis()), new UUID(0, 0));
    WriteCommand write = WriteCommand.of(id, command);
    Plan plan = PlanDraft.of(command).plan(state.cache().generation(), List.of());
    effects.add(new ReplicaEffect.Propose(CommandCodec.encode(write.with(plan))));
  }
}
