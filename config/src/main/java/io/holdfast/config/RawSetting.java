package io.holdfast.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.holdfast.config.core.PostgresqlSettings;

/**
 * A value as it was given, before anyone made sense of it.
 *
 * @param key the full key
 * @param value the value
 * @param source where it was given, for people
 */
record RawSetting(String key, ConfigValue value, String source) {

  private static final int MAX_SHOWN = 200;

  /** A value given as text: system property, environment variable, command line. */
  static RawSetting ofText(String key, String text, String source) {
    return new RawSetting(key, ConfigValueFactory.fromAnyRef(text), source);
  }

  /** A value from a file, which knows its line. */
  static RawSetting ofFile(String key, ConfigValue value) {
    return new RawSetting(key, value, sourceOf(value.origin()));
  }

  /** An element of this list, under {@code key[index]}. */
  RawSetting element(int index, ConfigValue element) {
    return within(key + "[" + index + "]", element);
  }

  /** A part of this value. Where it has no line of its own, it is where the whole is. */
  RawSetting within(String partKey, ConfigValue part) {
    boolean ownLine = part.origin().filename() != null && part.origin().lineNumber() > 0;
    return new RawSetting(partKey, part, ownLine ? sourceOf(part.origin()) : source);
  }

  /** The plain text of a string, a number or a boolean; of anything else its rendering. */
  String text() {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> String.valueOf(value.unwrapped());
      default -> value.render(ConfigRenderOptions.concise());
    };
  }

  /** As it is shown in a message: strings quoted, long values cut, secrets left out. */
  String shown() {
    if (PostgresqlSettings.isSecret(key)) {
      return "***";
    }
    String text = value.valueType() == ConfigValueType.STRING ? "\"" + text() + "\"" : text();
    String printable = PostgresqlSettings.withoutSecrets(text.replaceAll("\\p{Cntrl}", "?"));
    return printable.length() <= MAX_SHOWN ? printable : printable.substring(0, MAX_SHOWN) + "...";
  }

  SettingProblem problem(String allowed) {
    return new SettingProblem(key, shown(), source, allowed);
  }

  static String sourceOf(ConfigOrigin origin) {
    String name = origin.filename() != null ? origin.filename() : origin.resource();
    if (name == null) {
      return origin.description();
    }
    return origin.lineNumber() > 0 ? name + ":" + origin.lineNumber() : name;
  }
}
