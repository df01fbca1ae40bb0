package io.holdfast.mesh.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Runs a node in this process. Found through {@link java.util.ServiceLoader}. */
public interface NodeRunner {

  /**
   * Starts a node and returns when it has ended.
   *
   * @param config a HOCON file; absent: defaults, system properties and environment only
   * @param overrides settings by full key, stronger than any other source
   * @param console where the node says that it is ready, and complains: each wrong setting in one
   *     line
   * @return an exit status as {@link Exit} defines it
   */
  int run(Optional<Path> config, Map<String, String> overrides, Console console);
}
