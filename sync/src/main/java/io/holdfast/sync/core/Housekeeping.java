package io.holdfast.sync.core;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.control.Evidence;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the leader's replica proposes of itself: that leases end whose time is over, that old write
 * ids expire, and that history beyond its limits is forgotten. All are commands in the log like any
 * other; time enters the state in no other way.
 */
final class Housekeeping {

  private final ReplicatedState state;
  private final ServingSettings settings;
  private final LeaseClock leaseClock;
  private final HorizonClock horizonClock;
  private @Nullable CompactionRule compaction;
  private long compactNotBeforeNanos;

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

  /** Whether this node leads, for all it knows. */
  boolean isLeading() {
    return leaseClock.isLeading();
  }

  /**
   * A member, this one or another, says how it is; where this node leads, the log shall have it.
   */
  void heard(MemberId from, SyncMessage.EvidenceGiven given, Now now, List<ReplicaEffect> effects) {
    if (!isLeading() || state.isSealed() || !isNews(from, given, now)) {
      return;
    }
    SortedMap<Evidence.Check, Boolean> checks = new TreeMap<>(given.checks());
    long apart = Math.abs(now.wallMillis() - given.wallMillis());
    checks.put(Evidence.Check.CLOCK, apart <= settings.maxClockSkew().toMillis());
    propose(new Command.GiveEvidence(from, given.loaded(), checks), now, effects);
  }

  /** Whether the log has not heard the same of a member a moment ago. */
  private boolean isNews(MemberId from, SyncMessage.EvidenceGiven given, Now now) {
    boolean takesPart =
        state.membership().map(members -> members.newest().everyone().contains(from)).orElse(false);
    return takesPart
        && state.control().evidence().stream()
            .noneMatch(
                known ->
                    known.member().equals(from)
                        && known.loaded().equals(given.loaded())
                        && known.checks().entrySet().containsAll(given.checks().entrySet())
                        && Math.abs(now.wallMillis() - known.millis())
                            < Evidence.RENEWED_EVERY.toMillis() / 2);
  }

  /** A slot was applied: leases granted or renewed in it have their full time from now. */
  void applied(Now now) {
    state.leases().takeRenewed().forEach(lease -> leaseClock.renewed(lease, now));
  }

  /** Proposes what is due. */
  void tick(Now now, List<ReplicaEffect> effects) {
    CompactionRule rule = ageOfHistory(now);
    if (!leaseClock.isLeading() || state.isSealed()) {
      return;
    }
    for (Lease lease : leaseClock.takeOver(settings.housekeepingPause().toNanos(), now)) {
      propose(new Command.ExpireLease(lease.number(), lease.renewal()), now, effects);
    }
    horizonClock
        .next(now)
        .ifPresent(millis -> propose(new Command.AdvanceHorizon(millis), now, effects));
    compact(rule, now, effects);
  }

  /** How old history is, whoever leads knows only from having looked on before. */
  private CompactionRule ageOfHistory(Now now) {
    CompactionRule rule = compaction;
    if (rule == null) {
      rule =
          new CompactionRule(
              settings.history(), state.compacted(), state.revision(), state.historyBytes(), now);
      compaction = rule;
      compactNotBeforeNanos = now.monotonicNanos();
    }
    rule.observe(state.revision(), state.historyBytes(), now);
    return rule;
  }

  private void compact(CompactionRule rule, Now now, List<ReplicaEffect> effects) {
    if (now.monotonicNanos() - compactNotBeforeNanos < 0) {
      return;
    }
    rule.next(state.compacted(), state.revision(), state.historyBytes(), now)
        .ifPresent(
            revision -> {
              compactNotBeforeNanos = now.nanosAfter(settings.housekeepingPause());
              propose(new Command.ForgetHistory(revision), now, effects);
            });
  }

  /** The id of such a command names nothing and is not remembered. */
  private void propose(Command.Housekeeping command, Now now, List<ReplicaEffect> effects) {
    WriteId id = WriteId.of(Math.max(0, now.wallMillis()), new UUID(0, 0));
    WriteCommand write = WriteCommand.of(id, command);
    Plan plan = PlanDraft.of(command).plan(state.cache().generation(), List.of());
    effects.add(new ReplicaEffect.Propose(CommandCodec.encode(write.with(plan))));
  }
}
