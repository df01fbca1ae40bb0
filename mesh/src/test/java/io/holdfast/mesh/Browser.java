package io.holdfast.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium, as Debian's packages {@code chromium} and {@code chromium-driver} install
 * it. Where it is missing, whoever wants one is skipped and says so.
 */
public final class Browser implements AutoCloseable {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  /** Kept, so that its level is: it warns of each browser that is newer than itself. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts one.
   *
   * @param profile an empty directory for its files
   */
  public static Browser start(Path profile) {
    Optional<String> missing = missing();
    Assumptions.assumeTrue(missing.isEmpty(), missing.orElse(""));
    return started(profile);
  }

  /**
   * The same for who has something to do without one, too: empty, and said, where it is missing.
   */
  public static Optional<Browser> startIfThere(Path profile) {
    Optional<String> missing = missing();
    missing.ifPresent(System.out::println);
    return missing.isPresent() ? Optional.empty() : Optional.of(started(profile));
  }

  private static Optional<String> missing() {
    return Stream.of(CHROMIUM, DRIVER)
        .filter(needed -> !Files.isExecutable(needed))
        .map(
            needed ->
                needed
                    + " is missing, no page is looked at: Debian's packages chromium and"
                    + " chromium-driver have it")
        .findFirst();
  }

  private static Browser started(Path profile) {
    SELENIUM.setLevel(Level.SEVERE);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // it does not start as root without, and sees nothing but these pages
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(new File(DRIVER.toString()))
            .usingAnyFreePort()
            .build();
    Browser browser = new Browser(new ChromeDriver(service, options));
    browser.size(1280, 900);
    browser.theme("light");
    return browser;
  }

  /** Sets what the page has to draw on, in its own pixels. */
  public void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /**
   * What the reader has asked of all pages: no motion, which a click would have to wait for, and
   * {@code light} or {@code dark}.
   */
  public void theme(String theme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", theme),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  public void open(String address) {
    driver.get(address);
  }

  /**
   * Opens it in a window of its own, which stays open, and looks at that.
   *
   * @return for {@link #lookAt}
   */
  public String openBeside(String address) {
    driver.switchTo().newWindow(WindowType.WINDOW);
    driver.get(address);
    return driver.getWindowHandle();
  }

  /** From here on it is this window that everything is about. */
  public void lookAt(String window) {
    driver.switchTo().window(window);
  }

  /** Runs a script, which returns text. */
  public String run(String script, Object... arguments) {
    return Objects.requireNonNullElse(driver.executeScript(script, arguments), "").toString();
  }

  /** What is read in an element, as it is seen; nothing where it is not there or not shown. */
  public String text(String selector) {
    return run(
        "const found = document.querySelector(arguments[0]);"
            + " return found?.checkVisibility() ? found.innerText : '';",
        selector);
  }

  /** The same of an attribute. */
  public String attribute(String selector, String name) {
    return run(
        "const found = document.querySelector(arguments[0]);"
            + " return found ? found.getAttribute(arguments[1]) ?? '' : '';",
        selector,
        name);
  }

  public WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  public List<WebElement> findAll(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  public String title() {
    return Objects.requireNonNullElse(driver.getTitle(), "");
  }

  /** What the console has had to complain of since this was last asked. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /** The body does not scroll sideways at this width. */
  public void assertFits(int width) {
    size(width, 800);
    assertThat(
            run(
                "const root = document.documentElement;"
                    + " return root.scrollWidth + ' of ' + (root.scrollWidth - root.clientWidth);"))
        .as("the width of the page at %s, and by how much that is too much", width)
        .endsWith(" of 0");
  }

  public Duration patience() {
    return Duration.ofSeconds(60);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
