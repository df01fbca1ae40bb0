package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.HoldfastSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class CoreSettingsTest {

  @Test
  void snapshotsComeInTimeForTheLogThatAcceptorsKeep() {
    SettingsResult read =
        SettingsReader.read(
            Optional.empty(),
            new Properties(),
            Map.of(),
            Map.of("holdfast.node.id", "n1", "holdfast.acceptor.log-bytes", "7MiB"));
    HoldfastSettings settings = ((SettingsResult.Valid) read).settings();

    assertThat(CoreSettings.acceptor(settings.acceptor()).maxLogBytes()).isEqualTo(7 << 20);
    assertThat(CoreSettings.replica(settings).snapshots().logBytes()).isEqualTo(7 << 20);
  }
}
