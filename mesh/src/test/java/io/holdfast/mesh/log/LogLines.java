package io.holdfast.mesh.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What is logged while this is open, and the lines that come of it as nodes are configured. */
public final class LogLines implements AutoCloseable {

  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger own = (Logger) LoggerFactory.getLogger("io.holdfast");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          // Its facts are those of the thread, which goes on.
          event.prepareForDeferredProcessing();
          events.add(event);
        }
      };

  /** Keeps what is logged from this level on. */
  public LogLines(Level level) {
    appender.setContext(root.getLoggerContext());
    appender.start();
    own.setLevel(level);
    root.addAppender(appender);
  }

  /** What was logged so far by loggers of that simple name. */
  public List<ILoggingEvent> of(String logger) {
    return events.stream().filter(event -> event.getLoggerName().endsWith("." + logger)).toList();
  }

  /** All that was logged so far. */
  public List<ILoggingEvent> all() {
    return List.copyOf(events);
  }

  /** What a node prints for these events, in this form. */
  public static String printed(String format, List<ILoggingEvent> events) {
    LoggerContext context = configured(Map.of("holdfast.log.format", format));
    try {
      var encoder = appenderOf(context).getEncoder();
      StringBuilder printed = new StringBuilder();
      for (ILoggingEvent event : events) {
        printed.append(new String(encoder.encode(event), StandardCharsets.UTF_8));
      }
      return printed.toString();
    } finally {
      context.stop();
    }
  }

  /** Logging as nodes have it; the properties stand for those of the system and of the machine. */
  public static LoggerContext configured(Map<String, String> properties) {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(MDC.getMDCAdapter());
    properties.forEach(context::putProperty);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL file = LogLines.class.getResource("/logback.xml");
    try {
      configurator.doConfigure(Objects.requireNonNull(file));
    } catch (JoranException e) {
      throw new IllegalStateException(e);
    }
    return context;
  }

  @SuppressWarnings("unchecked")
  static OutputStreamAppender<ILoggingEvent> appenderOf(LoggerContext context) {
    return (OutputStreamAppender<ILoggingEvent>)
        context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders().next();
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    own.setLevel(null);
    appender.stop();
  }
}
