package io.holdfast.config;

import io.holdfast.config.core.AcceptorSettings;
import io.holdfast.config.core.ChaosSettings;
import io.holdfast.config.core.CoordinatorSettings;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.HttpSettings;
import io.holdfast.config.core.JmxSettings;
import io.holdfast.config.core.LimitsSettings;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeFlaw;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.core.QuorumSettings;
import io.holdfast.config.core.ReplicaSettings;
import io.holdfast.config.core.WatchSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Reads a node's settings. From lowest to highest: {@code reference.conf}, the settings file,
 * system properties {@code holdfast.*}, environment variables {@code HOLDFAST_*}, the command line.
 */
public final class SettingsReader {

  private SettingsReader() {}

  /**
   * Reads and checks everything. Bad input of any kind, a missing file included, is a problem in
   * the result, never an exception; all problems are reported, not the first.
   *
   * @param file the settings file, if one was given
   * @param system Java system properties; those that start with {@code holdfast.} count
   * @param environment environment variables; those that start with {@code HOLDFAST_} count
   * @param overrides full keys from the command line
   */
  public static SettingsResult read(
      Optional<Path> file,
      Properties system,
      Map<String, String> environment,
      Map<String, String> overrides) {
    SettingSources sources = new SettingSources();
    file.ifPresent(path -> sources.file(path, environment));
    sources.system(system);
    sources.environment(environment);
    sources.overrides(overrides);
    List<SettingProblem> problems = sources.problems();
    SettingValues values = new SettingValues(sources.settings(), problems);
    Optional<NodeSettings> node = node(values);
    Optional<StoreReading.Texts> store = new StoreReading(values).read();
    Optional<MeshSettings> mesh = new MeshReading(values).read(node.map(NodeSettings::id));
    Optional<HostPort> http = values.address(values.raw(HttpSettings.ADDR), 0);
    Optional<Boolean> pageWrites = values.flag(values.raw(HttpSettings.PAGE_WRITES));
    List<GroupSettings> groups = new GroupReading(values, mesh.map(MeshSettings::members)).read();
    Optional<JmxSettings> jmx = new JmxReading(values).read();
    Optional<ChaosSettings> chaos = chaos(values);
    Optional<Boolean> historyLimited = values.flag(values.raw(ReplicaSettings.HISTORY_LIMITED));
    values.readNumbers(HoldfastSettings.NUMBER_KEYS, HoldfastSettings.ORDER_RULES);
    if (!problems.isEmpty()
        || node.isEmpty()
        || store.isEmpty()
        || mesh.isEmpty()
        || http.isEmpty()
        || pageWrites.isEmpty()
        || jmx.isEmpty()
        || chaos.isEmpty()
        || historyLimited.isEmpty()) {
      return new SettingsResult.Invalid(problems);
    }
    HoldfastSettings.allowedRotation(
            values.number(ReplicaSettings.ROTATION_COMMANDS), coordinator(values))
        .ifPresent(
            allowed ->
                values.refuse(values.raw(ReplicaSettings.ROTATION_COMMANDS.path()), allowed));
    if (!problems.isEmpty()) {
      return new SettingsResult.Invalid(problems);
    }
    return new SettingsResult.Valid(
        new HoldfastSettings(
            new NodeSettings(node.get().id(), node.get().dataDir(), store.get().settings(values)),
            mesh.get(),
            http(values, http.get(), pageWrites.get()),
            limits(values),
            groups,
            quorum(values),
            coordinator(values),
            acceptor(values),
            replica(values, historyLimited.get()),
            watch(values),
            jmx.get(),
            chaos.get()));
  }

  private static Optional<NodeSettings> node(SettingValues values) {
    Optional<String> id = values.text(values.raw(NodeSettings.ID), NodeId::isValid, NodeId.ALLOWED);
    Optional<String> dataDir =
        values.text(
            values.raw(NodeSettings.DATA_DIR), SettingsReader::isPath, "a path to a directory");
    return id.isPresent() && dataDir.isPresent()
        ? Optional.of(new NodeSettings(new NodeId(id.get()), Path.of(dataDir.get())))
        : Optional.empty();
  }

