package io.holdfast.mesh.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program of the JDK that fails, or does not end. */
class KeyToolTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path dir;

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatDoesNotEndIsEndedAfterAWhile() {
    Path said = dir.resolve("said");
    assertThatThrownBy(
            () -> KeyTool.run(List.of("tail", "-f", "/dev/null"), said, Duration.ofMillis(50)))
        .isInstanceOf(IOException.class)
        .hasMessage("tail has not ended within 50 ms");
    assertThat(said).doesNotExist();
  }

  @Test
  void whatFailsIsToldInItsWords() {
    Path said = dir.resolve("said");
    assertThatThrownBy(
            () -> KeyTool.run(List.of("ls", "/no/such/folder"), said, Duration.ofSeconds(60)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("(?s)ls made no key: .*/no/such/folder.*");
    assertThat(said).doesNotExist();
  }

  @Test
  void flagsOfThisProcessAreNoneOfThatOne() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of("JAVA_TOOL_OPTIONS", "-agentlib:x", "_JAVA_OPTIONS", "-y", "HOME", "z"));
    KeyTool.takeFlags(environment);
    assertThat(environment).containsOnlyKeys("HOME");
  }
}
