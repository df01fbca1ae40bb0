package io.holdfast.mesh.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of which pool. */
final class PoolOptions {

  /** The pool that a new group has. */
  static final String DEFAULT = "ports";

  @Option(names = "--pool", paramLabel = "NAME", description = "The pool. Default: ports.")
  private @Nullable String pool;

  /** The one that was named, else the default. */
  String pool() {
    return pool == null ? DEFAULT : pool;
  }

  /** The one that was named; absent where nobody did. */
  Optional<String> named() {
    return Optional.ofNullable(pool);
  }
}
