package io.holdfast.config.core.control;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What somebody may do. */
public enum Verb {
  /** Read keys, their past, and watch them. */
  READ("read"),
  /** Put and delete keys. */
  WRITE("write"),
  /** Everything, and activate control epochs. */
  ADMIN("admin");

  /** All codes, for people. */
  static final String ALLOWED =
      Arrays.stream(values()).map(Verb::code).collect(Collectors.joining(", "));

  private final String code;

  Verb(String code) {
    this.code = code;
  }

  /** As documents have it. */
  public String code() {
    return code;
  }

  /** The verb of that code. */
  public static Optional<Verb> ofCode(String code) {
    return Arrays.stream(values()).filter(verb -> verb.code.equals(code)).findFirst();
  }
}
