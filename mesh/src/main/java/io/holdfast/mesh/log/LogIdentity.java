package io.holdfast.mesh.log;

import ch.qos.logback.classic.LoggerContext;
import io.holdfast.config.core.HoldfastSettings;
import org.slf4j.LoggerFactory;

/** Whose lines a log of several nodes holds. */
public final class LogIdentity {

  private LogIdentity() {}

  /** From now on every JSON line of this process names this node and its mesh. */
  public static void is(HoldfastSettings settings) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.putProperty("node", settings.node().id().value());
      context.putProperty("mesh", settings.mesh().id());
    }
  }
}
