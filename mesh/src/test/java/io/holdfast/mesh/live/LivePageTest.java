package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.mesh.Browser;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a node among three processes. */
final class LivePageTest {

  private static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(LiveMesh.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(assertion);
  }

  @Test
  void pageShowsThatANodeIsLostAndThatItIsBack(@TempDir Path dir, @TempDir Path profile) {
    try (Browser browser = Browser.start(profile);
        LiveMesh mesh = LiveMesh.start(dir)) {
      LiveNode shown = mesh.node(0);
      LiveNode killed = mesh.node(2);
      String row = "#nodes tr[data-node=" + killed.id() + "]";
      browser.open("http://" + shown.endpoint() + "/");
      eventually(() -> assertThat(browser.text("#wrong")).contains("All is well."));
      assertThat(browser.text("#node")).isEqualTo(shown.id());
      // What a peer says of itself may come after all is found well.
      eventually(() -> assertThat(browser.text(row)).contains("running"));

      killed.kill();
      eventually(() -> assertThat(browser.text("#troubles")).contains(killed.id()));
      eventually(() -> assertThat(browser.text(row)).contains("not heard"));
      assertThat(browser.text("#happenings ol")).contains("peer lost");

      // What is left of the mesh goes on, and the page counts it.
      shown.commit("while/lost", "v");
      eventually(
          () ->
              assertThat(browser.attribute("[data-group=main] path[data-series=committed]", "d"))
                  .isNotEmpty());

      killed.start();
      eventually(() -> assertThat(browser.text("#wrong")).contains("All is well."));
      eventually(() -> assertThat(browser.text(row)).contains("running"));
      assertThat(browser.complaints()).isEmpty();
    }
  }
}
