package io.holdfast.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeLoggingTest {

  @AfterEach
  void forget() {
    System.clearProperty("holdfast.log.format");
  }

  @Test
  void keepsOfWhatIsHoldfastsWhatSaysHowToLog() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "PATH", "/bin",
                "HOLDFAST_LOG_FORMAT", "json",
                "HOLDFAST_LOG_LEVEL", "warn",
                "HOLDFAST_TOKEN", "secret",
                "HOLDFAST_NODE_ID", "n7"));

    NodeLogging.keepAlone(environment);

    assertThat(environment).containsOnlyKeys("PATH", "HOLDFAST_LOG_FORMAT", "HOLDFAST_LOG_LEVEL");
  }

  @Test
  void passesThePropertiesOfThisProcessOn() {
    System.setProperty("holdfast.log.format", "json");

    assertThat(NodeLogging.flags()).contains("-Dholdfast.log.format=json");
  }
}
