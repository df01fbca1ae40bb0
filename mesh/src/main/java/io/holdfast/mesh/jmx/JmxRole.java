package io.holdfast.mesh.jmx;

import java.security.Principal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a user of JMX may do. */
public enum JmxRole implements Principal {
  /** Read attributes and listen. */
  READONLY,
  /** Everything that this software offers by JMX: an administrator. */
  READWRITE;

  /** Its name in users files, lower case. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String getName() {
    return code();
  }

  /** The role of that name. */
  public static Optional<JmxRole> ofCode(String code) {
    return Arrays.stream(values()).filter(role -> role.code().equals(code)).findFirst();
  }
}
