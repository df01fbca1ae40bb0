package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.mesh.client.FakeFrontDoor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadVerbTest {

  private final FakeFrontDoor door = FakeFrontDoor.start();

  @TempDir private Path dir = Path.of("");

  @AfterEach
  void stop() {
    door.close();
  }

  @Test
  void writesEveryRecordAndLeavesNoProgressBehind() throws IOException {
    Path file = file("r.jsonl", records(1, 50));
    JsonNode json = load(file).json();
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("records").asLong()).isEqualTo(50);
    assertThat(door.value("k50")).contains("v50");
    assertThat(dir.resolve("r.jsonl.progress")).doesNotExist();
  }

  @Test
  void readsCsvWithQuotedCellsAndOtherColumns() throws IOException {
    Path file = file("r.csv", List.of("note,key,value", "x,a,\"one, \"\"two\"\"\nthree\"", ",b,"));
    assertThat(load(file).exit()).isEqualTo(0);
    assertThat(door.value("a")).contains("one, \"two\"\nthree");
    assertThat(door.version("b")).isEqualTo(1);
  }

  @Test
  void stopsAtACsvLineWithMoreCellsThanTheHeaderRatherThanCutItsValue() throws IOException {
    Path file = file("r.csv", List.of("key,value", "a,1", "b,one, two"));
    CommandRun stopped = load(file);
    assertThat(stopped.exit()).isEqualTo(4);
    assertThat(stopped.err())
        .contains("r.csv:3: 3 columns, the header has 2: quote cells that hold a comma");
    assertThat(door.value("b")).isEmpty();
  }

  @Test
  void stopsAtABrokenLineAndGoesOnFromItWhenMended() throws IOException {
    List<String> lines = new ArrayList<>(records(1, 20));
    lines.set(9, "{\"key\": \"k10\" \"value\"");
    Path file = file("r.jsonl", lines);
    CommandRun stopped = load(file);
    assertThat(stopped.exit()).isEqualTo(4);
    assertThat(stopped.err()).contains("r.jsonl:10: not JSON", "9 records are written");
    assertThat(door.value("k9")).isPresent();
    assertThat(door.value("k11")).isEmpty();

    lines.set(9, records(10, 10).get(0));
    file("r.jsonl", lines);
    CommandRun resumed = load(file);
    assertThat(resumed.exit()).isEqualTo(0);
    assertThat(resumed.json().path("records").asLong()).isEqualTo(20);
    for (int i = 1; i <= 20; i++) {
      assertThat(door.version("k" + i)).as("k" + i).isEqualTo(1);
    }
    assertThat(door.writes()).hasSize(20);
  }

  @Test
  void skipsBrokenLinesWhenToldAndSaysWhichAndWhy() throws IOException {
    List<String> lines = new ArrayList<>(records(1, 5));
    lines.add(2, "[]");
    lines.add("{\"value\":\"no key\"}");
    CommandRun run = load(file("r.jsonl", lines), "--on-error", "skip");
    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.json().path("records").asLong()).isEqualTo(5);
    assertThat(run.json().path("skipped").asLong()).isEqualTo(2);
    assertThat(run.err()).contains("line 3 skipped", "line 7 skipped");
  }

  @Test
  void sendsWhatHadNoAnswerAgainUnderTheSameIds() throws IOException {
    Path file = file("r.jsonl", records(1, 3));
    door.executeAndHangUp(); // k1 takes effect, and nobody hears of it ...
    for (int i = 0; i < 60; i++) {
      door.refuse(503, "no_leader");
    }
    CommandRun stopped = load(file, "--in-flight", "1", "--timeout", "300ms");
    assertThat(stopped.exit()).isEqualTo(2);
    int before = door.writes().size();
    while (door.version("k3") == 0) { // ... until the refusals are used up
      load(file, "--in-flight", "1", "--timeout", "300ms");
    }
    assertThat(door.writes()).hasSizeGreaterThan(before);
    assertThat(door.version("k1")).isEqualTo(1);
    assertThat(door.writes().stream().filter(seen -> seen.path().equals("k1")))
        .extracting(FakeFrontDoor.Seen::writeId)
        .containsOnly(door.writes().get(0).writeId());
  }

  @Test
  void refusesToGoOnInAFileWhoseLoadedPartHasChanged() throws IOException {
    List<String> lines = new ArrayList<>(records(1, 5));
    lines.set(3, "broken");
    load(file("r.jsonl", lines));
    lines.set(0, "{\"key\":\"k1\",\"value\":\"another\"}");
    CommandRun run = load(file("r.jsonl", lines));
    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err()).contains("--restart");
  }

  @Test
  void keepsTheOrderOfRecordsWithTheSameKey() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 30; i++) {
      lines.add("{\"key\":\"same\",\"value\":\"" + i + "\"}");
    }
    assertThat(load(file("r.jsonl", lines), "--in-flight", "16").exit()).isEqualTo(0);
    assertThat(door.value("same")).contains("30");
    assertThat(door.writes())
        .extracting(FakeFrontDoor.Seen::body)
        .isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
  }

  @Test
  void aFileThatIsNotThereIsAnIoFailure() {
    assertThat(load(dir.resolve("none.jsonl")).exit()).isEqualTo(5);
  }

  private CommandRun load(Path file, String... options) {
    List<String> arguments = new ArrayList<>(List.of("load", file.toString(), "--json"));
    arguments.addAll(List.of(options));
    return CommandRun.with(
        Map.of("HOLDFAST_ENDPOINTS", door.endpoint().toString()),
        "",
        Optional.empty(),
        arguments.toArray(String[]::new));
  }

  private Path file(String name, List<String> lines) throws IOException {
    return Files.write(dir.resolve(name), lines);
  }

  private static List<String> records(int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      lines.add("{\"key\":\"k" + i + "\",\"value\":\"v" + i + "\"}");
    }
    return lines;
  }
}
