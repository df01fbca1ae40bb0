package io.holdfast.config;

import io.holdfast.config.core.ChaosSettings;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HttpSettings;
import io.holdfast.config.core.JmxSettings;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.core.NumberKey;
import io.holdfast.config.core.PostgresqlSettings;
import io.holdfast.config.core.ReplicaSettings;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which keys there are, and how they are called elsewhere. */
final class KnownKeys {

  static final String ROOT = "holdfast";

  /** How much is logged: read when logging begins, before there are settings. */
  static final String LOG_LEVEL = "holdfast.log.level";

  /** Which form log lines have: the same. */
  static final String LOG_FORMAT = "holdfast.log.format";

  private static final Set<String> LOG_FORMATS = Set.of("text", "json");

  private static final Set<String> LOG_LEVELS =
      Set.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL");

  /** Every key, sorted. */
  static final Set<String> ALL =
      Stream.concat(
              Stream.of(
                  NodeSettings.ID,
                  NodeSettings.DATA_DIR,
                  NodeSettings.STORE,
                  PostgresqlSettings.URL,
                  PostgresqlSettings.USER,
                  PostgresqlSettings.PASSWORD,
                  PostgresqlSettings.PASSWORD_FILE,
                  PostgresqlSettings.SCHEMA_PREFIX,
                  MeshSettings.ID,
                  MeshSettings.ADDR,
                  MeshSettings.ADVERTISED_ADDR,
                  MeshSettings.PEERS,
                  MeshSettings.JOIN,
                  MeshSettings.ALONE,
                  HttpSettings.ADDR,
                  HttpSettings.PAGE_WRITES,
                  GroupSettings.GROUPS,
                  ReplicaSettings.HISTORY_LIMITED,
                  JmxSettings.ADDR,
                  JmxSettings.USERS_FILE,
                  JmxSettings.KEYSTORE,
                  JmxSettings.KEYSTORE_PASSWORD_FILE,
                  ChaosSettings.ENABLED,
                  ChaosSettings.BREAK),
              HoldfastSettings.NUMBER_KEYS.stream().map(NumberKey::path))
          .collect(Collectors.toCollection(TreeSet::new));

  /** The objects that hold them, such as {@code holdfast.mesh}. */
  static final Set<String> SECTIONS =
      ALL.stream()
          .map(key -> key.substring(0, key.lastIndexOf('.')))
          .collect(Collectors.toCollection(TreeSet::new));

  /**
   * Keys of the launcher and the client: they share the prefix, and are none of a node's settings.
   */
  private static final List<String> FOREIGN =
      List.of(
          "holdfast.home",
          "holdfast.host",
          "holdfast.java-opts",
          "holdfast.jvm-dir",
          "holdfast.no-build",
          "holdfast.data",
          "holdfast.endpoints",
          "holdfast.local",
          "holdfast.local-idle",
          "holdfast.token",
          "holdfast.offline",
          "holdfast.trace",
          KnownKeys.LOG_LEVEL,
          KnownKeys.LOG_FORMAT);

  /** Environment variable to key. */
  static final Map<String, String> BY_VARIABLE =
      ALL.stream()
          .collect(
              Collectors.toMap(
                  KnownKeys::variable,
                  key -> key,
                  (one, other) -> {
                    throw new IllegalStateException(one + " and " + other + " share a variable");
                  },
                  TreeMap::new));

  private static final Set<String> FOREIGN_VARIABLES =
      FOREIGN.stream().map(KnownKeys::variable).collect(Collectors.toUnmodifiableSet());

  private KnownKeys() {}

  /** The environment variable of {@code key}: {@code HOLDFAST_NODE_DATA_DIR}. */
  static String variable(String key) {
    return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  static boolean isForeignKey(String key) {
    return FOREIGN.contains(key);
  }

  /** What is allowed for a foreign key or variable; absent where it is not looked at, or right. */
  static Optional<String> refusalOfForeign(String name, String value) {
    if (is(LOG_LEVEL, name) && !LOG_LEVELS.contains(value.toUpperCase(Locale.ROOT))) {
      return Optional.of("error, warn, info, debug, trace, all or off");
    }
    return is(LOG_FORMAT, name) && !LOG_FORMATS.contains(value)
        ? Optional.of("text or json")
        : Optional.empty();
  }

  private static boolean is(String key, String name) {
    return name.equals(key) || name.equals(variable(key));
  }

  static boolean isForeignVariable(String variable) {
    return FOREIGN_VARIABLES.contains(variable);
  }

  /** What to say of a name that is not among {@code known}: the nearest one that is. */
  static String suggestion(String name, Collection<String> known) {
    String nearest =
        known.stream()
            .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
            .orElseThrow();
    return "a known key; did you mean " + nearest + "?";
  }

  /** Levenshtein distance of the first 100 characters. */
  static int distance(String one, String other) {
    String a = one.substring(0, Math.min(one.length(), 100));
    String b = other.substring(0, Math.min(other.length(), 100));
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
