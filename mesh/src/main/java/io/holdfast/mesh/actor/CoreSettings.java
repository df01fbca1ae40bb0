package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.config.core.AcceptorSettings;
import io.holdfast.config.core.CoordinatorSettings;
import io.holdfast.config.core.GroupTable.Known;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.mesh.core.RouterLimits;
import io.holdfast.mesh.core.WriteLimits;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorLimits;
import io.holdfast.quorum.core.CoordinatorTiming;
import io.holdfast.sync.core.HistoryLimits;
import io.holdfast.sync.core.ReplicaSettings;
import io.holdfast.sync.core.ServingSettings;
import io.holdfast.sync.core.SnapshotSettings;
import io.holdfast.sync.core.StateTerms;
import java.time.Duration;
import java.util.TreeSet;

/** A node's settings in the form in which each core takes its own. */
public final class CoreSettings {

  private static final int ENTRY_MARGIN_BYTES = 60 << 10;

  private CoreSettings() {}

  /** The members that a group starts from: those of the founders that the settings name. */
  static Configuration configuration(Known group) {
    return new Configuration(
        new TreeSet<>(group.founders()),
        group.settings().acceptQuorum(),
        group.settings().effectivePrepareQuorum());
  }

  static AcceptorLimits acceptor(AcceptorSettings settings) {
    return new AcceptorLimits(
        settings.snapshotEveryEvents(),
        settings.tailBytes(),
        settings.tailHardBytes(),
        settings.chunkBytes(),
        settings.logBytes());
  }

  static CoordinatorTiming coordinatorTiming(HoldfastSettings settings) {
    CoordinatorSettings coordinator = settings.coordinator();
    return new CoordinatorTiming(
        coordinator.heartbeatInterval(),
        coordinator.aliveInterval(),
        coordinator.electionTimeout(),
        coordinator.electionStagger(),
        settings.quorum().ackTimeout(),
        coordinator.resendInitial(),
        coordinator.resendMax(),
        coordinator.logSilence());
  }

  static CoordinatorLimits coordinatorLimits(CoordinatorSettings settings) {
    return new CoordinatorLimits(
        settings.window(),
        settings.batchMaxBytes(),
        settings.batchMaxCommands(),
        settings.pipelineMinCommands(),
        settings.maxQueuedCommands(),
        settings.maxQueuedBytes(),
        settings.maxWaitingReads());
  }

  /** What decides outcomes in a group, and is kept with its state. */
  public static StateTerms terms(io.holdfast.config.core.ReplicaSettings settings) {
    return new StateTerms(
        settings.writeIdWindow(), settings.rotationCommands(), settings.rotationBytes());
  }

  /** What leaves room in a message for what stands around an entry. */
  private static int maxEntryBytes(HoldfastSettings settings) {
    long largest =
        Math.max(settings.coordinator().batchMaxBytes(), settings.http().maxValueBytes());
    return Math.toIntExact(largest + settings.http().maxKeyBytes() + ENTRY_MARGIN_BYTES);
  }

  static ReplicaSettings replica(HoldfastSettings settings) {
    io.holdfast.config.core.ReplicaSettings replica = settings.replica();
    ReplicaSettings defaults = ReplicaSettings.DEFAULTS;
    return new ReplicaSettings(
        replica.gapPatience(),
        defaults.fetchTimeout(),
        defaults.fetchBackoff(),
        defaults.maxFetchBackoff(),
        replica.fetchChunkBytes(),
        defaults.maxBufferedBytes(),
        settings.acceptor().tailBytes(),
        defaults.maxLogReads(),
        replica.flushBytes(),
        replica.flushInterval(),
        replica.maxUnflushedBytes(),
        settings.coordinator().maxWaitingReads(),
        defaults.maxReadWait(),
        new ServingSettings(
            ServingSettings.DEFAULTS.maxStoreQuestions(),
            settings.http().maxWatchers(),
            ServingSettings.DEFAULTS.maxExpectedWait(),
            ServingSettings.DEFAULTS.idRetention(),
            ServingSettings.DEFAULTS.minIdAge(),
            maxEntryBytes(settings),
            ServingSettings.DEFAULTS.housekeepingPause(),
            history(replica),
            settings.quorum().clockSkewWarn()),
        SnapshotSettings.DEFAULTS.withLogBytes(settings.acceptor().logBytes()));
  }

  private static HistoryLimits history(io.holdfast.config.core.ReplicaSettings replica) {
    return replica.historyLimited()
        ? new HistoryLimits(
            replica.historyAge(), replica.historyBytes(), replica.historyRevisions())
        : HistoryLimits.NONE;
  }

  /** What a link to a peer holds is counted in messages; this leaves room for all others. */
  private static final int MAX_FORWARDED = 2_048;

  static RouterLimits router(HoldfastSettings settings) {
    CoordinatorSettings coordinator = settings.coordinator();
    return new RouterLimits(
        RouterLimits.forwardTimeout(settings.quorum().ackTimeout()),
        Math.min(coordinator.maxQueuedCommands(), MAX_FORWARDED),
        coordinator.maxQueuedCommands() + coordinator.maxWaitingReads(),
        settings.quorum().clockSkewWarn(),
        settings.http().maxValueBytes());
  }

  static WriteLimits writes(HoldfastSettings settings) {
    return new WriteLimits(
        settings.http().maxKeyBytes(),
        settings.http().maxValueBytes(),
        settings.limits().transactionOperations(),
        settings.limits().transactionBytes());
  }

  /** Who was not heard for longer is silent: two leaders could have been elected meanwhile. */
  static Duration lately(HoldfastSettings settings) {
    return settings.coordinator().electionTimeout().multipliedBy(2);
  }
}
