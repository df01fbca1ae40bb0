package io.holdfast.mesh.log;

import ch.qos.logback.core.PropertyDefinerBase;
import ch.qos.logback.core.spi.PropertyContainer;
import ch.qos.logback.core.util.OptionHelper;
import org.jspecify.annotations.Nullable;

/**
 * Which form log lines have, for {@code logback.xml}: the file of that name that it includes.
 * Logging begins before there are settings; a value that is none is text until the settings are
 * refused for it.
 */
public final class LogFormat extends PropertyDefinerBase {

  private static final String PROPERTY = "holdfast.log.format";
  private static final String VARIABLE = "HOLDFAST_LOG_FORMAT";
  private static final String TEXT = "text";
  private static final String JSON = "json";

  /** For logback. */
  public LogFormat() {}

  /** Whether the lines of this process are JSON. */
  public static boolean isJson() {
    return JSON.equals(System.getProperty(PROPERTY, System.getenv().getOrDefault(VARIABLE, TEXT)));
  }

  @Override
  public String getPropertyValue() {
    String set = lookUp(PROPERTY);
    return JSON.equals(set == null ? lookUp(VARIABLE) : set) ? JSON : TEXT;
  }

  private @Nullable String lookUp(String name) {
    return OptionHelper.propertyLookup(name, (PropertyContainer) getContext(), null);
  }
}
