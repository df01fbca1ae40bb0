package io.holdfast.config.core.control;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a manifest is about. A set has at most one of each type. */
public enum ManifestType {
  /** How writes are acknowledged, and who approves activations. */
  POLICY("policy"),
  /** How large and how many things may be. */
  LIMITS("limits"),
  /** Who may read and write what. */
  ACCESS("access"),
  /** What may be reserved. */
  POOLS("pools");

  /** All codes, for people. */
  static final String ALLOWED =
      Arrays.stream(values()).map(ManifestType::code).collect(Collectors.joining(", "));

  private final String code;

  ManifestType(String code) {
    this.code = code;
  }

  /** As documents have it. */
  public String code() {
    return code;
  }

  /** The type of that code. */
  public static Optional<ManifestType> ofCode(String code) {
    return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
  }
}
