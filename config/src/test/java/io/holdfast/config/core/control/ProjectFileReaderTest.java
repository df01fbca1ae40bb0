package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ProjectFile.Entry;
import io.holdfast.config.core.control.ProjectFile.Output;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectFileReaderTest {

  private static ProjectFile read(String text) {
    return ProjectFileReader.read(ByteString.copyFromUtf8(text));
  }

  @Test
  void readsWhatAFolderWants() {
    ProjectFile file =
        read(
            """
            project: shop   # sticky
            task: checkout
            pool: ports
            base: 5100
            output: dotenv
            reservations:
              - {name: web, offset: 0}
              - {name: the database, tag: db-1, prefer: 5432, env: DB}
              - {name: admin, value: 6000}
              - {name: anything, tag: ""}
            """);

    assertThat(file)
        .isEqualTo(
            new ProjectFile(
                Optional.of("shop"),
                Optional.of("checkout"),
                Optional.of("ports"),
                OptionalLong.of(5100),
                List.of(
                    new Entry("web", "web", false, OptionalLong.of(5100), "WEB_PORT"),
                    new Entry("the database", "db-1", false, OptionalLong.of(5432), "DB"),
                    new Entry("admin", "admin", true, OptionalLong.of(6000), "ADMIN_PORT"),
                    new Entry("anything", "", false, OptionalLong.empty(), "PORT")),
                Output.DOTENV));
  }

  @Test
  void takesWhatIsLeftOutForExportsOfAnyNumber() {
    ProjectFile file = read("reservations: [{name: 9 lives}]");

    assertThat(file.output()).isEqualTo(Output.EXPORTS);
    assertThat(file.pool()).isEmpty();
    assertThat(file.reservations())
        .containsExactly(
            new Entry("9 lives", "9 lives", false, OptionalLong.empty(), "_9_LIVES_PORT"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | the document: is empty",
        "reservations: [] | reservations: a list: allowed is one reservation or more (line 1)",
        "project: x | reservations: is missing",
        "reservation: [{name: a}] | reservation: is no field that is known",
        "reservations: [{name: a, ofset: 1}] | reservations[0].ofset: is no field that is known",
        "reservations: [{tag: a}] | reservations[0].name: is missing",
        "reservations: [{name: a, offset: 1}] | reservations[0].offset: the number 1: allowed is an",
        "{base: 1, reservations: [{name: a, offset: 1, value: 2}]} | one of offset, prefer and value",
        "reservations: [{name: a}, {name: a}] | reservations[1].name: text 'a': allowed is a tag",
        "reservations: [{name: a}, {name: A}] | reservations[1]: an object: allowed is a variable",
        "reservations: [{name: a, env: 'B-C'}] | reservations[0].env: text 'B-C': allowed is the name",
        "reservations: [{name: a, env: 'B; rm'}] | reservations[0].env: text 'B; rm': allowed is",
        "reservations: [{name: a, value: '5000'}] | reservations[0].value: text '5000': allowed is a",
        "{output: xml, reservations: [{name: a}]} | output: text 'xml': allowed is one of exports",
        "{pool: Ports, reservations: [{name: a}]} | pool: text 'Ports'",
        "{project: 7, reservations: [{name: a}]} | project: the number 7: allowed is text",
      })
  void namesWhatItDoesNotUnderstandByPathAndLine(String text, String message) {
    assertThatExceptionOfType(UnreadableManifest.class)
        .isThrownBy(() -> read(text))
        .withMessageContaining(message);
  }
}
