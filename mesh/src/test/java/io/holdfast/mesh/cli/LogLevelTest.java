package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.net.URL;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class LogLevelTest {

  /** The context's properties stand for those of the system and of the environment. */
  private static Level level(Map<String, String> properties) throws JoranException {
    LoggerContext context = new LoggerContext();
    properties.forEach(context::putProperty);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL file = LogLevelTest.class.getResource("/logback.xml");
    configurator.doConfigure(Objects.requireNonNull(file));
    Level level = context.getLogger(Logger.ROOT_LOGGER_NAME).getLevel();
    context.stop();
    return level;
  }

  @Test
  void isOfTheVariableUnlessThePropertySaysOtherwise() throws JoranException {
    assertThat(level(Map.of())).isEqualTo(Level.INFO);
    assertThat(level(Map.of("HOLDFAST_LOG_LEVEL", "warn"))).isEqualTo(Level.WARN);
    assertThat(level(Map.of("HOLDFAST_LOG_LEVEL", "warn", "holdfast.log.level", "debug")))
        .isEqualTo(Level.DEBUG);
  }

  @Test
  void localNodeIsToldWrongOnesByNameAndNothingElseFromOutside() {
    Properties system = new Properties();
    system.setProperty("holdfast.log.level", "debug");
    system.setProperty("holdfast.node.id", "not its own");
    assertThat(UserNodeMain.wrongLogging(system, Map.of("HOLDFAST_LOG_FORMAT", "json"))).isEmpty();
    assertThat(UserNodeMain.wrongLogging(system, Map.of("HOLDFAST_NODE_IT", "?"))).isEmpty();

    assertThat(UserNodeMain.wrongLogging(system, Map.of("HOLDFAST_LOG_FORMAT", "yaml")))
        .hasValueSatisfying(
            why -> assertThat(why).contains("HOLDFAST_LOG_FORMAT", "yaml", "text or json"));
  }
}
