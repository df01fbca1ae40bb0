package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.Browser;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser, before a mesh of which a test says how it is. */
abstract class BrowserPageTest extends FrontDoorTest {

  /** Texts whose contrast with what they stand on is below 4.5, one a line. */
  static final String FAINT_TEXTS =
      """
      const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      const parse = (text) => {
        const found = text.match(/[\\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
        return { rgb: found.slice(0, 3), alpha: found.length > 3 ? found[3] : 1 };
      };
      const light = (rgb) =>
        0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
      const ground = (node) => {
        for (let at = node; at !== null; at = at.parentElement) {
          const color = parse(getComputedStyle(at).backgroundColor);
          if (color.alpha === 1) return color.rgb;
          if (color.alpha > 0) throw new Error('half transparent: ' + at.outerHTML.slice(0, 80));
        }
        throw new Error('no ground below ' + node.outerHTML.slice(0, 80));
      };
      const faint = [];
      let seen = 0;
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (walker.currentNode.data.trim() === '' || node.closest('noscript, title, desc')
            || node.closest(':disabled') || !node.checkVisibility()) continue;
        const style = getComputedStyle(node);
        const color = parse(node instanceof SVGElement ? style.fill : style.color).rgb;
        const [one, other] = [light(color), light(ground(node))];
        const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        seen += 1;
        if (contrast < 4.5) faint.push(contrast.toFixed(2) + ': ' + walker.currentNode.data.trim());
      }
      return seen < 80 ? 'only ' + seen + ' texts were looked at' : faint.join('\\n');
      """;

  static final String UNLABELLED =
      """
      return [...document.querySelectorAll('input, select, textarea, button')]
        .filter((one) => {
          const label = [...(one.labels ?? [])].map((each) => each.innerText.trim()).join('');
          const named = one.getAttribute('aria-label') ?? '';
          return one.tagName === 'BUTTON' ? one.innerText.trim() + named === '' && one.checkVisibility() : label === '';
        })
        .map((one) => one.outerHTML).join('\\n');
      """;

  static final String HEADINGS =
      """
      return [...document.querySelectorAll('h1, h2, h3, h4')].filter((one) => one.checkVisibility())
        .map((one) => one.tagName.slice(1)).join('');
      """;

  static final KeyRecord RECORD =
      new KeyRecord(
          ByteString.copyFromUtf8("a"), new VersionedValue(ByteString.EMPTY, 3, 17, 4, 0));

  static final Reservation RESERVATION =
      new Reservation("ports", "h", 5000, "h", "/a", "web", "p", "t", "me", 1000, 2000, 17);

  static Browser browser;

  final Scene scene = new Scene();
  final ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();

  BrowserPageTest() {}

  BrowserPageTest(UnaryOperator<HttpLimits> limits) {
    super(limits);
  }

  @BeforeAll
  static void startBrowser(@TempDir Path profile) {
    browser = Browser.start(profile);
  }

  @AfterAll
  static void endBrowser() {
    if (browser != null) { // there is none where it was skipped
      browser.close();
    }
  }

  @AfterEach
  void endScene() {
    camera.shutdownNow();
    List<String> complaints = browser.complaints();
    browser.open("about:blank");
    browser.size(1280, 900);
    browser.theme("light");
    assertThat(complaints).as("complaints of the browser").isEmpty();
  }

  /** Pictures go on being taken; the page is open and has seen one. */
  final void open() {
    mesh.pictures.take(scene.next()); // or the page might see a node that has only begun
    var unused =
        camera.scheduleAtFixedRate(
            () -> mesh.pictures.take(scene.next()), 0, 250, TimeUnit.MILLISECONDS);
    browser.open("http://127.0.0.1:" + door.port() + "/");
    eventually(() -> assertThat(browser.text("#node")).isEqualTo("n1"));
  }

  static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(browser.patience())
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }

  static void type(String selector, CharSequence... keys) {
    browser.find(selector).sendKeys(keys);
  }

  static CompletableFuture<ReadAnswer> listed(KeyRecord... records) {
    return CompletableFuture.completedFuture(
        new ReadAnswer.Listed(
            new ReadResult.Records(List.of(records), records.length, false, false, 120),
            new ReadPoint(99, 120, Optional.empty())));
  }

  static CompletableFuture<ReadAnswer> reserved(Reservation... reservations) {
    return CompletableFuture.completedFuture(
        new ReadAnswer.Reservations(
            new ReservationAnswer.Found(List.of(reservations), false),
            new ReadPoint(9, 17, Optional.empty()),
            1_000));
  }
}
