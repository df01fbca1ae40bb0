package io.holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say exists does exist: names of invariants, files, tests. */
class DocumentationTest {

  private static final Path ROOT = root();

  /** The name is the first string in a check, a violation or a report; no facts come before it. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?:InvariantViolation\\.check\\(|new InvariantViolation\\(|\\bReportViolation\\()"
              + "[^\";]*\"(\\w+)\"");

  private static final Pattern LISTED = Pattern.compile("(?m)^### (\\w+)$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /**
   * A link to a test, then the methods that it is linked for: {@code [..](..Test.java): `a`, `b`}.
   */
  private static final Pattern CITED =
      Pattern.compile("\\]\\(([^)\\s]+\\.java)\\):\\s+((?:`\\w+`(?:,\\s+)?)+)");

  private static final Pattern WORD = Pattern.compile("`(\\w+)`");

  @Test
  void everyInvariantNamedInCodeIsListed() {
    Set<String> named = new TreeSet<>();
    for (Path source : files(ROOT, path -> isMainSource(path))) {
      NAMED.matcher(read(source)).results().forEach(match -> named.add(match.group(1)));
    }
    assertThat(named).as("the scan finds names").contains("OneValuePerBallot", "FlushInOrder");
    assertThat(listed()).containsAll(named);
  }

  @Test
  void everyCheckInCodeIsSeenByTheScan() {
    List<String> unseen = new ArrayList<>();
    Pattern call =
        Pattern.compile(
            "InvariantViolation\\.check\\(|new InvariantViolation\\(|new AcceptorEffect\\.ReportViolation\\(");
    for (Path source : files(ROOT, path -> isMainSource(path))) {
      // The type itself; a rule that is named by its class; and a violation that a core reported.
      if (source.endsWith("config/core/InvariantViolation.java")
          || source.endsWith("chaos/sim/Invariant.java")
          || source.endsWith("chaos/sim/SimAcceptor.java")) {
        continue;
      }
      String text = read(source);
      if (call.matcher(text).results().count()
          != NAMED
              .matcher(text)
              .results()
              .filter(match -> !text.startsWith("record ", match.start() - 7))
              .count()) {
        unseen.add(ROOT.relativize(source).toString());
      }
    }
    assertThat(unseen).as("sources in which a violation has no literal name").isEmpty();
  }

  @Test
  void everyListedInvariantIsInTheSources() {
    StringBuilder sources = new StringBuilder();
    files(ROOT, path -> isMainSource(path)).forEach(source -> sources.append(read(source)));
    assertThat(listed())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(sources).containsPattern("\\b" + name + "\\b"));
  }

  /** The launcher builds without tests, and what a later module names must be there then too. */
  @Test
  void jarsOfTestsAreMadeWithoutTests() {
    Pattern execution =
        Pattern.compile("<execution>(?:(?!</execution>).)*</execution>", Pattern.DOTALL);
    List<String> made =
        files(ROOT, path -> path.endsWith("pom.xml")).stream()
            .flatMap(pom -> execution.matcher(read(pom)).results().map(MatchResult::group))
            .filter(text -> text.contains("<goal>test-jar</goal>"))
            .toList();
    assertThat(made).isNotEmpty().allSatisfy(one -> assertThat(one).contains("<skip>false</skip>"));
  }

  @Test
  void everyLinkLeadsToAFile() {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      for (MatchResult match : LINK.matcher(read(document)).results().toList()) {
        String target = match.group(1).replaceFirst("#.*", "");
        if (!target.isEmpty()
            && !target.contains("://")
            && !Files.exists(resolve(document, target))) {
          broken.add(ROOT.relativize(document) + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyTestThatIsCitedExists() {
    List<String> missing = new ArrayList<>();
    int cited = 0;
    for (Path document : documents()) {
      for (MatchResult match : CITED.matcher(read(document)).results().toList()) {
        String source = read(resolve(document, match.group(1)));
        for (MatchResult word : WORD.matcher(match.group(2)).results().toList()) {
          cited++;
          if (!source.contains("void " + word.group(1) + "(")) {
            missing.add(ROOT.relativize(document) + ": " + match.group(1) + " " + word.group(1));
          }
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(cited).as("methods cited").isGreaterThan(50);
  }

  private static Set<String> listed() {
    Set<String> names = new TreeSet<>();
    String text = read(ROOT.resolve("docs/INVARIANTS.md"));
    LISTED.matcher(text).results().forEach(match -> names.add(match.group(1)));
    return names;
  }

  private static List<Path> documents() {
    List<Path> documents = new ArrayList<>(files(ROOT.resolve("docs"), path -> isMarkdown(path)));
    for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      documents.add(ROOT.resolve(name));
    }
    return documents;
  }

  private static Path resolve(Path document, String target) {
    return document.resolveSibling(target).normalize();
  }

  private static boolean isMarkdown(Path path) {
    return path.toString().endsWith(".md");
  }

  private static boolean isMainSource(Path path) {
    String inside = ROOT.relativize(path).toString();
    return inside.matches("[a-z]+/src/main/java/.*\\.java");
  }

  private static List<Path> files(Path below, Predicate<Path> wanted) {
    try (Stream<Path> paths = Files.walk(below)) {
      return paths.filter(Files::isRegularFile).filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("docs")) || !Files.exists(here.resolve("mesh"))) {
      Path parent = here.getParent();
      if (parent == null) {
        throw new IllegalStateException(
            "run this inside the project: no docs above " + Path.of("").toAbsolutePath());
      }
      here = parent;
    }
    return here;
  }
}
