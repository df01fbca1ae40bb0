package io.holdfast.mesh.http;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pictures to show. */
final class PictureSample {

  private PictureSample() {}

  static Picture begun() {
    return Picture.begun(
        new NodeStatus(
            new NodeId("n1"),
            "mesh-id",
            "ff",
            1,
            "0.1.0",
            "starting",
            Optional.empty(),
            "127.0.0.1:1",
            "127.0.0.1:2",
            Duration.ofMillis(1500),
            List.of(),
            List.of(),
            Map.of(),
            DiskStatus.UNKNOWN,
            ClockStatus.at(1_767_225_600_000L),
            Map.of()));
  }
}
