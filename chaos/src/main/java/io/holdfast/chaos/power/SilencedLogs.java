package io.holdfast.chaos.power;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** No logs for a while: a node whose disk fails says so at length, and here each one's does. */
final class SilencedLogs {

  private record Silenced(Logger logger, @Nullable Level before) {}

  private final List<Silenced> silenced = new ArrayList<>();

  private SilencedLogs() {}

  /** From here on. */
  static SilencedLogs begin() {
    SilencedLogs logs = new SilencedLogs();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      for (String name : List.of("io.holdfast", "akka")) {
        Logger logger = context.getLogger(name);
        logs.silenced.add(new Silenced(logger, logger.getLevel()));
        logger.setLevel(Level.OFF);
      }
    }
    return logs;
  }

  /** As before. */
  void end() {
    silenced.forEach(one -> one.logger().setLevel(one.before()));
  }
}
