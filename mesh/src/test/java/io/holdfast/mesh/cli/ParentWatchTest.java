package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ParentWatchTest {

  @Test
  void actsWhenTheWatchedProcessIsKilledAndNotBefore() throws Exception {
    Process watched = new ProcessBuilder("sleep", "600").start();
    AtomicBoolean ended = new AtomicBoolean();
    Thread watch = ParentWatch.start(watched.pid(), () -> ended.set(true));
    assertThat(watch.isAlive()).isTrue();
    assertThat(ended).isFalse();
    watched.destroyForcibly();
    await().atMost(Duration.ofSeconds(5)).untilTrue(ended);
  }

  @Test
  void actsAtOnceWhenThereIsNoSuchProcess() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    AtomicBoolean ended = new AtomicBoolean();
    ParentWatch.start(gone.pid(), () -> ended.set(true));
    await().atMost(Duration.ofSeconds(5)).untilTrue(ended);
  }
}
