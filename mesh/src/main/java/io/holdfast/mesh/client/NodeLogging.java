package io.holdfast.mesh.client;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How the nodes log that this process starts: as it was told itself. Nothing else that is set for
 * this process is meant for its nodes.
 */
final class NodeLogging {

  private static final List<String> PROPERTIES =
      List.of("holdfast.log.level", "holdfast.log.format");
  private static final List<String> VARIABLES =
      List.of("HOLDFAST_LOG_LEVEL", "HOLDFAST_LOG_FORMAT");

  private NodeLogging() {}

  /** Leaves of what is Holdfast's what says how to log. */
  static void keepAlone(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(name -> name.startsWith("HOLDFAST_") && !VARIABLES.contains(name));
  }

  /** Flags of a JVM with the properties of this one that say how to log. */
  static Stream<String> flags() {
    return PROPERTIES.stream()
        .filter(name -> System.getProperty(name) != null)
        .map(name -> "-D" + name + "=" + System.getProperty(name));
  }
}
