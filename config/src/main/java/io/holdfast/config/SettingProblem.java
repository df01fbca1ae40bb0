package io.holdfast.config;

/**
 * One setting that is wrong.
 *
 * @param key the full key, {@code --config} for the settings file itself
 * @param value what was given, as it was written
 * @param source where: {@code file:line}, an environment variable, a system property or the command
 *     line
 * @param allowed what is allowed, or what to write instead
 */
public record SettingProblem(String key, String value, String source, String allowed) {

  /** One line for people: key, value, source, what is allowed. */
  public String text() {
    return key + " = " + value + " (" + source + "): allowed is " + allowed;
  }

  @Override
  public String toString() {
    return text();
  }
}
