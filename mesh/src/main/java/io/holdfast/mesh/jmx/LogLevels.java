package io.holdfast.mesh.jmx;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/** How much is logged, where Logback does it. */
final class LogLevels {

  private static final String INHERITED = "INHERITED";
  private static final Map<String, Level> LEVELS = new TreeMap<>();

  static {
    for (Level level :
        List.of(Level.OFF, Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE)) {
      LEVELS.put(level.toString(), level);
    }
  }

  private LogLevels() {}

  /**
   * Sets the level of a logger.
   *
   * @throws IllegalArgumentException for a logger that there is not, or no level; says what is
   *     allowed
   * @throws IllegalStateException where something else than Logback logs
   */
  static NodeMXBean.LevelChange set(String name, String level) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers)) {
      throw new IllegalStateException(
          "Levels cannot be set here: this process does not log by Logback.");
    }
    String wanted = String.valueOf(level).toUpperCase(Locale.ROOT);
    boolean inherits = wanted.equals(INHERITED);
    Optional<Level> known = Optional.ofNullable(LEVELS.get(wanted));
    if (known.isEmpty() && !inherits) {
      throw new IllegalArgumentException(
          "level \"%s\": allowed is OFF, ERROR, WARN, INFO, DEBUG, TRACE or INHERITED"
              .formatted(shortened(level)));
    }
    // One that nobody uses would stay for good.
    Logger logger = name == null ? null : loggers.exists(name);
    if (logger == null) {
      throw new IllegalArgumentException(
          "logger \"%s\": allowed is the name of a logger that there is, or of a package of one, such as io.holdfast.mesh; or ROOT"
              .formatted(shortened(name)));
    }
    if (inherits && logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME)) {
      throw new IllegalArgumentException("level \"INHERITED\": allowed for any logger but ROOT");
    }
    String before = logger.getEffectiveLevel().toString();
    logger.setLevel(inherits ? null : known.orElseThrow());
    return new NodeMXBean.LevelChange(
        logger.getName(), before, logger.getEffectiveLevel().toString());
  }

  private static String shortened(String text) {
    String said = String.valueOf(text);
    return said.length() <= 100 ? said : said.substring(0, 100) + "...";
  }
}
