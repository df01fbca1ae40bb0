package io.holdfast.chaos.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.report.RunReport.Conclusion;
import io.holdfast.chaos.report.RunReport.FailingPart;
import io.holdfast.chaos.report.RunReport.Fault;
import io.holdfast.chaos.report.RunReport.Line;
import io.holdfast.chaos.report.RunReport.Measured;
import io.holdfast.chaos.report.RunReport.Reign;
import io.holdfast.chaos.report.RunReport.Setup;
import io.holdfast.chaos.report.RunReport.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {

  /** What would run, end an element or begin a comment if it were not escaped. */
  private static final String HOSTILE =
      "<script>alert(1)</script><!-- \" ' & <img src=x onerror=alert(2)> ]]> \u2028\u202E\u0000\uD83D";

  private static final Pattern SCRIPT = Pattern.compile("(?s)<script([^>]*)>(.*?)</script>");
  private static final Pattern STYLE = Pattern.compile("(?s)<style>(.*?)</style>");
  private static final Pattern CELL = Pattern.compile("<t[dh][^>]*>(.*?)</t[dh]>");

  // Where everything stands

  @Test
  void partsComeInTheOrderInWhichReadersWantThem() {
    assertThat(headings(ReportPage.html(SampleReports.invalid())))
        .containsExactly(
            "h1 Holdfast chaos run",
            "h2 ✗ Invalid",
            "h2 Key figures",
            "h2 Checks",
            "h2 The part that has no order: account/3",
            "h2 Over time",
            "h3 Committed operations per second",
            "h3 All other outcomes per second, stacked",
            "h3 Latency in milliseconds, logarithmic",
            "h3 Who led",
            "h3 Faults in force",
            "h2 Faults",
            "h2 Outcomes",
            "h2 Run it again");
  }

  @Test
  void validRunHasNoFailingPart() {
    assertThat(ReportPage.html(SampleReports.valid()))
        .contains("✓</span> Valid", "<title>✓ Valid: Holdfast chaos run, seed 42</title>")
        .doesNotContain("class=\"timeline");
  }

  @Test
  void verdictIsToldByWordAndSign() {
    assertThat(verdict("valid")).contains("✓</span> Valid");
    assertThat(verdict("invalid")).contains("✗</span> Invalid");
    assertThat(verdict("out_of_budget")).contains("?</span> Out of budget: not decided");
    assertThat(verdict("nothing_proved")).contains("∅</span> Nothing proved");
    assertThat(verdict("odd")).contains("?</span> odd");
  }

  @Test
  void emptyRunHasAPage() {
    String page = ReportPage.html(SampleReports.empty());
    assertThat(page)
        .contains(
            "Nothing proved",
            "no fault was injected",
            "Nothing was checked.",
            "Nothing was measured.",
            "No fault was injected.",
            "No operation ended.");
    assertThat(page).as("nothing to draw, nothing to run").doesNotContain("<script");
  }

  @Test
  void everyElementEnds() {
    for (RunReport report :
        List.of(SampleReports.valid(), SampleReports.invalid(), SampleReports.empty())) {
      String page = SCRIPT.matcher(ReportPage.html(report)).replaceAll("");
      for (String tag : List.of("section", "div", "table", "tr", "td", "svg", "g", "p", "dl")) {
        assertThat(Pattern.compile("<" + tag + "[ >]").matcher(page).results().count())
            .as(tag)
            .isEqualTo(Pattern.compile("</" + tag + ">").matcher(page).results().count());
      }
    }
  }

  // Nothing from elsewhere, nothing that runs

  @Test
  void nothingIsLoadedFromElsewhere() {
    String page = ReportPage.html(SampleReports.invalid());
    String own = SCRIPT.matcher(page).replaceAll("");
    assertThat(own).doesNotContain("src=", "<link", "@import", "<iframe", "<object", "<base");
    assertThat(Pattern.compile("href=\"(?!#)").matcher(own).find()).isFalse();
    assertThat(Pattern.compile("url\\((?!#)").matcher(own).find()).isFalse();
    assertThat(page).contains("default-src &#39;none&#39;");
    assertThat(SCRIPT.matcher(page).results().map(script -> script.group(1)))
        .noneMatch(attributes -> attributes.contains("src"));
  }

  @Test
  void policyAllowsExactlyTheScriptsAndTheStyleOfThePage() throws Exception {
    String page = ReportPage.html(SampleReports.valid());
    List<String> running =
        SCRIPT
            .matcher(page)
            .results()
            .filter(script -> !script.group(1).contains("application/json"))
            .map(script -> script.group(2))
            .toList();
    assertThat(running).hasSize(2);
    List<String> wanted = new ArrayList<>();
    for (String content : running) {
      wanted.add(hash(content));
    }
    String policy =
        first(Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\""), page)
            .replace("&#39;", "'");
    assertThat(policy)
        .isEqualTo(
            "default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'",
            hash(first(STYLE, page)), String.join(" ", wanted));
    assertThat(page).as("the policy forbids these").doesNotContain(" style=", " onclick=");
  }

  @Test
  void textOfTheRunNeverBecomesMarkup() {
    String page = ReportPage.html(hostile());
    String text = SCRIPT.matcher(page).replaceAll("");
    assertThat(SCRIPT.matcher(page).results()).as("data, library, ours").hasSize(3);
    assertThat(text).doesNotContain("<script", "<!--", "<img", "alert(1)</");
    assertThat(text).contains("&lt;script&gt;alert(1)&lt;/script&gt;&lt;!--");
    assertThat(text).doesNotContain("\u0000", "\uD83D", "\u202E");
  }

  @Test
  void textOfTheRunStaysWhatItIsInTheData() throws IOException {
    String json = data(ReportPage.html(hostile()));
    assertThat(json).doesNotContain("<", ">", "&");
    JsonNode data = new ObjectMapper().readTree(json);
    assertThat(data.at("/faults/0/what").asText()).startsWith("<script>alert(1)</script><!--");
    assertThat(data.at("/outcomes/0/code").asText()).startsWith("<script>");
    assertThat(data.at("/leaders/0").asText()).startsWith("<script>");
  }

  @Test
  void pageOfHostileTextIsUtf8(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("report.html");
    ReportPage.write(hostile(), file);
    assertThat(Files.readString(file)).isEqualTo(ReportPage.html(hostile()));
  }

  @Test
  void embeddedScriptMustNotEndItsElement() {
    assertThatThrownBy(() -> new Markup().embedded("script", "'</SCRIPT>'"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Markup().embedded("script", "'<!--'"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // The report's numbers

  @Test
  void keyFiguresAreTheReports() {
    Conclusion conclusion =
        new Conclusion(
            "invalid",
            "because",
            12_345,
            9_876,
            3,
            41,
            40,
            IntStream.rangeClosed(1, 100).mapToObj(Duration::ofMillis).toList());
    String page = ReportPage.html(with(conclusion));
    assertThat(page)
        .contains(
            "<dt>Operations</dt><dd><b>12,345</b>",
            "<dt>Acknowledged</dt><dd><b>9,876</b>",
            "<dt>Lost</dt><dd><b>✗ 3</b>",
            "<dt>Unknown at first</dt><dd><b>41</b> <small>✗ only 40 of these resolved",
            "<dt>Recovery, median</dt><dd><b>50 ms</b>",
            "<dt>Recovery, p99</dt><dd><b>99 ms</b>",
            "<dt>Faults</dt><dd><b>40</b>");
  }

  @Test
  void checksAreTheReports() {
    RunReport report = SampleReports.invalid();
    assertThat(rows(ReportPage.html(report), "What was claimed"))
        .containsExactlyElementsOf(
            report.checks().stream()
                .map(
                    check ->
                        List.of(check.claim(), check.held() ? "✓ yes" : "✗ no", check.detail()))
                .toList());
  }

  @Test
  void faultsAreTheReports() {
    RunReport report = SampleReports.valid();
    List<List<String>> rows = rows(ReportPage.html(report), "Faults, in order of time");
    assertThat(rows).hasSize(40);
    for (int i = 0; i < rows.size(); i++) {
      Fault fault = report.faults().get(i);
      assertThat(rows.get(i))
          .containsExactly(
              Wording.at(fault.from()) + " – " + Wording.at(fault.to()),
              fault.kind(),
              fault.what(),
              String.join(", ", fault.nodes()),
              (fault.effective() ? "" : "✗ no effect: ") + fault.effect(),
              Wording.count(fault.committed()),
              Wording.length(fault.longestGap()),
              fault.recovery().map(Wording::length).orElse("none"));
    }
    assertThat(report.faults()).as("of both kinds").anyMatch(fault -> !fault.effective());
  }

  @Test
  void outcomesAreTheReports() {
    List<List<String>> rows =
        rows(ReportPage.html(SampleReports.valid()), "What callers were told");
    assertThat(rows).allSatisfy(row -> assertThat(row).hasSize(4));
    RunReport report =
        withOutcomes(Map.of("no_leader", 1L, "quorum_not_met/timeout", 24L, "committed", 975L));
    assertThat(rows(ReportPage.html(report), "What callers were told"))
        .containsExactly(
            List.of("committed", "975", "97.500%", "yes, it did"),
            List.of("quorum_not_met/timeout", "24", "2.400%", "unknown at first"),
            List.of("no_leader", "1", "0.100%", "no"));
  }

  @Test
  void plotsShowTheReportsSlices() throws IOException {
    RunReport report = SampleReports.valid();
    JsonNode data = new ObjectMapper().readTree(data(ReportPage.html(report)));
    assertThat(data.at("/slice").asDouble()).isEqualTo(0.5);
    assertThat(data.at("/at")).hasSize(report.slices().size());
    for (JsonNode outcome : data.at("/outcomes")) {
      for (int i = 0; i < report.slices().size(); i++) {
        Measured measured = report.slices().get(i).byOutcome().get(outcome.at("/code").asText());
        assertThat(outcome.at("/count").get(i).asLong())
            .isEqualTo(measured == null ? 0 : measured.count());
        assertThat(outcome.at("/p99").get(i).isNull()).isEqualTo(measured == null);
        if (measured != null) {
          assertThat(outcome.at("/p99").get(i).asDouble() / measured.p99Millis())
              .isBetween(0.999, 1.001);
        }
      }
    }
    assertThat(data.at("/reigns")).hasSize(report.reigns().size());
    assertThat(data.at("/faults")).hasSize(report.faults().size());
  }

  @Test
  void tableOfThePlotsAddsUp() {
    RunReport report = SampleReports.tenMinutes();
    List<List<String>> rows = rows(ReportPage.html(report), "Operations by outcome");
    assertThat(rows).hasSize(IntervalTable.ROWS);
    long committed =
        rows.stream().mapToLong(row -> Long.parseLong(row.get(1).replace(",", ""))).sum();
    assertThat(committed).isEqualTo(report.outcomes().get("committed"));
  }

  @Test
  void timesWithoutALeaderAreShown() throws IOException {
    RunReport run = SampleReports.valid();
    RunReport report =
        new RunReport(
            run.setup(),
            run.conclusion(),
            run.checks(),
            List.of(),
            List.of(reign("n2", 30, 50), reign("n1", 1, 30), reign("n1", 52, 60)),
            run.slices(),
            run.outcomes(),
            Optional.empty());
    String page = ReportPage.html(report);
    assertThat(page).contains("none known for 3.00 s in 2 gaps, at most 2.00 s on end.");
    assertThat(new ObjectMapper().readTree(data(page)).at("/leaderless").toString())
        .isEqualTo("[{\"from\":0.0,\"to\":1.0},{\"from\":50.0,\"to\":52.0}]");
  }

  @Test
  void setupSaysHowToRunItAgain() {
    RunReport report = SampleReports.invalid();
    assertThat(ReportPage.html(report))
        .contains(
            "<code>" + report.setup().command() + "</code>",
            "<dt>Seed</dt><dd>42</dd>",
            "<dt>Broken on purpose</dt><dd>reads are answered without a probe</dd>",
            "D3 7.",
            "Permission to use, copy, modify");
  }

  // The failing part

  @Test
  void timelineHasEveryOperation() {
    FailingPart part = SampleReports.staleRead();
    String page = ReportPage.html(SampleReports.failing(part));
    String drawing = first(Pattern.compile("(?s)<g id=\"timeline\">(.*?)</svg>"), page);
    for (Line line : part.operations()) {
      assertThat(drawing).contains("<title>" + line.process() + ": " + line.what() + "</title>");
    }
    assertThat(Pattern.compile("<g class=\"operation ").matcher(drawing).results().count())
        .isEqualTo(part.operations().size());
    assertThat(drawing).contains(">3 write account/3 = 23<", ">✗ read account/3 = 17<");
    assertThat(drawing).contains("operation failing\"", "operation unplaced endless\"");
    assertThat(rows(page, "Operations of this part")).hasSize(part.operations().size());
    assertThat(page).contains("<code>account/3 = 31</code>", part.why());
  }

  @Test
  void longFailingPartIsCutAndSaysSo() {
    List<Line> lines =
        IntStream.range(0, 1200)
            .mapToObj(
                i -> SampleReports.line("1", "write x = " + i, 2 * i, 2 * i + 1, "placed", i + 1))
            .toList();
    String page =
        ReportPage.html(SampleReports.failing(new FailingPart("why", "x", "x = 1", lines)));
    assertThat(page)
        .contains("Drawn are the last 150 of 1,200 operations.", "by invocation, the last 1,000")
        .contains("write x = 1199");
    assertThat(rows(page, "Operations of this part")).hasSize(1000);
  }

  // Size and file

  @Test
  void tenMinutesStaySmall() {
    RunReport report = SampleReports.tenMinutes();
    assertThat(report.slices()).hasSize(600);
    assertThat(report.faults()).hasSize(200);
    assertThat(report.outcomes()).hasSize(8);
    assertThat(ReportPage.html(report).getBytes(UTF_8).length).isLessThan(700_000);
  }

  @Test
  void writingReplacesTheFileAndLeavesNothingElse(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("report.html");
    Files.writeString(file, "old");
    ReportPage.write(SampleReports.valid(), file);
    assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").endsWith("</html>");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void writingIntoNoDirectoryFails(@TempDir Path directory) {
    assertThatThrownBy(
            () -> ReportPage.write(SampleReports.empty(), directory.resolve("none/report.html")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void sameReportGivesTheSamePage() {
    assertThat(ReportPage.html(SampleReports.valid()))
        .isEqualTo(ReportPage.html(SampleReports.valid()));
  }

  private static Reign reign(String leader, long from, long to) {
    return new Reign(leader, Duration.ofSeconds(from), Duration.ofSeconds(to));
  }

  private static RunReport with(Conclusion conclusion) {
    RunReport run = SampleReports.valid();
    return new RunReport(
        run.setup(),
        conclusion,
        run.checks(),
        run.faults(),
        run.reigns(),
        run.slices(),
        run.outcomes(),
        Optional.empty());
  }

  private static RunReport withOutcomes(Map<String, Long> outcomes) {
    RunReport run = SampleReports.valid();
    return new RunReport(
        run.setup(),
        run.conclusion(),
        run.checks(),
        run.faults(),
        run.reigns(),
        run.slices(),
        outcomes,
        Optional.empty());
  }

  private static String verdict(String verdict) {
    return ReportPage.html(with(new Conclusion(verdict, "why", 0, 0, 0, 0, 0, List.of())));
  }

  /** Every text of it is {@link #HOSTILE}. */
  private static RunReport hostile() {
    Duration second = Duration.ofSeconds(1);
    return new RunReport(
        new Setup(HOSTILE, HOSTILE, HOSTILE, 3, 2, 1, second, HOSTILE, 1, Optional.of(HOSTILE)),
        new Conclusion(HOSTILE, HOSTILE, 1, 1, 0, 0, 0, List.of()),
        List.of(new Check(HOSTILE, false, HOSTILE)),
        List.of(
            new Fault(
                HOSTILE,
                HOSTILE,
                List.of(HOSTILE),
                Duration.ZERO,
                second,
                HOSTILE,
                true,
                1,
                second,
                Optional.empty())),
        List.of(new Reign(HOSTILE, Duration.ZERO, second)),
        List.of(new Slice(Duration.ZERO, Map.of(HOSTILE, new Measured(1, 1, 1, 1)))),
        Map.of(HOSTILE, 1L),
        Optional.of(
            new FailingPart(
                HOSTILE,
                HOSTILE,
                HOSTILE,
                List.of(SampleReports.line(HOSTILE, HOSTILE, 1, 2, HOSTILE, 1)))));
  }

  private static String hash(String content) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String data(String page) {
    return first(
        Pattern.compile("(?s)<script id=\"run\" type=\"application/json\">(.*?)</script>"), page);
  }

  private static String first(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nowhere: " + pattern));
  }

  private static List<String> headings(String page) {
    return Pattern.compile("(?s)<(h[1-6])[^>]*>(.*?)</h[1-6]>")
        .matcher(page)
        .results()
        .map(match -> match.group(1) + " " + match.group(2).replaceAll("<[^>]*>", "").strip())
        .toList();
  }

  /** The cells of the table whose caption begins so, row by row, as text. */
  private static List<List<String>> rows(String page, String caption) {
    String body =
        first(
            Pattern.compile("(?s)<caption>" + Pattern.quote(caption) + ".*?<tbody>(.*?)</tbody>"),
            page);
    return body.lines()
        .filter(line -> line.startsWith("<tr"))
        .map(line -> CELL.matcher(line).results().map(ReportPageTest::plain).toList())
        .toList();
  }

  private static String plain(MatchResult cell) {
    return cell.group(1)
        .replaceAll("<[^>]*>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }
}
