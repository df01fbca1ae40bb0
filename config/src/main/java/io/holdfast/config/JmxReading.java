package io.holdfast.config;

import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.JmxSettings;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the settings of management by JMX. */
final class JmxReading {

  private final SettingValues values;

  JmxReading(SettingValues values) {
    this.values = values;
  }

  /** Absent where something is wrong with them. */
  Optional<JmxSettings> read() {
    int before = values.problemCount();
    RawSetting raw = values.raw(JmxSettings.ADDR);
    Optional<HostPort> addr = raw.text().isEmpty() ? Optional.empty() : values.address(raw, 1);
    Optional<Path> users = file(JmxSettings.USERS_FILE);
    Optional<Path> keystore = file(JmxSettings.KEYSTORE);
    Optional<Path> password = file(JmxSettings.KEYSTORE_PASSWORD_FILE);
    if (values.problemCount() > before) {
      return Optional.empty();
    }
    requireOther(keystore, JmxSettings.KEYSTORE, password, JmxSettings.KEYSTORE_PASSWORD_FILE);
    requireOther(password, JmxSettings.KEYSTORE_PASSWORD_FILE, keystore, JmxSettings.KEYSTORE);
    requireOther(users, JmxSettings.USERS_FILE, addr, JmxSettings.ADDR);
    requireOther(keystore, JmxSettings.KEYSTORE, addr, JmxSettings.ADDR);
    return values.problemCount() > before
        ? Optional.empty()
        : Optional.of(new JmxSettings(addr, users, keystore, password));
  }

  private void requireOther(Optional<?> value, String key, Optional<?> other, String otherKey) {
    if (value.isPresent() && other.isEmpty()) {
      values.refuse(values.raw(key), "nothing unless " + otherKey + " is set");
    }
  }

  private Optional<Path> file(String key) {
    RawSetting raw = values.raw(key);
    return raw.text().isEmpty()
        ? Optional.empty()
        : values.text(raw, SettingsReader::isPath, "a path to a file, or nothing").map(Path::of);
  }
}
