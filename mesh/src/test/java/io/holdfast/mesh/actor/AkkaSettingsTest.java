package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not be left to Akka's defaults. */
class AkkaSettingsTest {

  private static final Config SETTINGS =
      ConfigFactory.parseResources("holdfast-akka.conf")
          .withFallback(ConfigFactory.load())
          .resolve();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "akka.remote.artery.bind-timeout",
        "akka.actor.creation-timeout",
        "akka.logger-startup-timeout"
      })
  void startOfANodeIsNotEndedByABusyMachine(String wait) {
    assertThat(SETTINGS.getDuration(wait)).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void noPartitionIsLongEnoughToGiveAPeerUpFor() {
    String advanced = "akka.remote.artery.advanced.";
    for (String wait :
        new String[] {"give-up-system-message-after", "quarantine-idle-outbound-after"}) {
      assertThat(SETTINGS.getDuration(advanced + wait))
          .as(wait)
          .isGreaterThanOrEqualTo(Duration.ofDays(30));
    }
    assertThat(SETTINGS.getString("akka.cluster.downing-provider-class")).isEmpty();
  }
}
