package io.holdfast.chaos.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the document shows is what is compiled and run. */
class ExampleInDocumentTest {

  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyExampleIsTakenFromTheSources() throws IOException {
    String sources = source("JobBoard") + source("JobBoardTest");
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(Path.of("../docs/TESTING-YOUR-APPLICATION.md")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(blocks).hasSize(2);
    assertThat(blocks).allSatisfy(block -> assertThat(sources).contains(unindented(block)));
  }

  private static String source(String name) throws IOException {
    return unindented(
        Files.readString(Path.of("src/test/java/io/holdfast/chaos/example/" + name + ".java")));
  }

  private static String unindented(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n", "", "\n"));
  }
}
