package io.holdfast.chaos.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.chaos.report.RunReport.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A run's report as one HTML file that needs nothing from elsewhere: styles, script, the plotting
 * library and the numbers are in it, and its policy forbids the browser to load anything. Verdict,
 * tables and the timeline of a failure are there without JavaScript; plots are drawn by it.
 *
 * <p>docs/REPORT.md says what each part means.
 */
public final class ReportPage {

  private ReportPage() {}

  /**
   * Writes the page; a file of that name is replaced at once, never seen half written.
   *
   * @param file in a directory that exists
   */
  public static void write(RunReport report, Path file) throws IOException {
    Path whole = file.toAbsolutePath();
    Path unfinished = whole.resolveSibling("." + whole.getFileName() + ".unfinished");
    try {
      Files.writeString(unfinished, html(report));
      Files.move(
          unfinished, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** The page's text. */
  public static String html(RunReport report) {
    PlottingLibrary library = PlottingLibrary.load();
    String style = own("report.css");
    String script = own("report.js");
    boolean plots = !report.slices().isEmpty();
    Markup page = new Markup();
    page.open("html", "lang", "en").open("head").single("meta", "charset", "utf-8");
    page.single(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src "
            + hash(style)
            + "; script-src "
            + (plots ? hash(library.script()) + " " + hash(script) : "'none'")
            + "; base-uri 'none'; form-action 'none'");
    page.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.single("meta", "name", "color-scheme", "content", "light dark");
    page.leaf("title", title(report)).embedded("style", style).close();
    page.open("body");
    header(report.setup(), page);
    page.open("main");
    VerdictSection.write(report, page);
    report.failingPart().ifPresent(part -> FailureSection.write(part, page));
    Course course = Course.of(report);
    PlotSection.write(course, page);
    FaultSection.write(report.faults(), page);
    OutcomeSection.write(report.outcomes(), page);
    SetupSection.write(report.setup(), page);
    page.close();
    SetupSection.footer(library, page);
    if (plots) {
      page.embedded("script", PlotData.json(course), "id", "run", "type", "application/json");
      page.embedded("script", library.script()).embedded("script", script);
    }
    return page.close().close().document();
  }

  private static void header(Setup setup, Markup page) {
    page.open("header").leaf("h1", "Holdfast chaos run");
    page.leaf(
        "p",
        Wording.count(setup.nodes(), "node", "nodes")
            + (setup.w() == 0 ? "" : ", W " + setup.w())
            + " · workload "
            + setup.workload()
            + " · "
            + Wording.count(setup.clients(), "client", "clients")
            + " · "
            + Wording.length(setup.length())
            + " · seed "
            + setup.seed()
            + " · "
            + setup.started());
    setup
        .seededFault()
        .ifPresent(
            fault ->
                page.leaf(
                    "p", "These nodes were broken on purpose: " + fault + ".", "class", "broken"));
    page.close();
  }

  private static String title(RunReport report) {
    VerdictSection.Sign sign = VerdictSection.Sign.of(report.conclusion().verdict());
    return sign.sign() + " " + sign.word() + ": Holdfast chaos run, seed " + report.setup().seed();
  }

  private static String own(String name) {
    return PlottingLibrary.resource("/io/holdfast/chaos/report/" + name);
  }

  /** What the browser compares before it applies or runs an element. */
  private static String hash(String content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
