package io.holdfast.mesh.jmx;

/** The door for consoles cannot be opened with these settings; says which, and what is allowed. */
public final class WrongJmxSetting extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * @param key the setting
   * @param value what it is
   * @param allowed what is wrong, or allowed
   */
  WrongJmxSetting(String key, Object value, String allowed) {
    super("%s = \"%s\": %s".formatted(key, value, allowed));
  }
}