  static boolean isPath(String text) {
    try {
      return !text.isBlank() && Path.of(text).getFileName() != null;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Optional<ChaosSettings> chaos(SettingValues values) {
    int before = values.problemCount();
    Optional<Boolean> enabled = values.flag(values.raw(ChaosSettings.ENABLED));
    RawSetting raw = values.raw(ChaosSettings.BREAK);
    Set<NodeFlaw> flaws = new HashSet<>();
    for (RawSetting word : values.list(raw, "a list of " + NodeFlaw.ALLOWED).orElse(List.of())) {
      values
          .text(word, text -> NodeFlaw.of(text).isPresent(), NodeFlaw.ALLOWED)
          .flatMap(NodeFlaw::of)
          .ifPresent(flaws::add);
    }
    if (enabled.equals(Optional.of(false)) && !flaws.isEmpty()) {
      values.refuse(raw, "nothing unless " + ChaosSettings.ENABLED + " = on");
    }
    return enabled.isPresent() && values.problemCount() == before
        ? Optional.of(new ChaosSettings(enabled.get(), flaws))
        : Optional.empty();
  }

  private static HttpSettings http(SettingValues values, HostPort addr, boolean pageWrites) {
    return new HttpSettings(
        addr,
        values.wholeNumber(HttpSettings.MAX_BODY_BYTES),
        values.wholeNumber(HttpSettings.MAX_KEY_BYTES),
        values.wholeNumber(HttpSettings.MAX_VALUE_BYTES),
        values.duration(HttpSettings.REQUEST_TIMEOUT),
        values.wholeNumber(HttpSettings.MAX_CONNECTIONS),
        values.wholeNumber(HttpSettings.MAX_WATCHERS),
        values.duration(HttpSettings.WATCH_DRAIN_TIMEOUT),
        pageWrites);
  }

  private static LimitsSettings limits(SettingValues values) {
    return new LimitsSettings(
        values.wholeNumber(LimitsSettings.TRANSACTION_OPERATIONS),
        values.wholeNumber(LimitsSettings.TRANSACTION_BYTES));
  }

  private static QuorumSettings quorum(SettingValues values) {
    return new QuorumSettings(
        values.duration(QuorumSettings.ACK_TIMEOUT),
        values.duration(QuorumSettings.CLOCK_SKEW_WARN));
  }

  private static CoordinatorSettings coordinator(SettingValues values) {
    return new CoordinatorSettings(
        values.duration(CoordinatorSettings.HEARTBEAT_INTERVAL),
        values.duration(CoordinatorSettings.ALIVE_INTERVAL),
        values.duration(CoordinatorSettings.ELECTION_TIMEOUT),
        values.duration(CoordinatorSettings.ELECTION_STAGGER),
        values.wholeNumber(CoordinatorSettings.WINDOW),
        values.wholeNumber(CoordinatorSettings.ALPHA),
        values.wholeNumber(CoordinatorSettings.BATCH_MAX_BYTES),
        values.wholeNumber(CoordinatorSettings.BATCH_MAX_COMMANDS),
        values.wholeNumber(CoordinatorSettings.PIPELINE_MIN_COMMANDS),
        values.wholeNumber(CoordinatorSettings.MAX_QUEUED_COMMANDS),
        values.number(CoordinatorSettings.MAX_QUEUED_BYTES),
        values.duration(CoordinatorSettings.RESEND_INITIAL),
        values.duration(CoordinatorSettings.RESEND_MAX),
        values.wholeNumber(CoordinatorSettings.MAX_WAITING_READS),
        values.duration(CoordinatorSettings.LOG_SILENCE));
  }

  private static AcceptorSettings acceptor(SettingValues values) {
    return new AcceptorSettings(
        values.wholeNumber(AcceptorSettings.SNAPSHOT_EVERY_EVENTS),
        values.number(AcceptorSettings.TAIL_BYTES),
        values.number(AcceptorSettings.TAIL_HARD_BYTES),
        values.wholeNumber(AcceptorSettings.CHUNK_BYTES),
        values.number(AcceptorSettings.LOG_BYTES));
  }

  private static WatchSettings watch(SettingValues values) {
    return new WatchSettings(
        values.number(WatchSettings.DISK_LOW), values.number(WatchSettings.DISK_FULL));
  }

  private static ReplicaSettings replica(SettingValues values, boolean historyLimited) {
    return new ReplicaSettings(
        values.duration(ReplicaSettings.FLUSH_INTERVAL),
        values.number(ReplicaSettings.FLUSH_BYTES),
        values.number(ReplicaSettings.MAX_UNFLUSHED_BYTES),
        values.wholeNumber(ReplicaSettings.FETCH_CHUNK_BYTES),
        values.duration(ReplicaSettings.GAP_PATIENCE),
        values.wholeNumber(ReplicaSettings.WRITE_ID_WINDOW),
        values.number(ReplicaSettings.ROTATION_COMMANDS),
        values.number(ReplicaSettings.ROTATION_BYTES),
        historyLimited,
        values.duration(ReplicaSettings.HISTORY_AGE),
        values.number(ReplicaSettings.HISTORY_BYTES),
        values.number(ReplicaSettings.HISTORY_REVISIONS));
  }
}
